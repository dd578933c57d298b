import type { JobStats, State } from '@argus/contract';
import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addTask, startTestApp, type TestApp } from '../../testing/index.ts';
import { newId } from '../../platform/ids.ts';
import { deletePastRetention } from './retention.ts';
import { countEnds } from './stats.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let token: string;
let task: string;
let other: string;
const never = new AbortController().signal;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  token = app.demo.people.admin.token;
});
beforeEach(async () => {
  await run('delete from jobs');
  await run('delete from job_stats');
  await run(`update job_stats_counted set until = date_trunc('hour', now() - interval '32 days')`);
  task = await newTask({ acls: [] });
  other = await newTask({ acls: ['user'] });
});
afterAll(() => resources.disposeAsync());

const run = (text: string, values: unknown[] = []) => app.db.once<Record<string, unknown>>(text, values);
const newTask = async (settings: object) => {
  const { host, script, id } = app.demo;
  const made = await addTask(app.platform, id, { host_id: host.id, script_id: script.id, ...settings });
  return made.id;
};

const LIFECYCLES: Record<string, string> = { success: 'finished', failure: 'finished' };

/** A job of another time: when it ended, and how long it ran. */
interface Past {
  of: string;
  state: State;
  /** Seconds ago. */
  ended: number;
  ms: number;
}

/** Puts jobs in as they are when they have ended, or still run. */
async function insert(jobs: readonly Past[], ended = true): Promise<string[]> {
  const rows = jobs.map((job) => ({
    ...job,
    id: newId(Date.now() - job.ended * 1000 - job.ms),
    lifecycle: LIFECYCLES[job.state] ?? 'terminated',
  }));
  await run(
    `insert into jobs (id, customer_id, task_id, task_version, name, host_id, lifecycle, state, reason_code, reason, timeout, origin, started_by, started_at, finished_at)
     select j.id, $2, j.of, 1, 'a job', $3, case when $4 then j.lifecycle else 'started' end, case when $4 then j.state else 'in_progress' end,
       'exit', 'it ended', 600, 'api', 'tests', now() - make_interval(secs => ended + ms / 1000.0), case when $4 then now() - make_interval(secs => ended) end
     from jsonb_to_recordset($1::jsonb) as j(id text, of text, state text, lifecycle text, ended float8, ms float8)`,
    [JSON.stringify(rows), app.demo.id, app.demo.host.id, ended],
  );
  return rows.map(({ id }) => id);
}

const STATES = ['success', 'success', 'success', 'failure', 'timeout', 'error', 'canceled'] as const;
/** The same each time, over so many seconds. */
const many = (count: number, seconds: number): Past[] =>
  Array.from({ length: count }, (_, index) => ({
    of: index % 3 === 0 ? other : task,
    state: STATES[(index * 5 + 3) % STATES.length] as State,
    ended: ((index * 7919) % count) * (seconds / count),
    ms: 1 + ((index * 104_729) % 60_000),
  }));

async function stats(query = '', by = token): Promise<JobStats> {
  const { status, body } = await app.request('GET', `/job/stats${query}`, { token: by });
  expect(status).toBe(200);
  return body;
}

/** Counts jobs one by one. */
function naive(jobs: readonly Past[], { from, to }: { from: string; to: string }, now: number) {
  const own = jobs.filter(({ ended }) => {
    const at = now - ended * 1000;
    return at >= Date.parse(from) && at < Date.parse(to);
  });
  const of = (state: State) => own.filter((job) => job.state === state).length;
  return {
    success: of('success'),
    failure: of('failure'),
    timeout: of('timeout'),
    error: of('error'),
    canceled: of('canceled'),
    durations: own
      .filter(({ state }) => state !== 'canceled')
      .map(({ ms }) => ms)
      .toSorted((one, next) => one - next),
  };
}

function expectSame(found: JobStats, jobs: readonly Past[], now: number): void {
  for (const { from, to, success_rate, p50_ms, p90_ms, ...counts } of found.buckets) {
    const { durations, ...right } = naive(jobs, { from, to }, now);
    expect({ from, ...counts }).toEqual({ from, ...right });
    const judged = right.success + right.failure + right.timeout + right.error;
    expect(success_rate).toEqual(judged === 0 ? null : right.success / judged);
    for (const [share, value] of [
      [0.5, p50_ms],
      [0.9, p90_ms],
    ] as const) {
      const exact = durations[Math.ceil(durations.length * share) - 1];
      if (exact === undefined) expect(value).toBeNull();
      else expect(Math.abs((value as number) - exact) / exact).toBeLessThan(0.06);
    }
  }
}

