import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { accessQueries, accessRoutes, authenticator } from './features/access/index.ts';
import { agentAuthenticator, agentQueries, agentRoutes, startAgentSweep } from './features/agents/index.ts';
import { auditRoutes, createAudit, type Audit } from './features/audit/index.ts';
import { botRoutes, hostQueries } from './features/bots/index.ts';
import {
  createBuiltin,
  HTTP_RUN_AS,
  HTTP_SCRIPT,
  requestEnv,
  type Builtin,
} from './features/builtin/index.ts';
import {
  createCounter,
  createIdleBots,
  endUnstarted,
  eventsHandler,
  eventTaker,
  instructionMaker,
  pollHandler,
  startClockSweep,
  startLostSweep,
} from './features/dispatch/index.ts';
import { eventQueries, eventRoutes } from './features/events/index.ts';
import { createArtifacts, createFiles, fileRoutes } from './features/files/index.ts';
import {
  automaticStarter,
  createdJob,
  createRunner,
  holdWaitingOfTask,
  jobQueries,
  jobRoutes,
  jobsByIds,
  releaseHeldOfTask,
  REMEMBERING,
  stopAnywhere,
  type AttemptState,
  type Stopper,
} from './features/jobs/index.ts';
import {
  createLogSearcher,
  lastLines,
  logQueries,
  logRoutes,
  preparePartitions,
} from './features/logs/index.ts';
import { overviewRoutes } from './features/overview/index.ts';
import {
  createTeller,
  deciding,
  peopleAsker,
  pendingQueries,
  pendingRoutes,
  startDeadlines,
} from './features/pending/index.ts';
import { createHub, liveQueries, liveRoutes } from './features/live/index.ts';
import { createNotifications } from './features/notifications/index.ts';
import { poolQueries } from './features/pools/index.ts';
import { recipeRoutes } from './features/recipes/index.ts';
import { savedViewQueries, savedViewRoutes } from './features/saved-views/index.ts';
import { secretOpener, secretQueries, secretRoutes } from './features/secrets/index.ts';
import { retentionQueries, retentionRoutes } from './features/retention/index.ts';
import {
  graceWaiter,
  outcomeQueries,
  scheduleQueries,
  scheduleRoutes,
  startScheduler,
} from './features/schedules/index.ts';
import { scriptQueries, scriptRoutes } from './features/scripts/index.ts';
import { serveWebPage, systemRoutes } from './features/system/index.ts';
import {
  knownPeople,
  openDefinitions,
  taskQueries,
  taskRoutes,
  trialQueries,
  visibleTask,
} from './features/tasks/index.ts';
import { createReactor, starter } from './features/triggers/index.ts';
import { webhookQueries, webhookRoutes } from './features/webhooks/index.ts';
import {
  createEngine,
  runQueries,
  runStarter,
  startRunSweep,
  stepEnvironments,
  visibleWorkflow,
  workflowQueries,
  workflowRoutes,
} from './features/workflows/index.ts';
import { isAgentToken } from './platform/http/instead.ts';
import { registerOperations, type Handlers, type OperationHost } from './platform/http/operations.ts';
import { createServer, type ServerOptions } from './platform/http/server.ts';
import type { Outbox } from './platform/outbox.ts';
import type { Platform } from './platform/platform.ts';
import { startUpkeep } from './upkeep.ts';

export interface App extends AsyncDisposable {
  server: FastifyInstance;
  audit: Audit;
}

