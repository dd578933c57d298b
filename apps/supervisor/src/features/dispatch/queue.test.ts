import type { Job, RunInstruction } from '@argus/contract';
import { createTestDatabase, fakeBot, until, type FakeBot, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../platform/database.ts';
import {
  addHost,
  addTask,
  startSupervisor,
  startTestApp,
  type TestApp,
  type TestSupervisor,
} from '../../testing/index.ts';
import { poolQueries } from '../pools/index.ts';
import { startLostSweep } from './index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let token: string;
let hostId: string;
let credential: string;
let bot: FakeBot;
let made = 0;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
  token = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

// a bot of its own for each test: nothing waits for it yet
beforeEach(async () => {
  ({ id: hostId, credential } = await addHost(app.db, app.demo.id, `bot-${++made}`));
  app.keepSecret(credential);
  bot = fakeBot({ url: app.url, credential });
});
afterEach(() => bot[Symbol.dispose]());

const task = (values: object = {}) =>
  addTask(app.platform, app.demo.id, { host_id: hostId, script_id: app.demo.script.id, ...values });
const run = async (id: string, body: object = {}, at: TestSupervisor = app): Promise<Job> =>
  (await at.request('POST', `/task/${id}/job`, { token, body })).body;
const jobOf = async (id: string): Promise<Job> => (await app.request('GET', `/job/${id}`, { token })).body;
const cancel = (id: string) => app.request('PUT', `/job/${id}/cancel`, { token });
const ids = (runs: readonly RunInstruction[]) => runs.map(({ job }) => job);

/** A job that the bot holds. */
async function held(values: object = {}): Promise<RunInstruction> {
  await run((await task(values)).id);
  const [first] = await bot.takeRuns();
  return first as RunInstruction;
}

describe('the queue', () => {
  test('hands out by priority, then by age', async () => {
    const { id } = await task();
    const low = await run(id, { priority: -1 });
    const first = await run(id);
    const second = await run(id);
    const high = await run(id, { priority: 5 });
    expect(ids(await bot.takeRuns(4))).toEqual([high, first, second, low].map((job) => job.id));
  });

  test('gives a bot no more than its free slots', async () => {
    const { id } = await task();
    const jobs = [await run(id), await run(id), await run(id)];
    const runs = await bot.takeRuns(2, { slots: 2 });
    expect(ids(runs)).toEqual(jobs.slice(0, 2).map((job) => job.id));
    expect((await jobOf(jobs[2]?.id as string)).lifecycle).toBe('ready');
    await bot.finish(runs[0] as RunInstruction);
    expect(ids(await bot.takeRuns(1, { slots: 2 }))).toEqual([jobs[2]?.id]);
  });

  test('brings the next job with the answer to an end, to a bot that asks for more', async () => {
    const { id } = await task();
    const jobs = [await run(id), await run(id), await run(id)];
    const [first] = await bot.takeRuns(1, { slots: 1 });
    const next = await bot.finishForMore(first as RunInstruction);
    expect(ids(next)).toEqual([jobs[1]?.id]);
    // it was told once; naming it in a poll renews it, and the last one still waits for a slot
    expect((await jobOf(jobs[2]?.id as string)).lifecycle).toBe('ready');
    expect(ids(await bot.finishForMore(next[0] as RunInstruction))).toEqual([jobs[2]?.id]);
  });

  test('tells again what an answer to an end brought, when that answer was lost', async () => {
    const { id } = await task();
    await run(id);
    const second = await run(id);
    const [first] = await bot.takeRuns(1, { slots: 1 });
    await bot.finishForMore(first as RunInstruction);
    bot.loseJournal();
    expect(ids(await bot.takeRuns(1, { slots: 1 }))).toEqual([second.id]);
  });

  test('shows a job of a task without multitasking as started, with its log, while it runs', async () => {
    const first = await held({ multitasking: false });
    expect(await bot.started(first)).toEqual({ status: 'accepted' });
    expect(await bot.log(first, 'half way\n')).toEqual({ status: 'accepted' });
    expect(await jobOf(first.job)).toMatchObject({ lifecycle: 'started', log_lines: 1 });
  });

  test('runs a task without multitasking one at a time, and that blocks nothing else', async () => {
    const single = await task({ multitasking: false });
    const [first, second] = [await run(single.id, { priority: 9 }), await run(single.id, { priority: 9 })];
    const free = await run((await task()).id);
    const runs = await bot.takeRuns(2);
    expect(ids(runs)).toEqual([first.id, free.id]);
    expect((await jobOf(second.id)).lifecycle).toBe('ready');
    await bot.finish(runs[0] as RunInstruction);
    expect(ids(await bot.takeRuns())).toEqual([second.id]);
  });

  test('gives nothing to a bot that is disabled, until it is enabled', async () => {
    const set = (disabled: boolean) => app.request('PATCH', `/host/${hostId}`, { token, body: { disabled } });
    await set(true);
    const waiting = bot.takeRuns();
    const job = await run((await task()).id);
    expect((await jobOf(job.id)).lifecycle).toBe('ready');
    await set(false);
    expect(ids(await waiting)).toEqual([job.id]);
  });

  test('answers a held poll with the job that was just made', async () => {
    const { id } = await task();
    const waiting = bot.takeRuns();
    await until(
      async () => (await app.request('GET', `/host/${hostId}`, { token })).body.status === 'online',
    );
    const job = await run(id);
    expect(ids(await waiting)).toEqual([job.id]);
    expect((await jobOf(job.id)).lifecycle).toBe('assigned');
  });

  test('tells all that a run needs', async () => {
    const { id } = await task({
      run_as: 'bash %script%',
      timeout: 7,
      env_cipher: app.platform.box.seal('{"A":"1"}'),
      name: 'Told',
    });
    const job = await run(id);
    const [told] = await bot.takeRuns();
    expect(told).toMatchObject({
      job: job.id,
      attempt: 1,
      task_id: id,
      name: 'Told',
      run_as: 'bash %script%',
      timeout: 7,
      args: [],
      script: { filename: 'hello.sh', sha256: app.demo.script.sha256 },
      env: {
        A: '1',
        THEEYE_JOB: JSON.stringify({ id: job.id, task_id: id }),
        THEEYE_ORGANIZATION_NAME: '"demo"',
        THEEYE_API_URL: JSON.stringify(app.url),
      },
    });
    const script = await app.request('GET', `/bot/scripts/${told?.script.sha256}`, { token: credential });
    expect(script.text).toBe(app.demo.script.content);
    const theirs = await app.request('GET', `/bot/scripts/${app.demo.script.sha256}`, {
      token: app.other.host.credential,
    });
    expect(theirs.status).toBe(404);
  });
});

describe('an attempt', () => {
  test('is told again until the bot names it: a lost answer loses nothing', async () => {
    const job = await run((await task()).id);
    const [lost] = await bot.takeRuns(1, { lost: true });
    const [again] = await bot.takeRuns();
    expect(again).toEqual(lost);
    expect(again?.job).toBe(job.id);
    await bot.started(again as RunInstruction);
    expect((await jobOf(job.id)).attempt).toBe(1);
  });

  test('that the supervisor does not hold is to be forgotten', async () => {
    const stranger = {
      job: 'f'.repeat(24),
      attempt: 3,
      lease: 'a lease of long ago',
      phase: 'running' as const,
    };
    expect(await bot.poll({ attempts: [stranger] })).toEqual([
      { type: 'forget', job: stranger.job, attempt: 3, lease: stranger.lease },
    ]);
  });

  test('that ended by its own word is not to be forgotten at once: the answer to that word is on its way', async () => {
    const first = await held();
    await bot.started(first);
    // a poll that was sent while the end was on its way
    using early = fakeBot({ url: app.url, credential });
    const named = { job: first.job, attempt: 1, lease: first.lease, phase: 'running' as const };
    await bot.finish(first);
    const poll = early.poll({ attempts: [named] });
    const job = await run((await task()).id);
    const [next] = (await poll) as RunInstruction[];
    expect(next).toMatchObject({ type: 'run', job: job.id });
    // so long after it the answer does not come any more
    await app.db.query(
      'told_long_ago',
      `update attempts set renewed_at = now() - interval '61 s' where job_id = $1`,
      [first.job],
    );
    const { lease } = next as RunInstruction;
    expect(
      await early.poll({ attempts: [named, { job: job.id, attempt: 1, lease, phase: 'running' }] }),
    ).toEqual([{ type: 'forget', job: first.job, attempt: 1, lease: first.lease }]);
    await early.finish(next as RunInstruction);
  });

  test('that the bot no longer knows ends its job with the reason', async () => {
    const first = await held();
    await bot.started(first);
    bot.loseJournal();
    const next = await run((await task()).id);
    expect(ids(await bot.takeRuns())).toEqual([next.id]);
    expect(await jobOf(first.job)).toMatchObject({
      lifecycle: 'terminated',
      state: 'error',
      reason_code: 'lost',
    });
    expect(await bot.send([bot.finishedEvent(first)])).toEqual([{ status: 'late' }]);
  });

  test('that an old poll does not name goes on: the network may bring one late, or twice', async () => {
    const first = await held();
    await bot.started(first);
    using late = fakeBot({ url: app.url, credential });
    expect(await late.poll({ attempts: [] })).toEqual([]);
    expect(await jobOf(first.job)).toMatchObject({ lifecycle: 'started' });
    await bot.finish(first);
    expect(await jobOf(first.job)).toMatchObject({ state: 'success', attempt: 1 });
  });

  test('with another lease changes nothing', async () => {
    const mine = await held();
    const stale = { ...mine, lease: 'x'.repeat(36) };
    const events = [bot.logEvent(stale, 'intruder\n'), bot.finishedEvent(stale, { exit_code: 1 })];
    expect(await bot.send(events)).toEqual([{ status: 'stale' }, { status: 'stale' }]);
    using other = fakeBot({ url: app.url, credential: app.demo.host.credential });
    expect(await other.started(mine)).toEqual({ status: 'stale' });
    expect(await jobOf(mine.job)).toMatchObject({ lifecycle: 'assigned', log_bytes: 0 });
  });

  test('goes through its life to a true end', async () => {
    const mine = await held();
    await bot.started(mine);
    expect(await jobOf(mine.job)).toMatchObject({ lifecycle: 'started', state: 'in_progress' });
    await bot.log(mine, 'half a line, ');
    await bot.log(mine, 'the rest\n', { encoding: 'zstd', stream: 'stderr' });
    await bot.finish(mine, { exit_code: 3, result: { file: null, stdout: '["out", 1]', stderr: null } });
    expect(await jobOf(mine.job)).toMatchObject({
      lifecycle: 'finished',
      state: 'failure',
      reason: 'exit code 3',
      exit_code: 3,
      output: ['out', '1'],
      log_bytes: 22,
      log_lines: 1,
    });
    const attempts = await app.request('GET', `/job/${mine.job}/attempt`, { token });
    expect(attempts.body).toMatchObject([{ attempt: 1, pid: 4711, outcome: 'exit_code' }]);
  });

  test('ends only after all its log is stored, and takes chunks once', async () => {
    const mine = await held();
    const [a, b] = [bot.logEvent(mine, 'one\n'), bot.logEvent(mine, 'two\n')];
    const end = bot.finishedEvent(mine);
    expect(await bot.send([a, end])).toEqual([{ status: 'accepted' }, { status: 'gap', next_seq: 2 }]);
    expect((await jobOf(mine.job)).lifecycle).not.toBe('finished');
    expect(await bot.send([a, a, b, a, end, end])).toEqual(
      Array.from({ length: 6 }, () => ({ status: 'accepted' })),
    );
    expect((await app.request('GET', `/job/${mine.job}/log`, { token })).text).toBe('one\ntwo\n');
    expect((await jobOf(mine.job)).state).toBe('success');
  });

  test('ends whatever its script said', async () => {
    const nasty = [
      '["\\u0000"]',
      '{"data":"\\ud800","event_name":"\\u0000"}',
      '{"components":{"\\u0000":1},"next":["\\udfff"]}',
      `{"next":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      '{"__proto__":{"state":"x"}}',
      '{"data":1e999}',
    ];
    for (const stdout of nasty) {
      const mine = await held();
      expect(await bot.finish(mine, { result: { file: null, stdout, stderr: null } })).toEqual({
        status: 'accepted',
      });
      expect((await jobOf(mine.job)).lifecycle).toBe('finished');
    }
  });

  test('that says numbers out of range is told so, and can go on', async () => {
    const mine = await held();
    const post = (event: object) =>
      app.request('POST', '/bot/events', { token: credential, body: { protocol: 1, events: [event] } });
    const started = { type: 'started', job: mine.job, attempt: 1, lease: mine.lease, pid: 1, age_ms: 0 };
    for (const wrong of [{ pid: 2 ** 31 }, { age_ms: 1e300 }, { age_ms: 9e15 }, { attempt: 2 ** 31 }])
      expect((await post({ ...started, ...wrong })).status).toBe(400);
    const chunk = bot.logEvent(mine, 'x\n');
    for (const wrong of [{ bytes: 3 }, { lines: 0 }, { encoding: 'zstd' }, { seq: 0 }])
      expect((await post({ ...chunk, ...wrong })).status).toBe(400);
    expect((await post({ ...started, age_ms: 300 * 86_400_000 })).status).toBe(200);
    expect(await bot.send([chunk, bot.finishedEvent(mine)])).toEqual([
      { status: 'accepted' },
      { status: 'accepted' },
    ]);
  });
});

describe('stopping', () => {
  test('reaches a held job over the held poll at once, again until it ends', async () => {
    const mine = await held();
    await bot.started(mine);
    const told = bot.takeCancel(mine);
    expect((await cancel(mine.job)).status).toBe(204);
    expect(await told).toMatchObject({ why: 'stopped by admin@demo.test' });
    expect(await jobOf(mine.job)).toMatchObject({
      lifecycle: 'started',
      stop_requested: { by: 'admin@demo.test' },
    });
    expect((await bot.poll())[0]).toMatchObject({ type: 'cancel', job: mine.job });
    expect((await cancel(mine.job)).status).toBe(204);
    await bot.finish(mine, { ending: 'signaled', exit_code: null, signal: 'SIGTERM', stopped_by: 'cancel' });
    expect(await jobOf(mine.job)).toMatchObject({
      lifecycle: 'terminated',
      state: 'canceled',
      reason: 'stopped by admin@demo.test',
    });
    expect((await cancel(mine.job)).body.code).toBe('already_ended');
  });

  test('before the process exists ends as canceled, after it as stopped', async () => {
    const [early, late] = [await held(), await held()];
    await bot.started(late);
    for (const mine of [early, late]) {
      await cancel(mine.job);
      const end = { ending: 'not_started', exit_code: null, stopped_by: 'cancel' } as const;
      expect(await bot.finish(mine, end)).toEqual({ status: 'accepted' });
    }
    expect((await jobOf(early.job)).lifecycle).toBe('canceled');
    expect((await jobOf(late.job)).lifecycle).toBe('terminated');
  });

  test('what a bot holds keeps task and bot from being deleted', async () => {
    const mine = await held();
    expect((await app.request('DELETE', `/task/${mine.task_id}`, { token })).status).toBe(409);
    expect((await app.request('DELETE', `/host/${hostId}`, { token })).status).toBe(409);
    await bot.finish(mine);
    const waiting = await run(mine.task_id);
    expect((await app.request('DELETE', `/host/${hostId}`, { token })).status).toBe(204);
    expect(await jobOf(waiting.id)).toMatchObject({ lifecycle: 'canceled', reason_code: 'bot_removed' });
    await expect(bot.poll()).rejects.toThrow('401');
  });
});

/** As if nobody had heard of an attempt for so many seconds. */
const silent = (run: RunInstruction, seconds: number) =>
  app.db.query(
    'make_silent',
    'update attempts set renewed_at = renewed_at - make_interval(secs => $2) where job_id = $1 and finished_at is null',
    [run.job, seconds],
  );
/** Lets supervisors have been listening for so long. */
const listening = (seconds: number) =>
  app.db.once('update listening set since = now() - make_interval(secs => $1)', [seconds]);
const ended = (id: string) =>
  until(async () => {
    const job = await jobOf(id);
    return job.finished_at !== null && job;
  });
const freed = () => {};

describe('a bot that is not heard of', () => {
  test('loses its job after the time that the task allows, and not before', async () => {
    const patient = await held({ policy: '{"lost_after": 300}' });
    await bot.started(patient);
    const hasty = await held({ policy: '{"lost_after": 60}' });
    await bot.started(hasty);
    await silent(patient, 290);
    await silent(hasty, 61);
    await listening(3600);
    using sweep = startLostSweep(app.platform, { freed }, { everyMs: 20 });
    expect(sweep).toBeDefined();
    const lost = await ended(hasty.job);
    expect(lost).toMatchObject({ lifecycle: 'terminated', state: 'error', reason_code: 'lost' });
    expect(lost.reason).toMatch(/^bot bot-\d+ not heard of for 60 s$/);
    expect(await jobOf(patient.job)).toMatchObject({ lifecycle: 'started' });
    expect((await jobOf(patient.job)).unresponsive_since).not.toBeNull();
    await bot.finish(patient);
  });

  test('keeps its job while nobody listened', async () => {
    const mine = await held();
    await silent(mine, 3600);
    await listening(1);
    let looks = 0;
    const query: Database['query'] = (name, ...call) => {
      if (name === 'silent_attempts') looks++;
      return app.db.query(name, ...call);
    };
    const db = { ...app.db, query };
    using sweep = startLostSweep({ ...app.platform, db }, { freed }, { everyMs: 10 });
    expect(sweep).toBeDefined();
    await until(() => looks > 2);
    expect((await jobOf(mine.job)).lifecycle).toBe('assigned');
    await bot.finish(mine);
  });

  test('may say later how its script ended: that is kept as evidence and changes nothing', async () => {
    const mine = await held();
    await bot.started(mine);
    await silent(mine, 121);
    await listening(3600);
    using sweep = startLostSweep(app.platform, { freed }, { everyMs: 20 });
    expect(sweep).toBeDefined();
    await ended(mine.job);
    // still named, and not told to forget it: it may go on
    expect(await bot.poll({ signal: AbortSignal.timeout(50) }).catch(() => [])).toEqual([]);
    expect(await bot.log(mine, 'still here\n')).toEqual({ status: 'late' });
    expect(await bot.finish(mine, { exit_code: 3 })).toEqual({ status: 'late' });
    expect(await jobOf(mine.job)).toMatchObject({ state: 'error', reason_code: 'lost', exit_code: null });
    const { body } = await app.request('GET', `/job/${mine.job}/attempt`, { token });
    expect(body).toMatchObject([
      { outcome: 'lost', late: { state: 'failure', exit_code: 3, reason: 'exit code 3' } },
    ]);
  });
});

describe('retries', () => {
  const policy = (retries: object, more: object = {}) =>
    JSON.stringify({ retries: { delay: 0, ...retries }, ...more });

  test('leave a job that is canceled between two attempts as stopped: its script has run', async () => {
    const first = await held({ policy: policy({ limit: 1, delay: 600 }) });
    await bot.started(first);
    await bot.finish(first, { exit_code: 3 });
    expect(await jobOf(first.job)).toMatchObject({ lifecycle: 'ready', reason_code: 'retry' });
    await app.request('PUT', `/job/${first.job}/cancel`, { token });
    const { lifecycle, state, reason } = await jobOf(first.job);
    expect([lifecycle, state]).toEqual(['terminated', 'canceled']);
    expect(reason).toMatch(/^stopped by /);
  });

  test('leave a job as stopped whose second attempt is canceled before it starts: the first one has run', async () => {
    const first = await held({ policy: policy({ limit: 1 }) });
    await bot.started(first);
    await bot.finish(first, { exit_code: 3 });
    const [second] = (await bot.takeRuns()) as [RunInstruction];
    await cancel(second.job);
    await bot.finish(second, { ending: 'not_started', exit_code: null, stopped_by: 'cancel' });
    const { lifecycle, state, reason_code, reason } = await jobOf(first.job);
    expect([lifecycle, state, reason_code]).toEqual(['terminated', 'canceled', 'canceled']);
    expect(reason).toMatch(/^stopped by /);
    const { body } = await app.request('GET', `/job/${first.job}/attempt`, { token });
    expect(body).toMatchObject([
      { attempt: 1, outcome: 'exit_code' },
      {
        attempt: 2,
        outcome: 'canceled',
        reason: expect.stringMatching(/^canceled by .* before it started$/),
      },
    ]);
  });

  test('repeat what failed as often as the task says, each time with a lease of its own', async () => {
    const first = await held({ policy: policy({ limit: 1 }) });
    await bot.finish(first, { exit_code: 3 });
    expect(await jobOf(first.job)).toMatchObject({
      state: 'in_progress',
      reason: 'attempt 1 of at most 2: exit code 3; the next one follows at once',
    });
    const [second] = (await bot.takeRuns()) as [RunInstruction];
    expect(second).toMatchObject({ job: first.job, attempt: 2 });
    expect(second.lease).not.toBe(first.lease);
    await bot.finish(second, { exit_code: 4 });
    expect(await jobOf(first.job)).toMatchObject({ state: 'failure', exit_code: 4, attempt: 2 });
    const { body } = await app.request('GET', `/job/${first.job}/attempt`, { token });
    expect(body).toMatchObject([
      { attempt: 1, outcome: 'exit_code', exit_code: 3 },
      { attempt: 2, outcome: 'exit_code', exit_code: 4 },
    ]);
  });

  test('leave alone what they do not name, and what somebody stopped', async () => {
    const unnamed = await held({ policy: policy({ limit: 3, on: ['lost', 'timeout'] }) });
    await bot.finish(unnamed, { exit_code: 3 });
    expect(await jobOf(unnamed.job)).toMatchObject({ state: 'failure' });
    const stopped = await held({ policy: policy({ limit: 3 }) });
    await bot.started(stopped);
    await cancel(stopped.job);
    await bot.finish(stopped, { exit_code: 3 });
    expect(await jobOf(stopped.job)).toMatchObject({ state: 'failure' });
  });

  test('wait for their time', async () => {
    const first = await held({ policy: policy({ limit: 1, delay: 3600 }) });
    await bot.finish(first, { exit_code: 3 });
    const waiting = await jobOf(first.job);
    expect(waiting).toMatchObject({ lifecycle: 'ready', host_id: hostId, started_at: null });
    expect(new Date(waiting.due_at as string).getTime()).toBeGreaterThan(Date.now() + 3500_000);
    const other = await held();
    expect(other.job).not.toBe(first.job);
    await app.db.query('make_due', 'update jobs set due_at = now() where id = $1', [first.job]);
    expect(ids(await bot.takeRuns())).toEqual([first.job]);
  });

  test('give what was lost to the bot again, and tell it that the first attempt is over', async () => {
    const first = await held({ policy: policy({ limit: 1 }) });
    expect(first.fence).toBe(120);
    await bot.started(first);
    await silent(first, 121);
    await listening(3600);
    using sweep = startLostSweep(app.platform, { freed }, { everyMs: 20 });
    expect(sweep).toBeDefined();
    // polls before that would name it, and renew its lease
    await until(async () => (await jobOf(first.job)).lifecycle === 'ready');
    const [second] = (await bot.takeRuns()) as [RunInstruction];
    expect(second).toMatchObject({ job: first.job, attempt: 2 });
    expect(await bot.finish(first)).toEqual({ status: 'late' });
    await bot.finish(second);
    expect(await jobOf(first.job)).toMatchObject({ state: 'success', attempt: 2 });
  });
});

test('a job that waits too long expires, whether it waits for a bot or for a person', async () => {
  const { id } = await task({ policy: '{"expires_after": 1}' });
  const waiting = await run(id);
  const onHold = await run(id, { lifecycle: 'onhold' });
  expect(waiting.expires_at).not.toBeNull();
  for (const job of [waiting, onHold])
    expect(await ended(job.id)).toMatchObject({
      lifecycle: 'expired',
      state: 'canceled',
      reason_code: 'expired',
    });
  expect((await jobOf(waiting.id)).reason).toMatch(/^waited until .* UTC and was not started$/);
});

describe('labels', () => {
  test('bring a job to the first free bot that carries all of them', async () => {
    const rack = `rack:${made}`;
    const pool = await poolQueries(app.db).ensure(app.demo.id, [rack, 'gpu']);
    const { id } = await task({ host_id: null, host_labels: ['gpu', rack], pool_id: pool });
    const without = bot.takeRuns(1, { slots: 1 }).catch(() => []);
    const job = await run(id);
    expect(job).toMatchObject({ lifecycle: 'ready', host_id: null, host_labels: ['gpu', rack] });
    const carrier = await addHost(app.db, app.demo.id, `carrier-${made}`);
    app.keepSecret(carrier.credential);
    await app.request('PATCH', `/host/${carrier.id}`, { token, body: { labels: ['GPU', rack, 'ssd'] } });
    using carrying = fakeBot({ url: app.url, credential: carrier.credential });
    const [taken] = (await carrying.takeRuns()) as [RunInstruction];
    expect(taken.job).toBe(job.id);
    expect(await jobOf(job.id)).toMatchObject({ lifecycle: 'assigned', host_id: carrier.id });
    await carrying.finish(taken);
    // the next one goes to the bot that waits, at once
    const waiting = carrying.takeRuns();
    const next = await run(id);
    expect(ids(await waiting)).toEqual([next.id]);
    await carrying.finish((await jobOf(next.id), taken)).catch(() => {});
    bot[Symbol.dispose]();
    await without;
  });

  test('that a bot gets end its held poll: the next one knows its new pools', async () => {
    let answered = false;
    const held = bot.poll().finally(() => (answered = true));
    await until(
      async () => (await app.request('GET', `/host/${hostId}`, { token })).body.status === 'online',
    );
    await app.request('PATCH', `/host/${hostId}`, { token, body: { labels: [`rack:${made}`] } });
    await until(() => answered);
    expect(await held).toEqual([]);
  });

  test('of a machine itself count as well', async () => {
    const info = {
      hostname: 'x',
      version: '1',
      os: 'plan9',
      release: '4',
      arch: 'mips',
      run_user: 'glenda',
      interpreters: {},
    };
    await bot.poll({ info, signal: AbortSignal.timeout(200) }).catch(() => {});
    const { body } = await app.request('GET', `/host/${hostId}`, { token });
    expect(body.labels).toEqual(['mips', 'plan9']);
  });
});

describe('a limit of jobs at once', () => {
  test('of a task holds on all bots together', async () => {
    const { id } = await task({ max_running: 2 });
    const jobs = [await run(id), await run(id), await run(id)];
    const runs = await bot.takeRuns(2);
    expect(ids(runs)).toEqual(jobs.slice(0, 2).map((job) => job.id));
    const other = await run((await task()).id);
    expect(ids(await bot.takeRuns())).toEqual([other.id]);
    await bot.finish(runs[1] as RunInstruction);
    expect(ids(await bot.takeRuns())).toEqual([jobs[2]?.id]);
  });

  test('counts what a task had open before it got one', async () => {
    const { id } = await task();
    const first = await run(id);
    await bot.takeRuns();
    const second = await run(id, { lifecycle: 'onhold' });
    await app.request('PATCH', `/task/${id}`, { token, body: { max_running: 1 } });
    await app.request('PUT', `/job/${second.id}/resume`, { token });
    const other = await run((await task()).id);
    expect(ids(await bot.takeRuns())).toEqual([other.id]);
    expect(await jobOf(second.id)).toMatchObject({ lifecycle: 'ready', host_id: hostId });
    await cancel(first.id);
  });

  test('of an organization holds for everything in it', async () => {
    const place = app.other;
    const here = await addHost(app.db, place.id, 'only');
    app.keepSecret(here.credential);
    await app.db.query('limit', 'update customers set max_running = 1 where id = $1', [place.id]);
    const { id } = await addTask(app.platform, place.id, { host_id: here.id, script_id: place.script.id });
    const admin = place.people.admin.token;
    const start = async () =>
      (await app.request('POST', `/task/${id}/job`, { token: admin, body: {} })).body as Job;
    using only = fakeBot({ url: app.url, credential: here.credential });
    const waiting = only.takeRuns();
    const jobs = [await start(), await start()];
    const [first] = (await waiting) as [RunInstruction];
    expect(first.job).toBe(jobs[0]?.id);
    expect((await app.request('GET', `/job/${jobs[1]?.id}`, { token: admin })).body.lifecycle).toBe('ready');
    await only.finish(first);
    expect(ids(await only.takeRuns())).toEqual([jobs[1]?.id]);
  });

  test('is never passed by two supervisors that hand out at once', async () => {
    await using second = await startSupervisor(database.connection);
    const { id } = await task({ max_running: 3 });
    const hosts = await Promise.all(
      ['a', 'b'].map((name) => addHost(app.db, app.demo.id, `${name}-${made}`)),
    );
    expect(hosts).toHaveLength(2);
    const total = 40;
    for (let index = 0; index < total; index++) await run(id, {}, index % 2 ? app : second);
    using there = fakeBot({ url: second.url, credential });
    let most = 0;
    let done = 0;
    const work = async (worker: FakeBot) => {
      while (done < total) {
        const runs = (await worker.poll({ signal: AbortSignal.timeout(300) }).catch(() => [])).filter(
          (instruction) => instruction.type === 'run',
        );
        const [{ count } = { count: 0 }] = await app.db.query<{ count: number }>(
          'count_running',
          `select count(*)::integer as count from jobs where task_id = $1 and lifecycle in ('assigned', 'started')`,
          [id],
        );
        most = Math.max(most, count);
        for (const each of runs) {
          if ((await worker.finish(each)).status === 'accepted') done++;
        }
      }
    };
    await Promise.all([work(bot), work(there)]);
    expect(most).toBeLessThanOrEqual(3);
  });
});

test('an attempt that its bot got before its machine was restarted is not handed out again', async () => {
  const mine = run((await task()).id);
  const job = await mine;
  await bot.poll({ machine: 'boot-of-monday', slots: 0, signal: AbortSignal.timeout(100) }).catch(() => {});
  const [taken] = (await bot
    .takeRuns(1, { machine: 'boot-of-monday', lost: true })
    .catch(() => [])) as RunInstruction[];
  expect(taken?.job).toBe(job.id);
  bot.loseJournal();
  await bot.poll({ machine: 'boot-of-tuesday', signal: AbortSignal.timeout(200) }).catch(() => {});
  expect(await ended(job.id)).toMatchObject({
    state: 'error',
    reason: 'the machine of its bot was restarted: nobody knows whether the script had begun',
  });
});

test('a job made at one supervisor goes to a bot that waits at another', async () => {
  await using second = await startSupervisor(database.connection);
  using there = fakeBot({ url: second.url, credential });
  const waiting = there.takeRuns();
  await until(async () => (await app.request('GET', `/host/${hostId}`, { token })).body.status === 'online');
  const job = await run((await task()).id);
  expect(ids(await waiting)).toEqual([job.id]);
  await cancel(job.id);
});

test('two supervisors never hand out one job twice', async () => {
  await using second = await startSupervisor(database.connection);
  const { id } = await task();
  const single = await task({ multitasking: false });
  const jobs = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      run(index % 5 === 0 ? single.id : id, {}, index % 2 ? app : second),
    ),
  );
  using there = fakeBot({ url: second.url, credential });
  const done = new Set<string>();
  const allDone = new AbortController();
  await Promise.all(
    [bot, there].map(async (one) => {
      const next = () => one.poll({ attempts: [], lost: true, slots: 3, signal: allDone.signal });
      while (!allDone.signal.aborted) {
        // the end interrupts the poll that has nothing left to wait for
        const told = await next().catch((error: unknown) => {
          if (!allDone.signal.aborted) throw error;
          return [];
        });
        for (const instruction of told) {
          if (instruction.type !== 'run') continue;
          expect(instruction.attempt).toBe(1);
          await one.finish(instruction);
          done.add(instruction.job);
        }
        if (done.size === jobs.length) allDone.abort();
      }
    }),
  );
  for (const { id } of jobs) expect(await jobOf(id)).toMatchObject({ state: 'success', attempt: 1 });
});
