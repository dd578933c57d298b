import { atLeast, isRole, ROLES, type Operation, type OperationId, type Role } from '@argus/contract';
import { createTestDatabase, fakeBot } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addIntegrationToken,
  addSession,
  allOperations,
  pathOf,
  samplesOf,
  startJob,
  startTestApp,
  type Sample,
  type Samples,
  type TestApp,
} from './testing/index.ts';

const CALLERS = [
  'anonymous',
  ...ROLES,
  'a bot',
  'an existing agent',
  'a token for one task',
  'an owner elsewhere',
  'the instance admin',
] as const;
type CallerName = (typeof CALLERS)[number];

const resources = new AsyncDisposableStack();
let app: TestApp;
let samples: Samples;
let limited: string;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection, { trustedProxies: ['127.0.0.1'] }));
  samples = samplesOf(app);
  limited = (await addIntegrationToken(app.db, app.demo.id, { tasks: [app.demo.task.id] })).token;
  // the bot holds one job, so that it may read its script
  await startJob(app);
  using bot = fakeBot({ url: app.url, credential: app.demo.host.credential });
  await bot.poll({ lost: true });
});
afterAll(() => resources.disposeAsync());

function tokenOf(caller: CallerName): string | undefined {
  const { demo, other, instanceAdmin } = app;
  switch (caller) {
    case 'anonymous':
      return undefined;
    case 'a bot':
      return demo.host.credential;
    case 'an existing agent':
      return demo.agent.token;
    case 'a token for one task':
      return limited;
    case 'an owner elsewhere':
      return other.people.owner.token;
    case 'the instance admin':
      return instanceAdmin.token;
    default:
      return demo.people[caller].token;
  }
}

/** What a token that is limited to one task is for. */
const LIMITED_MAY: ReadonlySet<OperationId> = new Set<OperationId>([
  'getProfile',
  'listTasks',
  'getTask',
  'getTaskOutlook',
  'getTaskCredentials',
  'listArgumentOptions',
  'runTask',
  'createJob',
  'listJobs',
  'getJob',
  'listRunningJobs',
  'countRunningJobs',
  'getJobStats',
  'listTaskActivity',
  'listQueues',
  'getQueueEntry',
  'getJobLifecycle',
  'getJobOutput',
  'getJobInput',
  'getJobFile',
  'listArtifacts',
  'getArtifact',
  'getJobResult',
  'postJobResult',
  'getTaskAcl',
  'emptyQueue',
  'updateJob',
  'holdJob',
  'resumeJob',
  'restartJob',
  'repeatJob',
  'deleteFinishedJobs',
  'cancelJob',
  'listAttempts',
  'getJobLog',
  'listJobLogLines',
  'searchJobLog',
  'followJobLog',
]);

/** What everybody may do with what is theirs. */
const OF_ITS_OWNER: ReadonlySet<OperationId> = new Set<OperationId>([
  'getNotificationRule',
  'updateNotificationRule',
  'deleteNotificationRule',
]);

/** What has a sample of the owner’s, which is nobody else’s. */
const OF_THE_OWNER: ReadonlySet<OperationId> = new Set<OperationId>([
  'endSession',
  'renewPushDevice',
  'deletePushDevice',
  'testPushDevice',
]);

function expected(id: OperationId, operation: Operation, caller: CallerName): number {
  const { permission, status } = operation;
  if (permission === 'public' || permission === 'secret') return status;
  if (caller === 'anonymous') return 401;
  if (permission === 'bot' || caller === 'a bot')
    return permission === 'bot' && caller === 'a bot' ? status : 403;
  if (permission === 'agent' || caller === 'an existing agent')
    return permission === 'agent' && caller === 'an existing agent' ? status : 403;
  if (caller === 'a token for one task') return LIMITED_MAY.has(id) ? status : 403;
  if (permission === 'signed_in' || permission === 'session') return status;
  if (permission === 'instance_admin') return caller === 'the instance admin' ? status : 403;
  if (caller === 'an owner elsewhere')
    return operation.path.includes('{') || id === 'createJob' ? 404 : status;
  const role: Role = caller === 'the instance admin' ? 'viewer' : caller;
  return isRole(permission) && atLeast(role, permission) ? status : 403;
}

/** What is expected of the sample of an operation, which may need more than its permission. */
function statusFor(id: OperationId, operation: Operation, caller: CallerName): number {
  const status = expected(id, operation, caller);
  // its sample needs a task of its own, which that token does not see
  if (caller === 'a token for one task' && id === 'listArgumentOptions') return 404;
  const isBelowOwner = ['viewer', 'user', 'manager', 'the instance admin'].includes(caller);
  // its sample is an admin's rule, which does not exist for others
  if (isBelowOwner && OF_ITS_OWNER.has(id)) return 404;
  // its sample is shared: others have it, and may not change it
  if (isBelowOwner && (id === 'updateSavedView' || id === 'deleteSavedView')) return 403;
  // its sample is a session or a device of the owner, which nobody else has
  if (OF_THE_OWNER.has(id) && caller !== 'owner' && status < 300) return 404;
  // an organization elsewhere gets what it may make
  if (caller === 'an owner elsewhere' && ['createTask', 'createToken', 'createWorkflow'].includes(id))
    return 400;
  return status;
}