export interface AppOptions extends Pick<ServerOptions, 'trustedProxies' | 'tls' | 'arrivalMs'> {
  /** Where the built web page is. */
  webDist: string;
  /** Whether people may have their devices told; true if left out. */
  push?: boolean;
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
  const artifacts = createArtifacts(db, files);
  const logs = logQueries(db);
  const searchLog = createLogSearcher(platform, logs);
  const agentCredentials = agentQueries(db);
  const signedIn = authenticator(platform, access);
  const authenticateAgent = agentAuthenticator(platform, agentCredentials);
  const workflows = workflowQueries(db);
  const runs = runQueries(db);
  const stepEnvs = stepEnvironments(platform, runs);
  const secrets = secretQueries(db);
  const openSecrets = secretOpener(platform, secrets);
  const { instructionFor, masksOf } = instructionMaker(platform, {
    stepEnv: stepEnvs,
    http: { runAs: HTTP_RUN_AS, env: requestEnv },
    secrets: openSecrets,
    giveUp: (job, reason) => endUnstarted(platform, job, reason, freed),
  });
  const counter = createCounter(platform, instructionFor);
  const idle = createIdleBots(platform, counter);
  const ring = (changed: readonly { id: string }[]) =>
    changed.forEach(({ id }) => platform.bus.publish(`job:${id}`));
  const wake = (queue: string) => counter.wake(queue);
  /** An attempt is over: others may take what its job kept from them, or the job itself again. */
  const freed = ({ host_id, pool, limited }: AttemptState, back: boolean) => {
    if (back || limited) wake(pool ?? host_id);
  };
  const stop: Stopper = (hostId, attempt) => counter.tellAnywhere(hostId, { type: 'cancel', ...attempt });
  const pending = pendingQueries(db);
  const people = (customerId: string, entries: readonly string[]) => access.people(customerId, entries);
  const ended = () => {
    reactor.kick();
    engine.kick();
  };
  const run = createRunner(platform, {
    counter,
    files,
    askPeople: peopleAsker({ queries: pending, people }),
    httpScript: HTTP_SCRIPT,
    asked: () => teller.kick(),
    forSupervisor: () => builtin.kick(),
    ended,
  });
  const startAutomatically = automaticStarter(platform, tasks, run);
  const schedules = scheduleQueries(db);
  const outcomes = outcomeQueries(db);
  const webhooks = webhookQueries(db);
  const runStarts = runStarter(platform, { queries: workflows, runs, files, made: () => engine.kick() });
  const startByType = { task: startAutomatically, workflow: runStarts.automatically };
  const stopJob = (id: string, by: { by: string; why: string }) => stopAnywhere(platform, stop, id, by);
  const waitOut = graceWaiter(platform, {
    queries: schedules,
    waits: (customerId) => hub.written(customerId, ['schedule']),
    async definitionsOf({ type, id }) {
      const found = await (type === 'task' ? tasks.find(id) : workflows.find(id));
      return found && openDefinitions(platform.box, found.task_arguments);
    },
  });
  const notifications = createNotifications(platform, {
    lastLines: (jobId, attempt, count) => lastLines(logs, jobId, attempt, count),
    userOf: async (customerId, emailOrId) => (await access.memberBy(customerId, emailOrId))?.user_id,
    settled: (jobId) => builtin.settled(jobId),
    ...(options.push !== undefined && { push: options.push }),
  });
  const builtin: Builtin = createBuiltin(platform, {
    letters: notifications.letters,
    people,
    ended,
    secrets: openSecrets,
  });
  const reactor = createReactor(platform, {
    task: starter('task', { start: startAutomatically, waitOut }),
    workflow: starter('workflow', { start: runStarts.automatically, waitOut }),
    rule: notifications.listen,
  });
  const engine: Outbox = createEngine(platform, {
    runs,
    starter: runStarts,
    startTask: startAutomatically,
    artifactsOf: (jobId, attempt) => artifacts.queries.list(jobId, attempt),
    graceOf: async (taskId) => (tasks.recall(taskId) ?? (await tasks.find(taskId)))?.grace_time,
    stopJob,
    ended,
  });
  const take = eventTaker(platform, { freed, ended });
  const decisions = deciding(platform, {
    queries: pending,
    files,
    wake,
    ended,
    asked: () => teller.kick(),
  });
  const teller: Outbox = createTeller(platform, {
    queries: pending,
    tell: ({ key, customerId, userId, subject, text, jobId }) =>
      notifications.letters.put({
        customerId,
        once: key,
        to: { members: [userId] },
        subject,
        body: text,
        jobId,
      }),
    tellChannels: ({ key, channels, text, ...letter }) =>
      notifications.letters.put({ ...letter, once: key, to: { channels }, body: text }),
  });
  const agents = agentRoutes(platform, {
    queries: agentCredentials,
    hosts,
    scripts,
    files,
    counter,
    instructionFor,
    jobs,
    masksOf,
    take,
    audit,
    freed,
  });
  await preparePartitions(platform);
  await scripts.keep(HTTP_SCRIPT);

