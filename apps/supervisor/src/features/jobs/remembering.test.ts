import { createTestDatabase, type TestDatabase } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addIntegrationToken,
  addPerson,
  addTask,
  startSupervisor,
  startTestApp,
  type TestApp,
  type TestSupervisor,
} from '../../testing/index.ts';

// What one supervisor remembers of callers and tasks must not outlive a change that another one made.
const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let other: TestSupervisor;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
  other = resources.use(await startSupervisor(database.connection));
});
afterAll(() => resources.disposeAsync());

const admin = () => app.demo.people.admin.token;
const task = () =>
  addTask(app.platform, app.demo.id, { host_id: app.demo.host.id, script_id: app.demo.script.id });
const run = async (id: string, token: string) =>
  (await app.request('POST', `/task/${id}/job`, { token, body: {} })).status;
/** Runs it often enough that everything is remembered. */
async function runRemembered(id: string, token: string): Promise<void> {
  for (let time = 0; time < 3; time++) expect(await run(id, token)).toBe(200);
}

test('a revoked token runs nothing any more', async () => {
  const { id } = await task();
  const { id: tokenId, token } = await addIntegrationToken(app.db, app.demo.id, { role: 'user' });
  app.keepSecret(token);
  await runRemembered(id, token);
  expect((await other.request('DELETE', `/token/${tokenId}`, { token: admin() })).status).toBe(204);
  expect(await run(id, token)).toBe(401);
});

test('a member who became a viewer runs nothing any more, and one who became a user does at once', async () => {
  const { id } = await task();
  const person = await addPerson(app.db, app.demo.id, 'changing@demo.test', 'user');
  app.keepSecret(person.token);
  await runRemembered(id, person.token);
  const change = (role: string) =>
    app.db.query('change_role', 'update members set role = $2 where user_id = $1', [person.userId, role]);
  await change('viewer');
  expect(await run(id, person.token)).toBe(403);
  await change('user');
  expect(await run(id, person.token)).toBe(200);
});

test('a task that was paused, changed, closed to a caller or deleted is not run as it was', async () => {
  const { id } = await task();
  const person = app.demo.people.user.token;
  await runRemembered(id, person);
  await other.request('PUT', `/task/${id}/pause`, { token: admin(), body: { reason: 'repairs' } });
  expect(await run(id, person)).toBe(422);
  await other.request('PUT', `/task/${id}/resume`, { token: admin() });
  await runRemembered(id, person);
  await other.request('PATCH', `/task/${id}`, { token: admin(), body: { timeout: 7, name: 'Renamed' } });
  const { body } = await app.request('POST', `/task/${id}/job`, { token: person, body: {} });
  expect(body).toMatchObject({ timeout: 7, name: 'Renamed' });
  await other.request('PATCH', `/task/${id}`, { token: admin(), body: { acls: ['nobody@demo.test'] } });
  expect(await run(id, person)).toBe(404);
  expect(await run(id, admin())).toBe(200);
  expect((await other.request('DELETE', `/task/${id}?force=true`, { token: admin() })).status).toBe(200);
  expect(await run(id, admin())).toBe(404);
});

test('a new version of the script runs at once, and a changed secret key is the only one', async () => {
  const { id, secret } = await task();
  const bySecret = (key: string) => app.request('POST', `/task/${id}/secret/${key}/job`, { body: {} });
  for (let time = 0; time < 3; time++) expect((await bySecret(secret)).status).toBe(200);
  const script = app.demo.script.id;
  const before = (await bySecret(secret)).body;
  await other.request('PUT', `/script/${script}`, { token: admin(), body: { content: 'echo anew\n' } });
  expect((await bySecret(secret)).body.script_version).toBe(before.script_version + 1);
  const changed = (await other.request('POST', `/task/${id}/secret`, { token: admin() })).body;
  expect((await bySecret(secret)).status).toBe(403);
  expect((await bySecret(changed.secret)).status).toBe(200);
});
