/**
 * What existing clients, scripts and agents of such a system send, and what they must get: one line of a table each.
 * Where a better answer was decided than they know, the sentence says that answer.
 */
import { operations } from '@argus/contract';
import { createTestDatabase, fakeBot } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addHost,
  addIntegrationToken,
  addPerson,
  addTask,
  startTestApp,
  type Answer,
  type RequestOptions,
  type TestApp,
} from './testing/index.ts';

const UNKNOWN = 'f'.repeat(24);
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

interface TaskOfTest {
  id: string;
  secret: string;
}

/** What every line may use: an admin's token A, a viewer V, a user U; T takes an argument after a fixed one, T0 none. */
interface World {
  app: TestApp;
  A: string;
  V: string;
  U: string;
  T: TaskOfTest;
  T0: TaskOfTest;
  send(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /** A task with this access list, and the list as V has it. */
  guarded(acls: string[]): Promise<{ id: string; listed: boolean; status: number }>;
}

const resources = new AsyncDisposableStack();
let world: World;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  const app = resources.use(await startTestApp(connection));
  const { demo, db, platform } = app;
  const runnable = { host_id: demo.host.id, script_id: demo.script.id };
  const viewer = await addPerson(db, demo.id, 'v@x.test', 'viewer', { tags: ['team:Ops'] });
  const T = await addTask(platform, demo.id, {
    ...runnable,
    task_arguments: [
      { order: 0, type: 'fixed', label: 'Fixed', value: 'F' },
      { order: 1, type: 'input', label: 'Input' },
    ],
  });
  for (const secret of [T.secret, viewer.token]) app.keepSecret(secret);
  const send: World['send'] = (method, path, options) => app.request(method, path, options);
  world = {
    app,
    A: (await addIntegrationToken(db, demo.id)).token,
    V: viewer.token,
    U: demo.people.user.token,
    T,
    T0: demo.task,
    send,
    async guarded(acls) {
      const { id } = await addTask(platform, demo.id, { ...runnable, acls });
      const { body } = await send('GET', '/demo/task', { token: viewer.token });
      const { status } = await send('GET', `/demo/task/${id}`, { token: viewer.token });
      return { id, listed: (body as { id: string }[]).some((task) => task.id === id), status };
    },
  };
});
afterAll(() => resources.disposeAsync());

interface Vector {
  name: string;
  /** The operation that it is about, where it is not there yet in every version. */
  needs?: string;
  check(world: World): Promise<void>;
}

/** What a run was given, or the status and code of its refusal. */
async function ran(answer: Promise<Answer>): Promise<unknown> {
  const { status, body } = await answer;
  return status === 200 ? body.task_arguments_values : [status, body.code];
}