test('what is counted by and by is what a count of all jobs one by one says, in every range', async () => {
  const jobs = many(1500, 29 * 86_400);
  await insert(jobs);
  const now = Date.now();
  // while nothing is counted, and when all is
  for (const counts of [async () => undefined, () => countEnds(app.platform, never)]) {
    await counts();
    for (const [range, timezone] of [
      ['24h', 'UTC'],
      ['7d', 'America/Bogota'],
      ['30d', 'Europe/Madrid'],
    ] as const) {
      const all = await stats(`?range=${range}&timezone=${timezone}`);
      expect(all.buckets).toHaveLength({ '24h': 24, '7d': 28, '30d': 30 }[range]);
      expectSame(all, jobs, now);
      const one = await stats(`?range=${range}&timezone=${timezone}&task=${other}`);
      expectSame(
        one,
        jobs.filter(({ of }) => of === other),
        now,
      );
    }
  }
  const [{ rows } = {}] = await run(
    `select count(*)::integer as rows from job_stats where hour > now() - interval '1 day'`,
  );
  expect(rows).toBeGreaterThan(0);
});

test('supervisors that count at once count each end once', async () => {
  const jobs = many(2000, 20 * 86_400);
  await insert(jobs);
  const now = Date.now();
  await Promise.all(Array.from({ length: 4 }, () => countEnds(app.platform, never)));
  expectSame(await stats('?range=30d'), jobs, now);
});

test('an end that is told late is counted in its own hour', async () => {
  const late = many(40, 3 * 3600).map((job) => ({ ...job, ended: job.ended + 7200 }));
  const ids = await insert(late, false);
  await countEnds(app.platform, never);
  expect((await stats()).total).toMatchObject({ success: 0, failure: 0 });
  const now = Date.now();
  await run(
    `update jobs set lifecycle = j.lifecycle, state = j.state, started_at = now() - make_interval(secs => ended + ms / 1000.0), finished_at = now() - make_interval(secs => ended)
     from jsonb_to_recordset($1::jsonb) as j(id text, state text, lifecycle text, ended float8, ms float8) where j.id = jobs.id`,
    [
      JSON.stringify(
        late.map((job, at) => ({ ...job, id: ids[at], lifecycle: LIFECYCLES[job.state] ?? 'terminated' })),
      ),
    ],
  );
  await countEnds(app.platform, never);
  expectSame(await stats(), late, now);
});

test('what is deleted was run all the same, counted before or not', async () => {
  const jobs = many(900, 5 * 3600);
  await insert(jobs);
  const now = Date.now();
  await run('update tasks set retention_jobs = 10 where id = any($1)', [[task, other]]);
  await Promise.all([deletePastRetention(app.platform, never), countEnds(app.platform, never)]);
  await app.request('DELETE', '/job/finished', { token });
  expect((await run('select count(*)::integer as left from jobs'))[0]).toEqual({ left: 0 });
  expectSame(await stats(), jobs, now);
  await countEnds(app.platform, never);
  expectSame(await stats(), jobs, now);
});

test('who does not see all tasks gets those that he sees, and of no other one', async () => {
  const jobs = many(300, 20 * 3600);
  await insert(jobs);
  const now = Date.now();
  await countEnds(app.platform, never);
  const { user } = app.demo.people;
  expectSame(
    await stats('', user.token),
    jobs.filter(({ of }) => of === other),
    now,
  );
  const hidden = await app.request('GET', `/job/stats?task=${task}`, { token: user.token });
  expect(hidden.status).toBe(404);
});

test.each(['Nowhere/Atlantis', '+02:00', 'x'])('%s is no time zone', async (zone) => {
  const { status, body } = await app.request('GET', `/job/stats?timezone=${encodeURIComponent(zone)}`, {
    token,
  });
  expect([status, body.errors[0].field]).toEqual([400, 'timezone']);
});
