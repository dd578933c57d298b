import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { accessQueries, accessRoutes, authenticator, startHousekeeping } from './features/access/index.ts';
import { agentAuthenticator, agentQueries, agentRoutes, startAgentSweep } from './features/agents/index.ts';
import { auditRoutes, createAudit, type Audit } from './features/audit/index.ts';
import { botRoutes, hostQueries } from './features/bots/index.ts';
import {
  createCounter,
  createIdleBots,
  eventsHandler,
  eventTaker,
  instructionMaker,
  pollHandler,
  startClockSweep,
  startLostSweep,
} from './features/dispatch/index.ts';
import { eventQueries, eventRoutes } from './features/events/index.ts';
import { createFiles, fileRoutes, startFileSweep } from './features/files/index.ts';
import {
  automaticStarter,
  createRunner,
  holdWaitingOfTask,
  jobQueries,
  jobRoutes,
  releaseHeldOfTask,
  REMEMBERING,
  startRetention,
  stopAnywhere,
  type AttemptState,
  type Stopper,
} from './features/jobs/index.ts';
import {
  createLogSearcher,
  keepPartitions,
  lastLines,
  logQueries,
  logRoutes,
  preparePartitions,
} from './features/logs/index.ts';
import { createNotifications } from './features/notifications/index.ts';
import { poolQueries } from './features/pools/index.ts';
import { recipeRoutes } from './features/recipes/index.ts';
import { graceWaiter, scheduleQueries, scheduleRoutes, startScheduler } from './features/schedules/index.ts';
import { scriptQueries, scriptRoutes } from './features/scripts/index.ts';
import { serveWebPage, systemRoutes } from './features/system/index.ts';
import { taskQueries, taskRoutes } from './features/tasks/index.ts';
import { createReactor, starter } from './features/triggers/index.ts';
import { isAgentToken } from './platform/http/instead.ts';
import { registerOperations, type Handlers, type OperationHost } from './platform/http/operations.ts';
import { createServer, type ServerOptions } from './platform/http/server.ts';
import type { Platform } from './platform/platform.ts';
import { startIndexUpkeep } from './platform/index-upkeep.ts';

export interface App extends AsyncDisposable {
  server: FastifyInstance;
  audit: Audit;
}

