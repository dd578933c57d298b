import type { Job, RunInstruction } from '@argus/contract';
import { createTestDatabase, fakeBot, until, type FakeBot, type TestDatabase } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addSession,
  startJob,
  startSupervisor,
  startTestApp,
  watchChanges,
  type Changes,
  type TestApp,
} from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let token: string;
let admin: string;
let bot: FakeBot;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
  token = app.demo.people.viewer.token;
  admin = app.demo.people.admin.token;
  bot = resources.use(fakeBot({ url: app.url, credential: app.demo.host.credential }));
});
afterAll(() => resources.disposeAsync());

const topics = ({ events }: Changes) =>
  new Set(events.flatMap(({ event, data }) => (event === 'changed' ? (data as string[]) : [])));
const says = (changes: Changes, topic: string) => until(() => topics(changes).has(topic));
const jobs = ({ events }: Changes) =>
  events.flatMap(({ event, data }) => (event === 'job' ? [data as Job] : []));

describe('who watches an organization', () => {
  test('is told first that nothing is missed from here on', async () => {
    using changes = await watchChanges(app.url, token);
    expect(changes.events[0]).toMatchObject({ event: 'ready' });
  });

  test('hears that a job was made, started and ended, and what the calls of others wrote', async () => {
    using made = await watchChanges(app.url, token);
    await startJob(app);
    await says(made, 'job');
    const [run] = (await bot.takeRuns()) as [RunInstruction];
    using started = await watchChanges(app.url, token);
    await bot.started(run);
    await says(started, 'job');
    using ended = await watchChanges(app.url, token);
    await bot.finish(run);
    await says(ended, 'job');
    using paused = await watchChanges(app.url, token);
    await app.request('PUT', `/task/${app.demo.task.id}/pause`, { token: admin, body: { reason: 'work' } });
    await until(() => topics(paused).has('task') && topics(paused).has('pause'));
    await app.request('PUT', `/task/${app.demo.task.id}/resume`, { token: admin });
  });

  test('hears of a triggered run that waits, as nobody called for it', async () => {
    const { body: like } = await app.request('GET', `/task/${app.demo.task.id}`, { token: admin });
    const { body: waits } = await app.request('POST', '/task', {
      token: admin,
      body: {
        name: 'Afterwards',
        host_id: like.host_id,
        script_id: like.script_id,
        grace_time: 600,
        triggers: [{ task: app.demo.task.id, event: 'success' }],
      },
    });
    const id = await startJob(app);
    const [run] = (await bot.takeRuns()) as [RunInstruction];
    expect(run.job).toBe(id);
    using changes = await watchChanges(app.url, token);
    await bot.finish(run);
    await says(changes, 'schedule');
    await app.request('DELETE', `/task/${waits.id}`, { token: admin });
  });

  test('hears nothing of another organization', async () => {
    using changes = await watchChanges(app.url, app.other.people.viewer.token);
    using own = await watchChanges(app.url, token);
    await startJob(app);
    await app.request('PATCH', `/task/${app.demo.task.id}`, { token: admin, body: { description: 'other' } });
    await until(() => topics(own).has('job') && topics(own).has('task'));
    expect(topics(changes)).toEqual(new Set());
    const [run] = (await bot.takeRuns()) as [RunInstruction];
    await bot.finish(run);
  });

  test('follows one job whole, at once and at each change, until its end', async () => {
    const id = await startJob(app);
    using changes = await watchChanges(app.url, token, `?job=${id}`);
    await until(() => jobs(changes).length > 0);
    const [run] = (await bot.takeRuns()) as [RunInstruction];
    await bot.started(run);
    await bot.log(run, 'one line\n');
    await until(() => jobs(changes).at(-1)?.log_lines === 1);
    await bot.finish(run);
    await until(() => jobs(changes).at(-1)?.lifecycle === 'finished');
  });

  test('may not follow a job that they cannot see', async () => {
    const id = await startJob(app);
    await expect(watchChanges(app.url, app.other.people.viewer.token, `?job=${id}`)).rejects.toThrow('404');
    const [run] = (await bot.takeRuns()) as [RunInstruction];
    await bot.finish(run);
  });

  test('is let go when signed out', async () => {
    const session = await addSession(app.db, app.demo.id, app.demo.people.viewer.userId);
    using changes = await watchChanges(app.url, session);
    await app.request('POST', '/auth/logout', { token: session });
    await changes.ended;
  });

  test('hears of what happens at another supervisor', async () => {
    await using other = await startSupervisor(database.connection);
    await until(() => app.platform.supervisors.others() === 1 && other.platform.supervisors.others() === 1);
    using changes = await watchChanges(other.url, token);
    const id = await startJob(app);
    await says(changes, 'job');
    await app.request('PATCH', `/task/${app.demo.task.id}`, { token: admin, body: { description: 'third' } });
    await says(changes, 'task');
    await app.request('PUT', `/job/${id}/cancel`, { token: admin });
  });
});
