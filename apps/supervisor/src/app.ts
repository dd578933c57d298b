import type { FastifyInstance } from 'fastify';
import { accessQueries, accessRoutes, authenticator, startHousekeeping } from './features/access/index.ts';
import { agentAuthenticator, agentQueries, agentRoutes, startAgentSweep } from './features/agents/index.ts';
import { auditRoutes, createAudit, type Audit } from './features/audit/index.ts';
import { botRoutes, hostQueries } from './features/bots/index.ts';
import {
  createCounter,
  eventsHandler,
  eventTaker,
  instructionMaker,
  pollHandler,
  startSweep,
} from './features/dispatch/index.ts';
import { eventQueries, eventRoutes } from './features/events/index.ts';
import { createFiles, fileRoutes, startFileSweep } from './features/files/index.ts';
import {
  createRunner,
  holdWaitingOfTask,
  jobQueries,
  jobRoutes,
  releaseHeldOfTask,
  startRetention,
} from './features/jobs/index.ts';
import {
  createLogSearcher,
  keepPartitions,
  logQueries,
  logRoutes,
  preparePartitions,
} from './features/logs/index.ts';
import { recipeRoutes } from './features/recipes/index.ts';
import { scriptQueries, scriptRoutes } from './features/scripts/index.ts';
import { serveWebPage, systemRoutes } from './features/system/index.ts';
import { taskQueries, taskRoutes } from './features/tasks/index.ts';
import { isAgentToken } from './platform/http/instead.ts';
import { registerOperations, type Handlers, type OperationHost } from './platform/http/operations.ts';
import { createServer, type ServerOptions } from './platform/http/server.ts';
import type { Platform } from './platform/platform.ts';

export interface App extends AsyncDisposable {
  server: FastifyInstance;
  audit: Audit;
}

export interface AppOptions extends Pick<ServerOptions, 'trustedProxies' | 'tls'> {
  /** Where the built web page is. */
  webDist: string;
}

/** The whole supervisor on a platform that stands: features wired together, routes registered, chores running. */
export async function createApp(platform: Platform, options: AppOptions): Promise<App> {
  const { db, log, metrics } = platform;
  const audit = createAudit(platform);
  const access = accessQueries(db);
  const events = eventQueries(db);
  const tasks = taskQueries(db);
  const scripts = scriptQueries(db);
  const jobs = jobQueries(db);
  const hosts = hostQueries(db);
  const files = createFiles(db);
  const logs = logQueries(db);
  const searchLog = createLogSearcher(platform, logs);
  const agentCredentials = agentQueries(db);
  const authenticate = authenticator(platform, access);
  const authenticateAgent = agentAuthenticator(platform, agentCredentials);
  const instructionFor = instructionMaker(platform);
  const counter = createCounter(platform, instructionFor);
  const ring = (changed: readonly { id: string }[]) => {
    for (const { id } of changed) platform.bus.publish(`job:${id}`);
  };
  const take = eventTaker(platform);
  const wake = (hostId: string) => counter.wake(hostId);
  const agents = agentRoutes(platform, {
    queries: agentCredentials,
    hosts,
    scripts,
    files,
    counter,
    instructionFor,
    take,
    audit,
  });
  await preparePartitions(platform);

  const handlers: Handlers = {
    ...accessRoutes(platform, access, {
      missingTasks: (customerId, ids) => tasks.missing(customerId, ids),
    }),
    ...scriptRoutes(scripts, tasks),
    ...botRoutes(platform, {
      hosts,
      access,
      jobs,
      scripts,
      dropAgents: (hostId) => agentCredentials.deleteOf(hostId),
      wake,
    }),
    ...agents.handlers,
    ...eventRoutes(events),
    ...taskRoutes(platform, {
      queries: tasks,
      events,
      deleteLogs: (taskId) => jobs.deleteLogsOfTask(taskId),
      holdWaiting: async (taskId, reason) => ring(await holdWaitingOfTask(db, taskId, reason)),
      releaseHeld: async ({ id, host_id }) => {
        ring(await releaseHeldOfTask(db, id));
        if (host_id !== null) wake(host_id);
      },
      memberEmail: async (customerId, emailOrId) => (await access.memberBy(customerId, emailOrId))?.email,
    }),
    ...recipeRoutes(platform, { tasks, events, scripts, hosts }),
    ...jobRoutes(platform, {
      queries: jobs,
      tasks,
      run: createRunner(platform, counter, files),
      files,
      stop: (hostId, attempt) => void counter.tell(hostId, { type: 'cancel', ...attempt }),
      wake,
    }),
    ...logRoutes(platform, jobs, logs, searchLog),
    ...fileRoutes(files),
    ...auditRoutes(platform, audit),
    ...systemRoutes(platform),
    pollBot: pollHandler(platform, counter, instructionFor),
    postBotEvents: eventsHandler(take, counter),
  };
  const host: OperationHost = {
    metrics,
    authenticate: (token) => (isAgentToken(token) ? authenticateAgent(token) : authenticate(token)),
    findCustomer: (name) => access.customerByName(name),
    // the page is ours where its origin is the address it was asked for
    ownOrigin: (origin, request) =>
      origin === platform.publicUrl() || origin === `${request.protocol}://${request.host}`,
    audit: (call) => audit.record(call),
  };

  const server = await createServer({ log, metrics, ...options });
  registerOperations(server, handlers, host);
  await serveWebPage(server, options.webDist);
  const chores = [
    startSweep(platform),
    startAgentSweep(platform, wake),
    keepPartitions(platform),
    startRetention(platform),
    startHousekeeping(platform),
    startFileSweep(platform, files.queries),
  ];

  return {
    server,
    audit,
    async [Symbol.asyncDispose]() {
      for (const chore of chores) chore[Symbol.dispose]();
      await server.close();
      await searchLog[Symbol.asyncDispose]();
      await agents[Symbol.asyncDispose]();
      await counter[Symbol.asyncDispose]();
      await audit.flush();
    },
  };
}