export interface AppOptions extends Pick<ServerOptions, 'trustedProxies' | 'tls' | 'arrivalMs'> {
  /** Where the built web page is. */
  webDist: string;
  /** How long a poll of a bot with nothing to do is held, milliseconds; default: 40 s. */
  idleHoldMs?: number;
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
  const pools = poolQueries(db);
  const files = createFiles(db);
  const logs = logQueries(db);
  const searchLog = createLogSearcher(platform, logs);
  const agentCredentials = agentQueries(db);
  const people = authenticator(platform, access);
  const authenticateAgent = agentAuthenticator(platform, agentCredentials);
  const instructionFor = instructionMaker(platform);
  const counter = createCounter(platform, instructionFor);
  const idle = createIdleBots(platform, counter);
  const ring = (changed: readonly { id: string }[]) => {
    for (const { id } of changed) platform.bus.publish(`job:${id}`);
  };
  const wake = (queue: string) => counter.wake(queue);
  /** An attempt is over: others may take what its job kept from them, or the job itself again. */
  const freed = ({ host_id, pool, limited }: AttemptState, back: boolean) => {
    if (back || limited) wake(pool ?? host_id);
  };
  const run = createRunner(platform, counter, files);
  const startAutomatically = automaticStarter(platform, tasks, run);
  const schedules = scheduleQueries(db);
  const startTriggered = starter({
    start: startAutomatically,
    waitOut: graceWaiter(platform, { queries: schedules, tasks }),
  });
  const notifications = createNotifications(platform, {
    lastLines: (jobId, attempt, count) => lastLines(logs, jobId, attempt, count),
    userOf: async (customerId, emailOrId) => (await access.memberBy(customerId, emailOrId))?.user_id,
  });
  const reactor = createReactor(platform, {
    task: startTriggered,
    workflow: startTriggered,
    rule: notifications.listen,
  });
  const stop: Stopper = (hostId, attempt) => counter.tellAnywhere(hostId, { type: 'cancel', ...attempt });
  const take = eventTaker(platform, { freed, ended: () => reactor.kick() });
  const agents = agentRoutes(platform, {
    queries: agentCredentials,
    hosts,
    scripts,
    files,
    counter,
    instructionFor,
    take,
    audit,
    freed,
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
      pools,
      dropAgents: (hostId) => agentCredentials.deleteOf(hostId),
      wake,
      pollAgain: (hostId) => counter.pollAgain(hostId),
    }),
    ...agents.handlers,
    ...eventRoutes(events),
    ...taskRoutes(platform, {
      queries: tasks,
      events,
      pools,
      deleteLogs: (taskId) => jobs.deleteLogsOfTask(taskId),
      holdWaiting: async (taskId, reason) => ring(await holdWaitingOfTask(db, taskId, reason)),
      releaseHeld: async ({ id, host_id, pool_id }) => {
        ring(await releaseHeldOfTask(db, id));
        const queue = pool_id ?? host_id;
        if (queue !== null) wake(queue);
      },
      memberEmail: async (customerId, emailOrId) => (await access.memberBy(customerId, emailOrId))?.email,
    }),
    ...recipeRoutes(platform, { tasks, events, pools, scripts, hosts }),
    ...jobRoutes(platform, {
      queries: jobs,
      tasks,
      run,
      files,
      stop,
      wake,
    }),
    ...scheduleRoutes(platform, { queries: schedules, tasks }),
    ...notifications.handlers,
    ...logRoutes(platform, jobs, logs, searchLog),
    ...fileRoutes(files),
    ...auditRoutes(platform, audit),
    ...systemRoutes(platform),
    pollBot: pollHandler(platform, counter, instructionFor, {
      pools,
      idle,
      freed,
      idleHoldMs: options.idleHoldMs,
    }),
    postBotEvents: eventsHandler(take, counter),
  };
  const host: OperationHost = {
    metrics,
    authenticate: (token) => (isAgentToken(token) ? authenticateAgent(token) : people.authenticate(token)),
    recall: (token) => people.recall(token),
    remembering: new Set([...REMEMBERING, 'pollBot']),
    findCustomer: (name) => access.customerByName(name),
    // the page is ours where its origin is the address it was asked for
    ownOrigin: (origin, request) =>
      origin === platform.publicUrl() || origin === `${request.protocol}://${request.host}`,
    audit: (call) => audit.record(call),
  };

  const server = await createServer({ log, metrics, ...options });
  registerOperations(server, handlers, host);
  await serveWebPage(server, options.webDist);
  const { supervisors } = platform;
  supervisors.onLook((others) => metrics.supervisors.set(others + 1));
  let announced: AsyncDisposable | undefined;
  server.addHook('onListen', async () => {
    const { port } = server.server.address() as AddressInfo;
    announced = await supervisors.announce(`${hostname()}:${port}`);
  });
  const chores = [
    startLostSweep(platform, { freed }),
    startClockSweep(platform, { wake }),
    startAgentSweep(platform, { wake, freed }),
    keepPartitions(platform),
    startRetention(platform),
    startScheduler(platform, {
      queries: schedules,
      start: startAutomatically,
      stop: (job, by) => stopAnywhere(platform, stop, job, { by, why: 'canceled' }),
    }),
    startIndexUpkeep(platform),
    startHousekeeping(platform),
    startFileSweep(platform, files.queries),
  ];

  return {
    server,
    audit,
    async [Symbol.asyncDispose]() {
      for (const chore of chores) chore[Symbol.dispose]();
      await server.close();
      await reactor[Symbol.asyncDispose]();
      await notifications[Symbol.asyncDispose]();
      await searchLog[Symbol.asyncDispose]();
      await agents[Symbol.asyncDispose]();
      idle[Symbol.dispose]();
      await counter[Symbol.asyncDispose]();
      // last: until here the others are told what happens
      await announced?.[Symbol.asyncDispose]();
      await audit.flush();
    },
  };
}
