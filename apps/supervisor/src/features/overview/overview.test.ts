import type { Overview } from '@argus/contract';
import { createTestDatabase, fakeBot, until, type TestDatabase } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addHost, startTestApp, type TestApp } from '../../testing/index.ts';
import { succeed } from '../../testing/samples/shared.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let token: string;
let made = 0;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
  token = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

const overview = async (as = token): Promise<Overview> => {
  const { status, body } = await app.request('GET', '/overview', { token: as });
  expect(status).toBe(200);
  return body as Overview;
};

async function aBot() {
  const host = await addHost(app.db, app.demo.id, `bot-${++made}`);
  app.keepSecret(host.credential);
  return host;
}

async function aTask(host_id: string, values: object = {}): Promise<string> {
  const { body } = await app.request('POST', '/task', {
    token,
    body: {
      name: 'Report',
      host_id,
      script_id: app.demo.script.id,
      run_as: 'sh %script%',
      acls: [],
      ...values,
    },
  });
  return body.id as string;
}

const run = async (id: string): Promise<string> =>
  (await app.request('POST', `/task/${id}/job`, { token })).body.id as string;

/** Ends a waiting job as a bot would whose script failed. */
async function fail(id: string): Promise<void> {
  await app.db.once(`update jobs set lifecycle = 'assigned' where id = $1`, [id]);
  await app.db.once(
    `update jobs set lifecycle = 'finished', state = 'failure', reason_code = 'exit_code', reason = 'exit code 1',
       exit_code = 1, finished_at = now() where id = $1`,
    [id],
  );
}

test('what waits is told by queue, with the reason of the first', async () => {
  const host = await aBot();
  const id = await aTask(host.id);
  const first = await run(id);
  await run(id);
  const { waiting, bots } = await overview();
  expect(waiting.queues.find(({ host_id }) => host_id === host.id)).toMatchObject({
    hostname: host.hostname,
    jobs: 2,
    waits_for: 'bot_away',
    reason: `bot ${host.hostname} was never heard of: start it`,
    first: { id: first },
  });
  expect(bots.silent.map(({ hostname }) => hostname)).toContain(host.hostname);
});

test('what runs is told, the oldest first, and its bot is there', async () => {
  const host = await aBot();
  using bot = fakeBot({ url: app.url, credential: host.credential });
  const job = await run(await aTask(host.id));
  await bot.takeRuns(1, { slots: 1 });
  await until(async () => (await overview()).running.jobs.some(({ id }) => id === job));
  const { running, bots } = await overview();
  expect(running.count).toBe(running.jobs.length);
  expect(bots.there).toBeGreaterThan(0);
  expect(bots.silent.map(({ hostname }) => hostname)).not.toContain(host.hostname);
});

test('a task fails since its first failure after the last success, and no more once it succeeds', async () => {
  const host = await aBot();
  const id = await aTask(host.id, { name: 'Backup' });
  const told = async () => (await overview()).failing.tasks.find(({ task }) => task.id === id);
  await fail(await run(id));
  expect(await told()).toMatchObject({ in_a_row: 1 });
  await succeed(app, await run(id));
  expect(await told()).toBeUndefined();
  const first = await run(id);
  await fail(first);
  const last = await run(id);
  await fail(last);
  const waits = await run(id);
  expect(await told()).toMatchObject({
    task: { id, name: 'Backup' },
    in_a_row: 2,
    last: { id: last, reason: 'exit code 1' },
  });
  const { body } = await app.request('GET', `/job/${first}`, { token });
  expect((await told())?.since).toBe(body.finished_at);
  await succeed(app, waits);
  expect(await told()).toBeUndefined();
});

test('jobs on hold are counted by why, and paused tasks are named', async () => {
  const host = await aBot();
  const held = await run(await aTask(host.id));
  await app.request('PUT', `/job/${held}/hold`, { token });
  const paused = await aTask(host.id, { name: 'Stands still' });
  await run(paused);
  const { status } = await app.request('PUT', `/task/${paused}/pause`, { token, body: { reason: 'a test' } });
  expect(status).toBe(200);
  const { on_hold, paused_tasks } = (await overview()).waiting;
  expect(on_hold).toEqual(
    expect.arrayContaining([
      { reason_code: 'held', jobs: 1 },
      { reason_code: 'task_paused', jobs: 1 },
    ]),
  );
  expect(paused_tasks).toEqual({ count: 1, tasks: [{ id: paused, name: 'Stands still' }] });
});

test('the next runs are told, the soonest first, without what is paused', async () => {
  const host = await aBot();
  const id = await aTask(host.id);
  const at = (runDate: string) =>
    app.request('POST', `/task/${id}/schedule`, { token, body: { runDate, name: runDate } });
  await at('2100-02-01T00:00:00Z');
  const { body } = await at('2100-01-01T00:00:00Z');
  await at('2100-03-01T00:00:00Z');
  const names = async () => (await overview()).schedules.next.map(({ name }) => name.slice(0, 7));
  expect(await names()).toEqual(['2100-01', '2100-02', '2100-03']);
  await app.request('PUT', `/schedule/${body.id as string}/pause`, { token });
  expect(await names()).toEqual(['2100-02', '2100-03']);
});

test('who sees one task is told of nothing else', async () => {
  const host = await aBot();
  const hidden = await aTask(host.id, { name: 'Hidden' });
  await fail(await run(hidden));
  await app.request('POST', `/task/${hidden}/schedule`, { token, body: { runDate: '2099-01-01T00:00:00Z' } });
  const seen = await aTask(host.id, { name: 'Seen', acls: ['viewer'] });
  await fail(await run(seen));
  const { failing, schedules } = await overview(app.demo.people.viewer.token);
  const tasks = failing.tasks.map(({ task }) => task.name);
  expect(tasks).toContain('Seen');
  expect(tasks).not.toContain('Hidden');
  expect(schedules.next.map(({ of }) => of.id)).not.toContain(hidden);
});

test('first steps tick themselves off', async () => {
  const { first_steps } = await overview();
  expect(first_steps).toEqual({
    bot: true,
    script: true,
    task: true,
    green_run: true,
    token: expect.any(Boolean),
  });
  await app.request('POST', '/token', { token, body: { name: 'for curl', role: 'user' } });
  expect((await overview()).first_steps.token).toBe(true);
});

test('what fails while a script is tried is nothing that needs looking after', async () => {
  const host = await aBot();
  const { body } = await app.request('POST', `/script/${app.demo.script.id}/try`, {
    token,
    body: { host_id: host.id },
  });
  await fail(body.id as string);
  const { failing } = await overview();
  expect(failing.tasks.map(({ last }) => last)).not.toContain(body.id);
  const { body: activity } = await app.request('GET', '/task/activity', { token });
  expect(activity.map(({ task_id }: { task_id: string }) => task_id)).not.toContain(body.task_id);
});
