import { aclKeys, invalid, seesEverything, type JobStats, type StatsRange } from '@argus/contract';
import { sql } from 'kysely';
import { namesOneOf } from '../../platform/acls.ts';
import { startSharedChore } from '../../platform/chore.ts';
import type { Database } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Platform } from '../../platform/platform.ts';
import { addSql, ENDED } from './statements/count.ts';
import { statsOf, type Counted } from './stats-rules.ts';

const EVERY_MS = 60_000;
/** Hours that are counted by one statement: after an upgrade there is a month of them. */
const STEP_HOURS = 12;
/** Longer than the longest range by more than a day of any time zone. */
const KEPT_DAYS = 32;

/**
 * How far ends can be counted: to where nothing ends any more. A transaction that began earlier may still bring an end.
 * One that is more than a minute older than its transaction is looked after by a trigger.
 */
const COUNTABLE = `select until, least(
    until + make_interval(hours => ${STEP_HOURS}),
    now() - interval '2 minutes',
    (select min(xact_start) from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()) - interval '1 minute'
  ) as next from job_stats_counted for update`;
const COUNT = addSql(`${ENDED} where finished_at >= $1 and finished_at < $2`);

/** Counts what has ended since the last time, each end once, whoever else is at it. Answers whether there is more. */
async function countStep(db: Database): Promise<boolean> {
  return db.kysely.transaction().execute(async (tx) => {
    const run = <Row>(text: string, values: readonly unknown[] = []) =>
      tx.executeQuery<Row>({ ...sql`select`.compile(tx), sql: text, parameters: values });
    // by itself: what was committed before the lock is seen by the next statement
    const { rows } = await run<{ until: Date; next: Date }>(COUNTABLE);
    const [step] = rows;
    if (step === undefined || step.next <= step.until) return false;
    await run(COUNT, [step.until, step.next]);
    await run('update job_stats_counted set until = $1', [step.next]);
    return step.next.getTime() - step.until.getTime() >= STEP_HOURS * 3_600_000;
  });
}

/** Counts all that can be counted now. */
export async function countEnds({ db }: Pick<Platform, 'db'>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await countStep(db)));
}

/** Once a minute. */
export function startCounting(platform: Pick<Platform, 'db' | 'log' | 'stopping'>): Disposable {
  const run = async () => {
    await countEnds(platform, platform.stopping);
    await platform.db.query(
      'forget_job_stats',
      'delete from job_stats where hour < now() - make_interval(days => $1)',
      [KEPT_DAYS],
    );
  };
  return startSharedChore(platform, {
    name: 'job_stats',
    everyMs: EVERY_MS,
    run,
    failed: 'ended jobs could not be counted',
  });
}

/** In the reader's time: how long a time is, how many there are, and where the one of a time `l` begins. */
const RANGES: Readonly<Record<StatsRange, { step: string; count: number; begin: (l: string) => string }>> = {
  '24h': { step: '1 hour', count: 24, begin: (l) => `date_trunc('hour', ${l})` },
  '7d': {
    step: '6 hours',
    count: 28,
    begin: (l) => `date_trunc('day', ${l}) + floor(extract(hour from ${l}) / 6) * interval '6 hours'`,
  },
  '30d': { step: '1 day', count: 30, begin: (l) => `date_trunc('day', ${l})` },
};

function readSql(
  { step, count, begin }: (typeof RANGES)[StatsRange],
  tasks: string,
  liveTasks: string,
): string {
  return `with times as (
      select t as local, t at time zone $2 as at from generate_series(
        ${begin('now() at time zone $2')} - ${count - 1} * interval '${step}', now() at time zone $2, interval '${step}') t
    ), first as (select min(at) as at from times),
    ended as (
      select hour, state, bucket, runs from job_stats
      where customer_id = $1 and ${tasks} and hour >= (select at from first)
      union all
      select hour, state, bucket, 1 from (${ENDED} where customer_id = $1 ${liveTasks}
        and finished_at >= (select until from job_stats_counted)) e where hour >= (select at from first)
    ), sums as (
      select ${begin('(hour at time zone $2)')} as local, state, bucket, sum(runs)::integer as runs from ended group by 1, 2, 3
    )
    select times.at, sums.state, sums.bucket, sums.runs from times left join sums using (local) order by 1`;
}

/** Tasks that a caller sees now. */
const VISIBLE = `(select id from tasks t where customer_id = $1 and ($3::text[] is null or id = any($3))
  and ($4::text[] is null or ${namesOneOf('t.acls', '$4')}))`;

/**
 * How jobs went over time: of a task, else of all tasks that the caller sees. Up to the last minutes it is read from
 * what was counted, and those from the jobs.
 */
export async function readStats(
  db: Database,
  caller: Actor,
  { range = '24h', timezone = 'UTC', task }: { range?: StatsRange; timezone?: string; task?: string },
): Promise<JobStats> {
  const values: unknown[] = [caller.customer.id, timezone];
  let tasks = `task_id = ''`;
  let live = '';
  let shape = 'all';
  if (task !== undefined) {
    values.push(task);
    tasks = 'task_id = $3';
    live = 'and task_id = $3';
    shape = 'one';
  } else if (caller.tasks !== null || !seesEverything(caller.role)) {
    values.push(caller.tasks, seesEverything(caller.role) ? null : aclKeys(caller));
    tasks = `task_id in ${VISIBLE}`;
    live = `and task_id in ${VISIBLE}`;
    shape = 'some';
  }
  // to PostgreSQL an offset is west of Greenwich, to everybody else east
  if (!/^[A-Za-z]/.test(timezone)) throw noZone();
  try {
    const text = readSql(RANGES[range], tasks, live);
    const rows = await db.query<Counted>(`job_stats_${shape}_${range}`, text, values);
    return { range, timezone, ...statsOf(rows, new Date()) };
  } catch (error) {
    if ((error as { code?: unknown }).code === UNKNOWN_ZONE) throw noZone();
    throw error;
  }
}

/** SQLSTATE of a parameter that a function does not know. */
const UNKNOWN_ZONE = '22023';

function noZone(): Error {
  return invalid('timezone', 'is no time zone that is known here: write it like Europe/Madrid, or UTC');
}