const vectors: Vector[] = [
  {
    name: '1 the list is the same by path and query as by header, each task with id, name and hostname',
    async check({ send, A }) {
      const byQuery = await send('GET', `/demo/task?access_token=${A}`);
      const byHeader = await send('GET', '/task', { token: A });
      expect([byQuery.status, byHeader.status]).toEqual([200, 200]);
      expect(byHeader.body).toEqual(byQuery.body);
      for (const task of byQuery.body as Record<string, unknown>[])
        expect([task['id'], task['name'], task['hostname']].map((value) => typeof value)).toEqual(
          Array.from({ length: 3 }, () => 'string'),
        );
    },
  },
  {
    name: '2 a token in two places is refused with 401',
    async check({ send, A }) {
      const { status } = await send('GET', `/demo/task?access_token=${A}`, { token: A });
      expect(status).toBe(401);
    },
  },
  {
    name: '3 a task without an access list is for admins: absent from a viewer’s list, 404 by its id',
    async check({ guarded }) {
      expect(await guarded([])).toMatchObject({ listed: false, status: 404 });
    },
  },
  {
    name: '4 an access list admits by e-mail, role and member tag, whole and without case',
    async check({ guarded }) {
      for (const entry of ['V@X.TEST', 'viewer', 'team:ops', 'Team:OPS'])
        expect(await guarded(['nobody@else.test', entry]), entry).toMatchObject({
          listed: true,
          status: 200,
        });
      for (const entry of ['v@x', 'team', 'team:op', 'iewer', '.*', 'user'])
        expect(await guarded([entry]), entry).toMatchObject({ listed: false, status: 404 });
    },
  },
  {
    name: '5 another organization in the path is a conflict, also on a path that reads',
    async check({ send, A, T }) {
      expect((await send('GET', `/other/task/${T.id}`, { token: A })).status).toBe(409);
    },
  },
  {
    name: '6 a run in another organization’s path is a conflict, in one that does not exist 404',
    async check({ send, A, T0 }) {
      expect((await send('POST', `/other/task/${T0.id}/job`, { token: A })).status).toBe(409);
      expect((await send('POST', `/nobody/task/${T0.id}/job`, { token: A })).status).toBe(404);
    },
  },
  {
    name: '7 what is no id is 400, an unknown id 404',
    async check({ send, A }) {
      expect((await send('GET', '/demo/task/zzz', { token: A })).status).toBe(400);
      expect((await send('GET', `/demo/task/${UNKNOWN}`, { token: A })).status).toBe(404);
    },
  },
  {
    name: '8 a task without its fields is 400 in the one shape, which names a field',
    async check({ send, A }) {
      const { status, body } = await send('POST', '/demo/task', { token: A, body: {} });
      expect([status, body.code, body.errors[0].field]).toEqual([400, 'invalid_input', 'name']);
    },
  },
  {
    name: '9 a viewer creates no task',
    async check({ send, V }) {
      expect((await send('POST', '/demo/task', { token: V, body: { name: 'x' } })).status).toBe(403);
    },
  },
  {
    name: '10 a run without a body waits for its bot and says who started it',
    async check({ send, U, T0 }) {
      const { status, body } = await send('POST', `/demo/task/${T0.id}/job`, { token: U });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        lifecycle: 'ready',
        state: 'in_progress',
        user: { email: 'user@demo.test' },
        task_arguments_values: [],
      });
    },
  },
  {
    name: '11 values for all positions: what stands in the place of a fixed one is ignored',
    async check({ send, U, T }) {
      const body = { task_arguments: ['ignored', 'x'] };
      expect(await ran(send('POST', `/demo/task/${T.id}/job`, { token: U, body }))).toEqual(['F', 'x']);
    },
  },
  {
    name: '12 values for the asked positions alone mean the same',
    async check({ send, U, T }) {
      const body = { task_arguments: ['x'] };
      expect(await ran(send('POST', `/demo/task/${T.id}/job`, { token: U, body }))).toEqual(['F', 'x']);
    },
  },
  {
    name: '13 too few values are 400, and the message counts those that are asked for',
    async check({ send, U, T }) {
      const { status, body } = await send('POST', `/demo/task/${T.id}/job`, {
        token: U,
        body: { task_arguments: [] },
      });
      expect(status).toBe(400);
      expect(body.message).toContain('An array of length 1 is required');
    },
  },
  {
    name: '14 a task’s secret runs it without a token, with a bare array too, for nobody in particular',
    async check({ send, T }) {
      const { status, body } = await send('POST', `/demo/task/${T.id}/secret/${T.secret}/job`, {
        body: ['x'],
      });
      expect(status).toBe(200);
      expect(body).toMatchObject({ user: {}, origin: 'secret', task_arguments_values: ['F', 'x'] });
    },
  },
  {
    name: '15 a wrong secret, a short one and an unknown id are refused alike',
    async check({ send, T }) {
      const texts = new Set<string>();
      for (const path of [
        `/demo/task/${T.id}/secret/${'0'.repeat(64)}/job`,
        `/demo/task/${T.id}/secret/abc/job`,
        `/demo/task/${UNKNOWN}/secret/${T.secret}/job`,
        `/task/${T.id}/secret/${'0'.repeat(64)}/job`,
      ])
        texts.add((await send('POST', path, { body: ['x'] })).text);
      expect([...texts]).toEqual([expect.stringContaining('"wrong_secret"')]);
    },
  },
  {
    name: '16 a secret runs no other task',
    async check({ send, T, T0 }) {
      expect((await send('POST', `/demo/task/${T0.id}/secret/${T.secret}/job`)).status).toBe(403);
    },
  },
  {
    name: '17 a form runs by secret, with more values than positions or as many',
    async check({ send, T }) {
      const body = `customer=demo&task=${T.id}&task_arguments[]=a&task_arguments[]=b`;
      expect(await ran(send('POST', `/job/secret/${T.secret}`, { body, headers: FORM }))).toEqual(['F', 'b']);
    },
  },
  {
    name: '18 token, organization and task may stand in the address',
    async check({ send, A, T0 }) {
      const path = `/job?access_token=${A}&customer=demo&task=${T0.id}`;
      expect(await ran(send('POST', path, { body: { task_arguments: [] } }))).toEqual([]);
    },
  },
  {
    name: '19 a form under a JSON type, with spaces around its equal signs, is read as the form it is',
    async check({ send, T0 }) {
      for (const body of [
        `customer =%20demo&task =%20${T0.id}`,
        `customer+=+demo&task+=+${T0.id}`,
        `customer%20=%20demo&task%20=%20${T0.id}`,
      ])
        expect(
          await ran(
            send('POST', `/job/secret/${T0.secret}`, {
              body,
              headers: { 'content-type': 'application/json', accept: 'application/json' },
            }),
          ),
          body,
        ).toEqual([]);
    },
  },
  {
    name: '20 wait_result redirects to the job’s result, which answers with the parsed output',
    needs: 'getJobResultBySecret',
    async check({ app, A, send }) {
      const { status, location, end } = await startWaiting(app, A);
      expect(status).toBe(303);
      expect(location).toMatch(/^\/(demo\/)?job\/[0-9a-f]{24}\/[^?]*result\?/);
      expect(location).not.toContain(A);
      await end('{"state":"success","data":{"answer":42}}');
      const { status: last, body } = await send('GET', location);
      expect([last, body]).toEqual([200, { answer: 42 }]);
    },
  },
  {
    name: '21 a script that fails with a statusCode decides the status of the answer that waits for it',
    needs: 'getJobResultBySecret',
    async check({ app, A }) {
      const { location, end } = await startWaiting(app, A);
      await end('{"state":"failure","data":{"statusCode":418}}');
      expect((await fetch(app.url + location)).status).toBe(418);
    },
  },
  {
    name: '22 emptying a queue cancels what waits, keeps it in the history, and leaves what runs alone',
    needs: 'emptyQueue',
    async check({ app, A, send }) {
      const host = await addHost(app.db, app.demo.id, 'queue-bot');
      const { id } = await addTask(app.platform, app.demo.id, {
        host_id: host.id,
        script_id: app.demo.script.id,
      });
      const start = async () => (await send('POST', `/demo/task/${id}/job`, { token: A })).body.id as string;
      const running = await start();
      using bot = fakeBot({ url: app.url, credential: host.credential });
      const [run] = await bot.takeRuns();
      await bot.started(run!);
      const waiting = [await start(), await start()];
      const { body } = await send('DELETE', `/demo/task/${id}/job`, { token: A });
      expect(body).toEqual({ deletedCount: 2 });
      const at = async (job: string) =>
        (await send('GET', `/demo/job/${job}`, { token: A })).body.lifecycle as string;
      expect(await Promise.all([running, ...waiting].map(at))).toEqual(['started', 'canceled', 'canceled']);
    },
  },
  {
    name: '23 an existing agent’s poll gets a job once',
    needs: 'takeAgentJobs',
    async check({ app, A }) {
      const agent = await startAgent(app, A, 'agent-23');
      await agent.start();
      expect(await agent.poll()).toHaveLength(1);
      expect(await agent.poll()).toEqual([]);
    },
  },
  {
    name: '24 of a task that runs one at a time an agent gets the second job after the first has ended',
    needs: 'takeAgentJobs',
    async check({ app, A }) {
      const agent = await startAgent(app, A, 'agent-24', { multitasking: false });
      await agent.start();
      await agent.start();
      const [first] = await agent.poll();
      expect(await agent.poll()).toEqual([]);
      await agent.report(first!);
      expect(await agent.poll()).toHaveLength(1);
    },
  },
  {
    name: '25 an agent’s result of a canceled job ends it, is answered 2xx, and changes nothing once it has ended',
    needs: 'endAgentJob',
    async check({ app, A, send }) {
      const agent = await startAgent(app, A, 'agent-25');
      const id = await agent.start();
      await agent.poll();
      await send('PUT', `/demo/job/${id}/cancel`, { token: A });
      expect(await agent.report(id)).toBeLessThan(300);
      const { body: ended } = await send('GET', `/demo/job/${id}`, { token: A });
      expect(ended.finished_at).not.toBeNull();
      expect(ended.stop_requested).not.toBeNull();
      expect(await agent.report(id)).toBeLessThan(300);
      expect((await send('GET', `/demo/job/${id}`, { token: A })).body).toEqual(ended);
    },
  },
  {
    name: '26 an admin reads a secret key, a user does not',
    async check({ send, A, U, T }) {
      const { body } = await send('GET', `/demo/task/${T.id}/credentials`, { token: A });
      expect(body).toEqual({ id: T.id, secret: T.secret });
      expect((await send('GET', `/demo/task/${T.id}/credentials`, { token: U })).status).toBe(403);
    },
  },
  {
    name: '27 a task comes back from its recipe under another name, with the same script and arguments',
    needs: 'importTask',
    async check({ app, send, A, T }) {
      const before = (await send('GET', `/demo/task/${T.id}`, { token: A })).body;
      for (const mode of ['shallow', 'deep']) {
        const recipe = (await send('GET', `/demo/task/${T.id}/recipe?mode=${mode}`, { token: A })).body;
        const text = JSON.stringify(recipe);
        for (const secret of [T.secret, T.id, before.creation_date as string])
          expect(text).not.toContain(secret);
        const path = `/demo/task/import?name=Imported-${mode}&hostname=${app.demo.host.hostname}`;
        const { status, body } = await send('POST', path, { token: A, body: recipe });
        expect([status, body.name]).toEqual([201, `Imported-${mode}`]);
        const types = (task: { task_arguments: { type: string }[] }) =>
          task.task_arguments.map(({ type }) => type);
        expect(types(body)).toEqual(types(before));
        const bytes = await send('GET', `/demo/script/${body.script_id}/download`, { token: A });
        expect(bytes.text).toBe(app.demo.script.content);
      }
    },
  },
  {
    name: '28 OPTIONS is answered 204 with the CORS headers, whatever the path',
    async check({ send }) {
      for (const path of ['/', '/demo/task', '/job/secret/x', '/no/such/path']) {
        const { status, headers } = await send('OPTIONS', path);
        expect(status).toBe(204);
        expect(headers['access-control-allow-origin']).toBe('*');
        expect(headers['access-control-allow-methods']).toContain('POST');
        expect(headers['access-control-allow-credentials']).toBeUndefined();
      }
    },
  },
];