describe('who may call what', () => {
  test.each(allOperations)('%s', async (id, operation) => {
    // another operation answers an agent there
    const callers = CALLERS.filter(
      (caller) => operation.instead?.agent === undefined || caller !== 'an existing agent',
    );
    const declared = Object.fromEntries(callers.map((caller) => [caller, statusFor(id, operation, caller)]));
    const answers: Record<string, number> = {};
    const call = async (caller: CallerName, { params, body, headers = {} }: Sample) => {
      const token = id === 'logout' ? await freshToken(caller) : tokenOf(caller);
      answers[caller] = (
        await app.request(operation.method, pathOf(id, params), { token, body, headers })
      ).status;
    };
    // who is refused, or only reads, leaves the sample as it was: one does for all of them
    const leavesIt = (caller: CallerName) => operation.method === 'GET' || (declared[caller] ?? 0) >= 400;
    const sample = await samples[id]();
    await Promise.all(callers.filter(leavesIt).map((caller) => call(caller, sample)));
    for (const caller of callers.filter((one) => !leavesIt(one))) await call(caller, await samples[id]());
    expect(answers).toEqual(declared);
  });

  /** Logging out ends the token, so each call needs one of its own. */
  async function freshToken(caller: CallerName): Promise<string | undefined> {
    const { demo, other, instanceAdmin } = app;
    if (caller === 'anonymous' || caller === 'a bot' || caller === 'an existing agent')
      return tokenOf(caller);
    if (caller === 'a token for one task')
      return (await addIntegrationToken(app.db, demo.id, { tasks: [demo.task.id] })).token;
    if (caller === 'an owner elsewhere') return addSession(app.db, other.id, other.people.owner.userId);
    const { userId } = caller === 'the instance admin' ? instanceAdmin : demo.people[caller];
    return addSession(app.db, demo.id, userId);
  }
});

describe('another organization in the path', () => {
  const ofCustomer = allOperations.filter(
    ([, { scope, permission }]) => scope === 'customer' && permission !== 'secret' && permission !== 'public',
  );

  test.each(ofCustomer)(
    '%s answers 409 to a token of elsewhere, 404 where there is none of that name',
    async (id, { method }) => {
      const { params, body } = await samples[id]();
      const token = app.other.people.owner.token;
      const theirs = await app.request(method, pathOf(id, params, 'demo'), { token, body });
      expect([theirs.status, theirs.body.code]).toEqual([409, 'wrong_customer']);
      const ofNobody = ['nobody', '%00', '..%2f', 'Demo', '%22demo', "'%20or%201=1"].map(async (name) => {
        const unknown = await app.request(method, pathOf(id, params, name), { token, body });
        expect(unknown.status, name).toBeGreaterThanOrEqual(400);
        expect(unknown.status, name).toBeLessThan(500);
      });
      await Promise.all(ofNobody);
    },
  );

  test.each(ofCustomer)(
    '%s takes its own organization in path, quotes, query and body alike',
    async (id, operation) => {
      const { method } = operation;
      const token = operation.permission === 'agent' ? app.demo.agent.token : app.demo.people.owner.token;
      const first = await samples[id]();
      const next = async () => (method === 'GET' ? first : samples[id]());
      for (const customer of ['demo', '%22demo%22']) {
        const { params, body } = await next();
        expect((await app.request(method, pathOf(id, params, customer), { token, body })).status).toBe(
          operation.status,
        );
      }
      const { params, body } = await next();
      expect((await app.request(method, `${pathOf(id, params)}?customer=demo`, { token, body })).status).toBe(
        operation.status,
      );
      if (operation.body === null) return;
      const again = await samples[id]();
      const named = { ...(again.body as object), customer: '"demo"' };
      expect((await app.request(method, pathOf(id, again.params), { token, body: named })).status).toBe(
        operation.status,
      );
    },
  );
});

describe('without a token', () => {
  const guarded = allOperations.filter(([, { permission }]) => permission !== 'public');

  test.each(guarded)(
    '%s answers 401 in each of its forms, and no spelling of its path gets in',
    async (id, operation) => {
      const { params = {} } = await samples[id]();
      for (const key of ['secret', 'key']) if (key in params) params[key] = '0'.repeat(64);
      const forms = [
        pathOf(id, params),
        ...(operation.scope === 'customer' ? [pathOf(id, params, 'demo')] : []),
      ];
      const denied = operation.permission === 'secret' ? 403 : 401;
      // wrong secrets of one address are counted over all operations: each has a place of its own
      const headers = { 'x-forwarded-for': `198.51.100.${guarded.findIndex(([one]) => one === id) % 256}` };
      for (const path of forms) {
        expect((await app.request(operation.method, path, { headers })).status).toBe(denied);
        expect((await app.request(operation.method, `${path}?access_token=`, { headers })).status).toBe(
          denied,
        );
        if (operation.method === 'GET')
          expect((await app.request('HEAD', path, { headers })).status).toBe(denied);
        const tail = path.slice(1);
        const variants = [
          `${path}/`,
          `${path}//`,
          `/${path}`,
          `/.${path}`,
          `/x/..${path}`,
          `/%2e%2e${path}`,
          `/%2f${tail}`,
          `/${tail.replaceAll('/', '%2f')}`,
          `/${tail.replaceAll('/', '//')}`,
          `${path};x=1`,
          `${path}%3bx=1`,
          `${path}%00`,
          `${path}%20`,
          `${path}.json`,
          `/${tail.toUpperCase()}`,
          `/api${path}`,
        ];
        const answers = variants.map(async (variant) => {
          const { status } = await app.request(operation.method, variant, { headers });
          expect(status, variant).toBeGreaterThanOrEqual(400);
          expect(status, variant).toBeLessThan(500);
        });
        await Promise.all(answers);
      }
    },
  );
});
