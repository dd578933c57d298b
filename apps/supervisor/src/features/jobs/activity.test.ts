import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTask, startTestApp, type TestApp } from '../../testing/index.ts';
import { succeed } from '../../testing/samples/shared.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let token: string;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  token = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

const aTask = (acls: string[] = []) =>
  addTask(app.platform, app.demo.id, { host_id: app.demo.host.id, script_id: app.demo.script.id, acls });
const run = async (id: string) => (await app.request('POST', `/task/${id}/job`, { token })).body.id as string;
const activityOf = async (id: string, as = token) => {
  const { body } = await app.request('GET', '/task/activity', { token: as });
  return body.find(({ task_id }: { task_id: string }) => task_id === id);
};

test('of a task one sees its newest job, how the last one ended, what waits and when a clock starts it', async () => {
  const { id } = await aTask();
  expect(await activityOf(id)).toBeUndefined();
  const first = await run(id);
  expect(await activityOf(id)).toMatchObject({ running: 0, waiting: 1, ended: null, last: { id: first } });
  await succeed(app, first);
  const second = await run(id);
  await app.request('POST', `/task/${id}/schedule`, {
    token,
    body: { runDate: '2100-01-01T00:00:00Z' },
  });
  expect(await activityOf(id)).toMatchObject({
    waiting: 1,
    grace: 0,
    ended: 'success',
    next_run_at: '2100-01-01T00:00:00.000Z',
    last: { id: second, lifecycle: 'ready', state: 'in_progress', finished_at: null },
  });
});

test('nobody sees what tasks do that they do not see', async () => {
  const hidden = await aTask();
  const open = await aTask(['viewer']);
  await run(hidden.id);
  await run(open.id);
  const viewer = app.demo.people.viewer.token;
  expect(await activityOf(hidden.id, viewer)).toBeUndefined();
  expect(await activityOf(open.id, viewer)).toMatchObject({ waiting: 1 });
  expect(await activityOf(open.id, app.other.people.owner.token)).toBeUndefined();
});
