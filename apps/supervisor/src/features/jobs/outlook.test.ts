import type { TaskOutlook } from '@argus/contract';
import { createTestDatabase, fakeBot, until, type FakeBot, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { addHost, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let token: string;
let hostId: string;
let hostname: string;
let bot: FakeBot;
let made = 0;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
  token = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

beforeEach(async () => {
  hostname = `outlook-${++made}`;
  const host = await addHost(app.db, app.demo.id, hostname);
  hostId = host.id;
  app.keepSecret(host.credential);
  bot = fakeBot({ url: app.url, credential: host.credential });
});
afterEach(() => bot[Symbol.dispose]());

async function task(values: object = {}): Promise<string> {
  const body = { name: 'Looks', host_id: hostId, script_id: app.demo.script.id, acls: ['user'], ...values };
  return (await app.request('POST', '/task', { token, body })).body.id as string;
}
const run = (id: string, values: unknown[] = [], as = token) =>
  app.request('POST', `/task/${id}/job`, { token: as, body: { task_arguments: values } });
const outlook = async (id: string, as = token): Promise<TaskOutlook> =>
  (await app.request('GET', `/task/${id}/outlook`, { token: as })).body as TaskOutlook;

async function appear(slots = 1): Promise<void> {
  const leaving = new AbortController();
  const polled = bot.poll({ slots, signal: leaving.signal }).catch(() => undefined);
  await until(
    async () => (await app.request('GET', `/host/${hostId}`, { token })).body.last_seen_at !== null,
  );
  leaving.abort();
  await polled;
}

test('it names the bot that would take a run now, and says why none would', async () => {
  const id = await task();
  expect(await outlook(id)).toMatchObject({
    bot: null,
    waits_for: 'bot_away',
    reason: `bot ${hostname} was never heard of: start it`,
    duration: null,
    last_values: [],
  });
  await appear();
  expect(await outlook(id)).toMatchObject({
    bot: { id: hostId, hostname },
    waits_for: null,
    reason: null,
    bots: 1,
    jobs_before: 0,
  });
  await run(id);
  expect(await outlook(id)).toMatchObject({ bot: null, waits_for: 'jobs_before', jobs_before: 1 });
});

test('what may not run beside itself does not keep the runs of others', async () => {
  const alone = await task({ name: 'Alone', multitasking: false });
  const other = await task({ name: 'Other' });
  for (let n = 0; n < 3; n += 1) await run(alone);
  await bot.takeRuns(1, { slots: 2 });
  await until(async () => (await outlook(alone)).running === 1);
  expect(await outlook(alone)).toMatchObject({ waits_for: 'task_limit', jobs_before: 2 });
  expect(await outlook(other)).toMatchObject({ bot: { hostname }, jobs_before: 0 });
});

test('labels that no bot carries are named', async () => {
  const id = await task({ host_id: null, host_labels: ['quantum'] });
  expect(await outlook(id)).toMatchObject({ bots: 0, waits_for: 'no_bot' });
  expect((await outlook(id)).reason).toContain('quantum');
});

test('it offers the last three sets of values that the person gave, never a masked one nor those of others', async () => {
  const id = await task({
    task_arguments: [
      { type: 'input', label: 'Who' },
      { type: 'input', label: 'Key', masked: true },
    ],
  });
  for (const who of ['a', 'b', 'a', 'c', 'd']) await run(id, [who, `secret-${who}`]);
  await run(id, ['e', 'secret-e'], app.demo.people.user.token);
  const { last_values } = await outlook(id);
  expect(last_values.map(({ values }) => values)).toEqual([
    ['d', null],
    ['c', null],
    ['a', null],
  ]);
  expect(JSON.stringify(last_values)).not.toContain('secret-');
  const theirs = await outlook(id, app.demo.people.user.token);
  expect(theirs.last_values.map(({ values }) => values)).toEqual([['e', null]]);
});

test('it offers the files of these sets, but masked ones, and tells files of one name apart', async () => {
  const id = await task({
    task_arguments: [
      { type: 'file', label: 'Report' },
      { type: 'file', label: 'Key', masked: true },
    ],
  });
  for (const content of ['one', 'two'])
    await run(id, [`data:text/plain;name=a.txt,${content}!`, 'data:text/plain;name=key,k']);
  const { last_values } = await outlook(id);
  expect(last_values).toMatchObject([
    { values: ['a.txt', null], files: [{ position: 0, filename: 'a.txt', size: 4 }] },
    { values: ['a.txt', null], files: [{ position: 0, filename: 'a.txt', size: 4 }] },
  ]);
  expect(new Set(last_values.map(({ files }) => files[0]?.id)).size).toBe(2);
});

test('how long it takes comes from its successful runs alone', async () => {
  const id = await task();
  for (let n = 0; n < 11; n += 1) await run(id);
  const runs = await bot.takeRuns(11, { slots: 11 });
  for (const one of runs) await bot.started(one);
  for (const [index, one] of runs.entries())
    await bot.finish(one, { exit_code: index === 10 ? 1 : 0, duration_ms: 10 });
  expect((await outlook(id)).duration).toMatchObject({ runs: 10 });
  // seconds of each: 1 to 9, and one of 100; the failed one took longest
  await app.db.query(
    'age_runs',
    `update jobs j set finished_at = now(), started_at = now() - case when j.state = 'success' then (case when n.place = 10 then 100 else n.place end) else 5000 end * interval '1 second'
     from (select id, row_number() over (partition by state order by id) as place from jobs where task_id = $1) n where n.id = j.id`,
    [id],
  );
  expect((await outlook(id)).duration).toEqual({ runs: 10, median_ms: 5000, p90_ms: 9000 });
});

test('who may not run a task is not told, and who may not see it knows nothing of it', async () => {
  const id = await task({ acls: ['viewer', 'user'] });
  const as = async (person: string) =>
    (await app.request('GET', `/task/${id}/outlook`, { token: person })).status;
  expect(await as(app.demo.people.viewer.token)).toBe(403);
  const hidden = await task({ acls: [] });
  const { status } = await app.request('GET', `/task/${hidden}/outlook`, {
    token: app.demo.people.user.token,
  });
  expect(status).toBe(404);
});
