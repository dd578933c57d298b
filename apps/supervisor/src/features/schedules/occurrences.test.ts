import type { Occurrences, Schedule } from '@argus/contract';
import { createTestDatabase, fakeBot, until, type FakeBot, type TestDatabase } from '@argus/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../platform/ids.ts';
import { addHost, addTask, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let hostId: string;
let bot: FakeBot;
let made = 0;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  const host = await addHost(app.db, app.demo.id, `calendar-${++made}`);
  hostId = host.id;
  app.keepSecret(host.credential);
  bot = resources.use(fakeBot({ url: app.url, credential: host.credential }));
});

const call = async (method: string, path: string, body?: object, token = app.demo.people.admin.token) =>
  app.request(method, path, { token, ...(body && { body }) });
const task = async (values: object = {}) =>
  (await addTask(app.platform, app.demo.id, { host_id: hostId, script_id: app.demo.script.id, ...values }))
    .id;
const schedule = async (taskId: string, body: object): Promise<Schedule> => {
  const answer = await call('POST', `/task/${taskId}/schedule`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const occurrences = async (query: Record<string, string>, token?: string): Promise<Occurrences> => {
  const answer = await call(
    'GET',
    `/schedule/occurrences?${new URLSearchParams(query).toString()}`,
    undefined,
    token,
  );
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
/** Lets the time of a schedule have come so long ago. */
const letCome = (id: string, ago = '0 seconds') =>
  app.db.once(
    `update schedules set next_run_at = date_trunc('second', now()) - interval '${ago}' where id = '${id}'`,
    [],
  );
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const YEAR = new Date().getUTCFullYear() + 1;

describe('the calendar of schedules', () => {
  test('tells the due times to come on the days of a zone, with what changes of clocks do to them', async () => {
    const id = await task();
    const made = await schedule(id, {
      repeatEvery: '30 2 * * *',
      timezone: 'America/New_York',
      name: 'night',
    });
    // the second Sunday of March
    const march = new Date(Date.UTC(YEAR, 2, 8 + ((7 - new Date(Date.UTC(YEAR, 2, 8)).getUTCDay()) % 7)));
    const day = (offset: number) =>
      new Date(march.getTime() + offset * 86_400_000).toISOString().slice(0, 10);
    const found = await occurrences({
      from: `${day(-1)}T00:00:00`,
      to: `${day(2)}T00:00:00`,
      timezone: 'America/New_York',
      task: id,
    });
    expect(found.days.map(({ date, due }) => [date, due])).toEqual([
      [day(-1), 1],
      [day(0), 1],
      [day(1), 1],
    ]);
    expect(found.occurrences.map(({ at, mark }) => [at, mark])).toEqual([
      [`${day(-1)}T07:30:00.000Z`, null],
      [`${day(0)}T07:30:00.000Z`, 'shifted'],
      [`${day(1)}T06:30:00.000Z`, null],
    ]);
    expect(found.occurrences[0]).toMatchObject({
      schedule_id: made.id,
      name: 'night',
      of: { id },
      host_id: hostId,
      outcome: 'due',
    });
    expect(found.clock_changes).toEqual([
      {
        at: `${day(0)}T07:00:00.000Z`,
        timezone: 'America/New_York',
        date: day(0),
        before: '-05:00',
        after: '-04:00',
        left_out: 0,
      },
    ]);
    await call('PATCH', `/schedule/${made.id}`, { missing_hour: 'skip' });
    const skipped = await occurrences({
      from: `${day(0)}T00:00:00`,
      to: `${day(1)}T00:00:00`,
      timezone: 'America/New_York',
      task: id,
    });
    expect(skipped).toMatchObject({ occurrences: [], clock_changes: [{ left_out: 1 }] });
  });

  test('sums up what runs each minute, by the day', async () => {
    const id = await task();
    await schedule(id, { repeatEvery: '* * * * *' });
    await schedule(id, { repeatEvery: '5 seconds' });
    const from = `${inDays(2).slice(0, 10)}T00:00:00Z`;
    const to = `${inDays(4).slice(0, 10)}T00:00:00Z`;
    const found = await occurrences({ from, to, task: id });
    expect(found.occurrences.map(({ times }) => times).toSorted((a, b) => a - b)).toEqual([
      1440, 1440, 17280, 17280,
    ]);
    expect(found.days.map(({ due }) => due)).toEqual([18720, 18720]);
  });

  test('tells what became of due times that passed: started with its job, skipped, missed, failed', async () => {
    const id = await task({ tags: ['calendar'] });
    const hourly = await schedule(id, { repeatEvery: '7 3 1 1 *', name: 'yearly' });
    await letCome(hourly.id, '9 seconds');
    await bot.takeRuns();
    await until(async () => (await call('GET', `/schedule/${hourly.id}`)).body.last !== null);
    // its run goes on
    await letCome(hourly.id);
    await until(async () => (await call('GET', `/schedule/${hourly.id}`)).body.last.outcome === 'skipped');
    const missed = await schedule(id, { repeatEvery: '7 3 1 1 *', missed: 'skip', name: 'strict' });
    await letCome(missed.id, '2 hours');
    await until(async () => (await call('GET', `/schedule/${missed.id}`)).body.last !== null);
    const needs = await task({ task_arguments: [{ order: 0, type: 'input' }], tags: ['calendar'] });
    const failing = await schedule(needs, { repeatEvery: '7 3 1 1 *', task_arguments: ['x'] });
    await app.db.once(`update tasks set task_arguments = $2 where id = $1`, [
      needs,
      JSON.stringify([{ order: 0, type: 'input', pattern: '^y$' }]),
    ]);
    await letCome(failing.id);
    await until(async () => (await call('GET', `/schedule/${failing.id}`)).body.last?.outcome === 'failed');

    const found = await occurrences({ from: inDays(-1), to: inDays(0), tag: 'calendar' });
    const [job] = (await call('GET', `/job?where[schedule_id]=${hourly.id}`)).body;
    const of = (outcome: string) => found.occurrences.filter((one) => one.outcome === outcome);
    expect(of('started')).toMatchObject([{ schedule_id: hourly.id, job_id: job.id, state: 'in_progress' }]);
    expect(of('skipped')).toMatchObject([{ schedule_id: hourly.id, reason: 'its last run had not ended' }]);
    expect(of('missed')).toMatchObject([{ schedule_id: missed.id, name: 'strict' }]);
    expect(of('failed')).toMatchObject([{ schedule_id: failing.id, reason: expect.any(String) }]);
    const sum = (key: 'started' | 'skipped' | 'missed' | 'failed') =>
      found.days.reduce((all, one) => all + one[key], 0);
    expect([sum('started'), sum('skipped'), sum('missed'), sum('failed')]).toEqual([1, 1, 1, 1]);
  });

  test('a schedule for one date is still told once it is over', async () => {
    const id = await task();
    const once = await schedule(id, { runDate: Date.now(), name: 'once' });
    await bot.takeRuns();
    await until(async () => (await call('GET', `/schedule/${once.id}`)).status === 404);
    const { occurrences: list } = await occurrences({ from: inDays(-1), to: inDays(1), task: id });
    expect(list).toMatchObject([{ name: 'once', kind: null, outcome: 'started', at: once.runDate }]);
  });

  test('names the bot on which more is due in one minute than it has slots', async () => {
    await app.db.once('update hosts set slots = 2 where id = $1', [hostId]);
    const ids = [];
    for (let count = 0; count < 3; count++)
      ids.push((await schedule(await task(), { repeatEvery: '15 4 * * *' })).id);
    await schedule(await task(), { repeatEvery: '16 4 * * *' });
    const from = `${inDays(1).slice(0, 10)}T00:00:00Z`;
    const to = `${inDays(2).slice(0, 10)}T00:00:00Z`;
    const { collisions } = await occurrences({ from, to, host: hostId });
    expect(collisions).toEqual({
      are_complete: true,
      list: [
        {
          host_id: hostId,
          hostname: `calendar-${made}`,
          slots: 2,
          at: from.replace('00:00:00Z', '04:15:00.000Z'),
          runs: 3,
          schedules: ids,
        },
      ],
    });
  });

  test('shows nobody what they may not see, and counts paused ones apart', async () => {
    const id = await task({ acls: ['member@demo.test'] });
    const made = await schedule(id, { repeatEvery: '@daily' });
    const query = { from: inDays(0), to: inDays(3), task: id };
    const viewer = app.demo.people.viewer.token;
    expect((await occurrences(query, viewer)).occurrences).toEqual([]);
    expect((await occurrences(query, viewer)).days.every(({ due }) => due === 0)).toBe(true);
    expect((await occurrences(query)).occurrences).toHaveLength(3);
    await call('PUT', `/schedule/${made.id}/pause`);
    expect(await occurrences(query)).toMatchObject({ occurrences: [], paused: 1 });
  });

  test('a span that is none, or longer than two months, is refused', async () => {
    const ask = async (from: string, to: string) =>
      (await call('GET', `/schedule/occurrences?${new URLSearchParams({ from, to }).toString()}`)).body;
    expect(await ask(inDays(1), inDays(0))).toMatchObject({ errors: [{ field: 'to' }] });
    expect(await ask(inDays(0), inDays(63))).toMatchObject({ errors: [{ field: 'to' }] });
    expect(await ask('tomorrow', inDays(0))).toMatchObject({ errors: [{ field: 'from' }] });
  });

  test('a month of ten thousand schedules tells how many there are, and some of each day', async () => {
    const id = await task();
    await app.db.once(
      `insert into schedules (id, customer_id, task_id, kind, repeat_every, timezone, created_by, next_run_at)
       select $1 || lpad(to_hex(n), 8, '0'), $2, $3, 'cron', n % 60 || ' ' || n % 24 || ' * * *',
         (array['UTC', 'Europe/Berlin', 'America/New_York'])[1 + n % 3], 'test', now() + interval '1 day'
       from generate_series(1, 10000) n`,
      [newId().slice(0, 16), app.demo.id, id],
    );
    const query = { from: inDays(1), to: inDays(32), task: id };
    const found = await occurrences(query);
    await app.db.once('delete from schedules where task_id = $1', [id]);
    expect(found.days.slice(1, -1).every(({ due }) => Math.abs(due - 10_000) < 1500)).toBe(true);
    expect(found.occurrences.length).toBeLessThanOrEqual(32 * 100);
    expect(found.days[1]?.left_off).toBeGreaterThan(9_000 - 1500);
  });
});

test('a schedule is run now with its values, and its due times stay as they are', async () => {
  const id = await task({ task_arguments: [{ order: 0, type: 'input', masked: true }] });
  const made = await schedule(id, { repeatEvery: '15 4 * * *', task_arguments: ['hidden'] });
  const { body } = await call('POST', `/schedule/${made.id}/job`);
  expect((await bot.takeRuns())[0]).toMatchObject({ args: ['hidden'] });
  expect((await call('GET', `/job/${body.job_id}`)).body).toMatchObject({
    origin: 'schedule',
    user: { username: 'admin@demo.test' },
    cause: { schedule_id: made.id },
  });
  expect((await call('GET', `/schedule/${made.id}`)).body).toEqual(made);
});

describe('a deleted schedule', () => {
  test('comes back as it was, with masked values, and goes on from its next due time', async () => {
    const id = await task({ task_arguments: [{ order: 0, type: 'input', masked: true }] });
    const before = await schedule(id, {
      repeatEvery: '15 4 * * *',
      timezone: 'Europe/Berlin',
      task_arguments: ['hidden'],
      overlap: 'queue',
    });
    await call('DELETE', `/schedule/${before.id}`);
    expect((await call('GET', `/schedule/${before.id}`)).status).toBe(404);
    const back = await call('PUT', `/schedule/${before.id}/restore`);
    expect(back.body).toEqual(before);
    expect((await call('PUT', `/schedule/${before.id}/restore`)).status).toBe(404);
    await letCome(before.id);
    expect((await bot.takeRuns())[0]).toMatchObject({ args: ['hidden'] });
  });

  test('does not come back for those who may not make one, or after a day', async () => {
    const { id } = await schedule(await task(), { repeatEvery: '@daily' });
    await call('DELETE', `/schedule/${id}`);
    expect((await call('PUT', `/schedule/${id}/restore`, undefined, app.demo.people.user.token)).status).toBe(
      403,
    );
    await app.db.once(`update deleted_schedules set at = now() - interval '25 hours' where id = $1`, [id]);
    expect((await call('PUT', `/schedule/${id}/restore`)).status).toBe(404);
  });
});