  const memberEmail = async (customerId: string, emailOrId: string) =>
    (await access.memberBy(customerId, emailOrId))?.email;
  const assigned = async (customerId: string, entries: readonly string[]) =>
    entries.length === 0 ? [] : knownPeople(entries, (entry) => memberEmail(customerId, entry));
  const deleteLogs = (taskId: string) => jobs.deleteLogsOfTask(taskId);
  const hub = createHub({ bus: platform.bus, queries: liveQueries(db), log });
  const handlers: Handlers = {
    ...accessRoutes(platform, access, {
      missingTasks: (customerId, ids) => tasks.missing(customerId, ids),
      listed: async (customerId) => [
        ...(await tasks.accessLists(customerId)).map((row) => ({ type: 'task' as const, ...row })),
        ...(await workflows.accessLists(customerId)).map((row) => ({ type: 'workflow' as const, ...row })),
      ],
    }),
    ...scriptRoutes(platform, {
      queries: scripts,
      tasks,
      trials: trialQueries(db),
      events,
      pools,
      run,
      created: createdJob(platform, jobs),
      deleteLogs,
    }),
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
      deleteLogs,
      holdWaiting: async (taskId, reason) => ring(await holdWaitingOfTask(db, taskId, reason)),
      releaseHeld: async ({ id, host_id, pool_id }) => {
        ring(await releaseHeldOfTask(db, id));
        const queue = pool_id ?? host_id;
        if (queue !== null) wake(queue);
      },
      memberEmail,
    }),
    ...recipeRoutes(platform, { tasks, events, pools, scripts, hosts, workflows }),
    ...jobRoutes(platform, {
      queries: jobs,
      tasks,
      run,
      files,
      artifacts,
      assigned,
      stop,
      ended,
      wake,
    }),
    ...pendingRoutes(platform, { queries: pending, jobs, deciding: decisions, files, people }),
    ...scheduleRoutes(platform, {
      queries: schedules,
      outcomes,
      start: ({ type, id }, start) => startByType[type](id, start),
      find: (caller, { type, id }) =>
        type === 'task' ? visibleTask(tasks, caller, id) : visibleWorkflow(workflows, caller, id),
    }),
    ...workflowRoutes(platform, {
      queries: workflows,
      runs,
      tasks,
      files,
      earlier: { jobs, artifacts: artifacts.queries },
      events,
      starter: runStarts,
      memberEmail,
      jobsOf: (caller, ids) => jobsByIds(db, caller, ids),
      assigned,
      kick: () => engine.kick(),
    }),
    ...webhookRoutes(platform, { queries: webhooks, events, jobs, runs, emitted: () => reactor.kick() }),
    ...notifications.handlers,
    ...savedViewRoutes(savedViewQueries(db)),
    ...secretRoutes(platform, secrets),
    ...logRoutes(platform, jobs, logs, searchLog),
    ...liveRoutes(platform, jobs, hub),
    ...fileRoutes(files, artifacts),
    ...auditRoutes(platform, audit),
    ...retentionRoutes(retentionQueries(db)),
    ...overviewRoutes(platform),
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
    authenticate: (token, address) =>
      isAgentToken(token) ? authenticateAgent(token) : signedIn.authenticate(token, address),
    recall: (token) => signedIn.recall(token),
    remembering: new Set([...REMEMBERING, 'pollBot', 'postBotEvents']),
    findCustomer: (name) => access.customerByName(name),
    // the page is ours where its origin is the address it was asked for
    ownOrigin: (origin, request) =>
      origin === platform.publicUrl() || origin === `${request.protocol}://${request.host}`,
    audit: (call) => audit.record(call),
    changed: hub.written,
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
    startScheduler(platform, {
      queries: schedules,
      outcomes,
      start: ({ type, id }, start) => startByType[type](id, start),
      advanced: (customerId) => hub.written(customerId, ['schedule']),
      async stop(type, id, by) {
        const why = { by, why: 'canceled' };
        await (type === 'task' ? stopJob(id, why) : runs.stop(id, why));
        engine.kick();
      },
    }),
    startRunSweep(platform, runs),
    startDeadlines(platform, decisions),
    ...startUpkeep(platform, { files, webhooks }),
  ];

  return {
    server,
    audit,
    async [Symbol.asyncDispose]() {
      for (const chore of chores) chore[Symbol.dispose]();
      await server.close();
      await reactor[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
      await teller[Symbol.asyncDispose]();
      await builtin[Symbol.asyncDispose]();
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
