import { startSharedChore } from '../../platform/chore.ts';
import { idAtSql } from '../../platform/ids.ts';
import type { Platform } from '../../platform/platform.ts';
import { KEY_HOURS } from './idempotency.ts';
import { COUNT_DOOMED } from './statements/count.ts';
import { IS_NOT_NEEDED } from './statements/delete.ts';

/** Jobs deleted by one statement: small enough not to hold up dispatch. */
const BATCH = 500;
const EVERY_MS = 60_000;

/** Tasks of one statement. */
const TASKS = 100;

/** Of a task, what is past its keeping: every ended job up to `beyond`, and what ended before `before` up to `made_before`. */
interface PastKeeping {
  task_id: string;
  /** The last job that is one too many; null where there are fewer. */
  beyond: string | null;
  /** An id begins with its time: what was made later cannot have ended before. */
  made_before: string;
  before: Date;
}

/** Only tasks that have something to delete. Counting reads the index alone. */
const PAST_KEEPING = `
  select t.id as task_id, beyond.id as beyond, days.made_before, days.before
  from tasks t
  join customers c on c.id = t.customer_id
  -- the organization's own limit, where it has one
  cross join lateral (select now() - make_interval(days => least(t.retention_days, c.retention_days)) as before) age
  cross join lateral (select age.before, ${idAtSql('age.before')} as made_before) days
  left join lateral (select id from jobs where task_id = t.id order by id desc offset t.retention_jobs limit 1) beyond on true
  where exists (
    select 1 from jobs j
    where j.task_id = t.id and j.id <= greatest(beyond.id, days.made_before) and j.finished_at is not null
      and (j.id <= beyond.id or j.finished_at < days.before))`;

const DELETE = `
  with doomed as (
    select j.id from jsonb_to_recordset($1::jsonb) as k(task_id text, beyond text, made_before text, before timestamptz)
    cross join lateral (
      select id from jobs
      where task_id = k.task_id and id <= greatest(k.beyond, k.made_before) and finished_at is not null
        and (id <= k.beyond or finished_at < k.before) and ${IS_NOT_NEEDED}
      order by id limit $2
    ) j limit $2
  ), logs as (
    delete from log_chunks where job_id = any(array(select id from doomed))
  ), tries as (
    -- at once: the reference from attempts would delete them job by job
    delete from attempts where job_id = any(array(select id from doomed))
  ), ${COUNT_DOOMED}
  delete from jobs where id = any(array(select id from doomed)) returning id`;

/**
 * Deletes ended jobs past their task's days, or beyond its number of jobs, oldest first, batch by batch. Answers how many.
 */
export async function deletePastRetention(
  { db }: Pick<Platform, 'db'>,
  signal: AbortSignal,
): Promise<number> {
  const tasks = await db.query<PastKeeping>('past_keeping', PAST_KEEPING, []);
  let deleted = 0;
  for (let place = 0; place < tasks.length; place += TASKS) {
    const some = JSON.stringify(tasks.slice(place, place + TASKS));
    for (let more = true; more && !signal.aborted;) {
      const { length } = await db.query('delete_past_keeping', DELETE, [some, BATCH]);
      deleted += length;
      more = length === BATCH;
    }
  }
  return deleted;
}

/** Idempotency keys past their time. */
function forgetKeys(db: Platform['db']): Promise<unknown> {
  return db.query(
    'forget_idempotency_keys',
    'delete from idempotency_keys where created_at < now() - make_interval(hours => $1)',
    [KEY_HOURS],
  );
}

/** Once a minute. */
export function startRetention(platform: Pick<Platform, 'db' | 'log' | 'stopping'>): Disposable {
  const run = async () => {
    const [deleted] = await Promise.all([
      deletePastRetention(platform, platform.stopping),
      forgetKeys(platform.db),
    ]);
    if (deleted > 0) platform.log.info({ deleted }, 'jobs past their keeping were deleted');
  };
  return startSharedChore(platform, {
    name: 'retention',
    everyMs: EVERY_MS,
    run,
    failed: 'jobs past their keeping could not be deleted',
  });
}