test.for(vectors)('$name', async ({ needs, check }, { skip }) => {
  if (needs !== undefined && !(needs in operations)) skip(`there is no operation ${needs} yet`);
  await check(world);
});

let hosts = 0;

/** Runs a task with `wait_result`; `end` lets its bot report success with this last line. */
async function startWaiting(app: TestApp, token: string) {
  const host = await addHost(app.db, app.demo.id, `waits-${++hosts}`);
  const { id } = await addTask(app.platform, app.demo.id, {
    host_id: host.id,
    script_id: app.demo.script.id,
  });
  const response = await fetch(`${app.url}/demo/task/${id}/job?wait_result=true&access_token=${token}`, {
    method: 'POST',
    redirect: 'manual',
  });
  const { secret } = (await response.json()) as { secret: string };
  app.keepSecret(secret);
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    async end(stdout: string) {
      using bot = fakeBot({ url: app.url, credential: host.credential });
      const [run] = await bot.takeRuns();
      await bot.finish(run!, { result: { file: null, stdout, stderr: null } });
    },
  };
}

/** An existing agent that has signed in and registered, with a task of its own. */
async function startAgent(
  app: TestApp,
  admin: string,
  hostname: string,
  values: { multitasking?: boolean } = {},
) {
  const call = async (method: string, path: string, authorization: string, body?: unknown) => {
    const response = await fetch(app.url + path, {
      method,
      headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status} ${text}`);
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  const made = await call('POST', '/host/agent', `Bearer ${admin}`, { hostname });
  const { client_id: name, client_secret: secret } = (
    made.body as { supervisor: { client_id: string; client_secret: string } }
  ).supervisor;
  const basic = Buffer.from(`${name}:${secret}`).toString('base64');
  const { body: token } = await call('POST', '/token', `Basic ${basic}`);
  for (const text of [secret, token as string]) app.keepSecret(text);
  const bearer = `Bearer ${token as string}`;
  const registered = await call('POST', '/demo/host', bearer, { hostname, version: '2.1.1', info: {} });
  const { host_id } = registered.body as { host_id: string };
  const { id } = await addTask(app.platform, app.demo.id, {
    host_id,
    script_id: app.demo.script.id,
    ...values,
  });
  return {
    async start(): Promise<string> {
      const { body } = await call('POST', `/demo/task/${id}/job`, `Bearer ${admin}`, {});
      return (body as { id: string }).id;
    },
    async poll(): Promise<string[]> {
      const { body } = await call('GET', `/demo/job?hostname=${hostname}`, bearer);
      return (body as { jobs: { id: string }[] }).jobs.map((job) => job.id);
    },
    async report(job: string): Promise<number> {
      const result = { state: 'success', data: { code: 0, log: 'hello\n', lastline: 'hello' } };
      return (await call('PUT', `/demo/job/${job}`, bearer, { result })).status;
    },
  };
}
