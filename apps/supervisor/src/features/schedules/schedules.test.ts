import type { Job, RunInstruction, Schedule, SchedulePreview } from '@argus/contract';
import { createTestDatabase, fakeBot, until, type FakeBot, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addHost, addTask, startSupervisor, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let admin: string;
let hostId: string;
let bot: FakeBot;
let made = 0;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
  admin = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  const host = await addHost(app.db, app.demo.id, `bot-${++made}`);
  hostId = host.id;
  app.keepSecret(host.credential);
  bot = fakeBot({ url: app.url, credential: host.credential });
});
afterEach(() => bot[Symbol.dispose]());

const sql = (text: string) => app.db.once<Record<string, unknown>>(text, []);
const call = async (method: string, path: string, body?: object, token = admin) =>
  app.request(method, path, { token, ...(body && { body }) });
const task = async (values: object = {}) =>
  (await addTask(app.platform, app.demo.id, { host_id: hostId, script_id: app.demo.script.id, ...values }))
    .id;
const schedule = async (taskId: string, body: object): Promise<Schedule> => {
  const answer = await call('POST', `/task/${taskId}/schedule`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const jobsOf = async (id: string): Promise<Job[]> => (await call('GET', `/job?where[task_id]=${id}`)).body;
const scheduleOf = async (id: string): Promise<Schedule> => (await call('GET', `/schedule/${id}`)).body;
/** Once an hour, at a minute that does not come while a test runs. */
const hourlyApart = () => `${(new Date().getUTCMinutes() + 30) % 60} * * * *`;
/** Lets the time of a schedule have come so long ago. */
const letCome = (id: string, ago = '0 seconds') =>
  sql(
    `update schedules set next_run_at = date_trunc('second', now()) - interval '${ago}' where id = '${id}'`,
  );

describe('a schedule', () => {
  test('at a date runs its task once, with its own values, and is gone', async () => {
    const id = await task({
      task_arguments: [
        { order: 0, type: 'input' },
        { order: 1, type: 'input', masked: true },
      ],
    });
    const made = await schedule(id, { runDate: Date.now(), task_arguments: ['one', 'hidden'], name: 'now' });
    expect(made).toMatchObject({
      kind: 'date',
      task_arguments: ['one', null],
      created_by: 'admin@demo.test',
    });

    expect((await bot.takeRuns())[0]).toMatchObject({ args: ['one', 'hidden'] });

    const [job] = await jobsOf(id);
    expect(job).toMatchObject({
      origin: 'schedule',
      user: { username: 'schedule "now"' },
      cause: { type: 'schedule', schedule_id: made.id, due: made.runDate },
    });
    await until(async () => (await call('GET', `/task/${id}/schedule`)).body.length === 0);
    const { body: listed } = await call('GET', `/job?where[schedule_id]=${made.id}`);
    expect((listed as Job[]).map((one) => one.id)).toEqual([job?.id]);
    expect(await jobsOf(id)).toHaveLength(1);
  });

  test('by cron runs at its times and goes on to the next one', async () => {
    const id = await task();
    const { id: nightly, nextRunAt } = await schedule(id, {
      repeatEvery: '30 2 * * *',
      timezone: 'America/New_York',
    });
    expect(Date.parse(nextRunAt ?? '')).toBeGreaterThan(Date.now());
    await letCome(nightly);
    await bot.takeRuns();
    await until(async () => (await scheduleOf(nightly)).last !== null);
    const [job] = await jobsOf(id);
    expect(await scheduleOf(nightly)).toMatchObject({
      nextRunAt,
      last: { outcome: 'started', job_id: job?.id, reason: null },
    });
  });

  test('with a first date begins at it, and goes on by its pattern', async () => {
    const id = await task();
    const first = new Date(Date.now() + 86_400_000 * 3).toISOString();
    expect(await schedule(id, { runDate: first, repeatEvery: '@daily' })).toMatchObject({
      kind: 'cron',
      repeatEvery: '0 0 * * *',
      nextRunAt: first,
    });
    expect(await schedule(id, { runDate: first, repeatEvery: '2 hours' })).toMatchObject({
      kind: 'interval',
      nextRunAt: first,
    });
  });

  test('whose first run is now runs at once, and goes on in its rhythm', async () => {
    const id = await task();
    const { id: hourly } = await schedule(id, { runDate: Date.now(), repeatEvery: '1 hour' });
    await bot.takeRuns();
    await until(async () => (await scheduleOf(hourly)).last !== null);
    const { runDate, nextRunAt } = await scheduleOf(hourly);
    expect(Date.parse(nextRunAt ?? '') - Date.parse(runDate ?? '')).toBe(3_600_000);
  });

  test('in the shape of old clients is understood', async () => {
    const id = await task();
    expect(
      await schedule(id, { scheduleData: { repeatEvery: '0 5 * * 1', timezone: 'America/Sao_Paulo' } }),
    ).toMatchObject({ repeatEvery: '0 5 * * 1', timezone: 'America/Sao_Paulo' });
  });

  test('that is changed keeps what is left out', async () => {
    const id = await task({ task_arguments: [{ order: 0, type: 'input' }] });
    const { id: one } = await schedule(id, {
      repeatEvery: '0 5 * * *',
      task_arguments: ['x'],
      overlap: 'queue',
    });
    const { body } = await call('PATCH', `/scheduler/${one}`, { timezone: 'Asia/Tokyo', missed: 'skip' });
    expect(body).toMatchObject({
      repeatEvery: '0 5 * * *',
      timezone: 'Asia/Tokyo',
      missed: 'skip',
      overlap: 'queue',
      task_arguments: ['x'],
    });
    expect((body as Schedule).nextRunAt).toMatch(/T20:00:00/);
  });
});

describe('due times', () => {
  test('that nothing could start are made up for by one run', async () => {
    const id = await task();
    const { id: hourly } = await schedule(id, { repeatEvery: hourlyApart() });
    await letCome(hourly, '5 hours');
    await until(async () => (await scheduleOf(hourly)).last !== null);
    expect(await jobsOf(id)).toHaveLength(1);
  });

  test('are caught up with where that is wanted', async () => {
    const id = await task();
    const { id: hourly } = await schedule(id, {
      repeatEvery: hourlyApart(),
      missed: 'catch_up',
      catch_up_limit: 3,
      overlap: 'queue',
    });
    await letCome(hourly, '5 hours');
    await until(async () => (await scheduleOf(hourly)).last !== null);
    expect(await jobsOf(id)).toHaveLength(3);
  });

  test('are skipped while the last run goes on, and say why', async () => {
    const id = await task();
    const { id: hourly } = await schedule(id, { repeatEvery: hourlyApart() });
    await letCome(hourly, '30 seconds');
    await until(async () => (await scheduleOf(hourly)).last?.outcome === 'started');
    await letCome(hourly);
    await until(async () => (await scheduleOf(hourly)).last?.outcome === 'skipped');
    expect((await scheduleOf(hourly)).last).toMatchObject({
      reason: 'its last run had not ended',
      job_id: null,
    });
    expect(await jobsOf(id)).toHaveLength(1);
  });

  test('stop the last run where that is wanted', async () => {
    const id = await task();
    const { id: hourly } = await schedule(id, { repeatEvery: hourlyApart(), overlap: 'cancel' });
    await letCome(hourly, '30 seconds');
    const [first] = await bot.takeRuns();
    await bot.started(first as RunInstruction);
    await letCome(hourly);
    const cancel = await bot.takeCancel(first as RunInstruction);
    expect(cancel.why).toContain('its schedule');
    await until(async () => (await jobsOf(id)).length === 2);
  });

  test('of a task that cannot run leave a job that says why', async () => {
    const id = await task({ script_id: null });
    const { id: hourly } = await schedule(id, { repeatEvery: hourlyApart() });
    await letCome(hourly);
    await until(async () => (await scheduleOf(hourly)).last?.outcome === 'failed');
    expect((await jobsOf(id))[0]).toMatchObject({
      state: 'error',
      reason: expect.stringContaining('no script'),
    });
  });

  test('of one that cannot be read hold up no other', async () => {
    const { id: broken } = await schedule(await task(), { repeatEvery: hourlyApart() });
    const { id: whole } = await schedule(await task(), { repeatEvery: hourlyApart() });
    await sql(`update schedules set given_cipher = 'none of ours' where id = '${broken}'`);
    await letCome(broken, '1 minute');
    await letCome(whole);
    await until(async () => (await scheduleOf(whole)).last?.outcome === 'started');
    expect(app.logged.filter((line) => line.includes('could not carry out a schedule'))).toHaveLength(1);
    await sql(`delete from schedules where id = '${broken}'`);
  });

  test('pass without a run while it is paused, and come again when it is resumed', async () => {
    const id = await task();
    const { id: hourly } = await schedule(id, { repeatEvery: hourlyApart() });
    expect((await call('PUT', `/scheduler/${hourly}/stop`)).body).toMatchObject({
      paused: { by: 'admin@demo.test' },
      nextRunAt: null,
    });
    await letCome(hourly, '3 hours');
    // another one that is due is carried out: by then the paused one was passed over
    const { id: other } = await schedule(await task(), { repeatEvery: hourlyApart() });
    await letCome(other);
    await until(async () => (await scheduleOf(other)).last !== null);
    expect(await jobsOf(id)).toEqual([]);
    const { body } = await call('PUT', `/schedule/${hourly}/resume`, {});
    expect(body).toMatchObject({ paused: null });
    expect(Date.parse((body as Schedule).nextRunAt ?? '')).toBeGreaterThan(Date.now());
  });

  test('of two thousand schedules in one second start each once, with two supervisors', async () => {
    await using other = await startSupervisor(database.connection);
    expect((await other.request('GET', '/api/status')).status).toBe(200);
    const id = await task();
    const { id: pattern } = await schedule(id, { repeatEvery: '0 0 1 1 *', overlap: 'queue' });
    await sql(`insert into schedules (id, customer_id, task_id, kind, repeat_every, policy, given_cipher, next_run_at, created_by)
      select lpad(to_hex(n), 24, '0'), customer_id, task_id, kind, repeat_every, policy, given_cipher, date_trunc('second', now()), created_by
      from schedules, generate_series(1, 2000) n where id = '${pattern}'`);
    const count = async () =>
      (
        await sql(
          `select count(*)::int as jobs, count(distinct schedule_id)::int as schedules from jobs where task_id = '${id}'`,
        )
      )[0];
    await until(
      async () =>
        (await sql(`select 1 from schedules where task_id = '${id}' and next_run_at <= now() limit 1`))
          .length === 0,
      { timeoutMs: 60_000 },
    );
    expect(await count()).toEqual({ jobs: 2000, schedules: 2000 });
  }, 90_000);
});

describe('what cannot be a schedule', () => {
  test.each([
    [{}, 'runDate or repeatEvery'],
    [{ repeatEvery: '0 0 30 2 *' }, 'never comes'],
    [{ repeatEvery: '* * * * * *' }, 'five fields'],
    [{ repeatEvery: '0 0 * * *', timezone: 'Mars/Olympus' }, 'timezone'],
    [{ runDate: '2020-01-01' }, 'has passed'],
    [{ runDate: 'tomorrow' }, 'runDate'],
    [{ runDate: true }, 'runDate'],
    [{ repeatEvery: '0 0 * * *', overlap: 'maybe' }, 'overlap'],
    [{ repeatEvery: '0 0 * * *', unknown: 1 }, 'unknown'],
    [{ repeatEvery: '1 second' }, '5 seconds'],
  ])('%j is refused', async (body, message) => {
    const answer = await call('POST', `/task/${await task()}/schedule`, body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(message);
  });

  test('values that the task does not take are refused when it is saved', async () => {
    const id = await task({ task_arguments: [{ order: 0, type: 'email' }] });
    const answer = await call('POST', `/task/${id}/schedule`, {
      repeatEvery: '@daily',
      task_arguments: ['x'],
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_arguments' } });
  });

  test('one of another organization is not there', async () => {
    const { id } = await schedule(await task(), { repeatEvery: '@daily' });
    for (const [method, path] of [
      ['GET', `/schedule/${id}`],
      ['DELETE', `/schedule/${id}`],
      ['PUT', `/schedule/${id}/pause`],
    ] as const)
      expect((await call(method, path, undefined, app.other.people.admin.token)).status).toBe(404);
  });
});

test('a preview shows the next runs, and what the change of clocks does to them', async () => {
  const { body } = await call('POST', '/schedule/preview', {
    repeatEvery: '30 2 * * *',
    timezone: 'America/New_York',
    from: '2027-03-13',
    count: 2,
    missing_hour: 'skip',
  });
  expect(body as SchedulePreview).toMatchObject({
    kind: 'cron',
    runs: [{ local: '2027-03-13 02:30 -05:00' }, { local: '2027-03-15 02:30 -04:00', mark: 'clock_changed' }],
    left_out: ['2027-03-14 02:30'],
  });
});
