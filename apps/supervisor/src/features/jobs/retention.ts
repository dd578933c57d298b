import { startSharedChore } from '../../platform/chore.ts';
import type { Platform } from '../../platform/platform.ts';
import { KEY_HOURS } from './idempotency.ts';

/** Jobs deleted by one statement: small enough not to hold up dispatch. */
const BATCH = 500;
const EVERY_MS = 60_000;

/** Ended jobs past their task's days, or beyond its number of jobs, oldest first. */
const DELETE = `
  with old as (
    -- an id begins with its time: what was made later cannot have ended before
    select j.id from tasks t cross join lateral (
      select id from jobs
      where task_id = t.id and finished_at < now() - make_interval(days => t.retention_days)
        and id < lpad(to_hex((extract(epoch from now() - make_interval(days => t.retention_days)) * 1000)::bigint), 12, '0')
      order by id limit $1
    ) j
    limit $1
  ), beyond as (
    select j.id from tasks t cross join lateral (
      select id, finished_at from jobs where task_id = t.id order by id desc offset t.retention_jobs limit $1
    ) j where j.finished_at is not null
    limit $1
  ), doomed as (
    select id from old union select id from beyond limit $1
  ), logs as (
    delete from log_chunks where job_id = any(array(select id from doomed))
  )
  delete from jobs where id = any(array(select id from doomed)) returning id`;

/** Deletes jobs that are past their keeping, batch by batch. Answers how many. */
export async function deletePastRetention(
  { db }: Pick<Platform, 'db'>,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  while (!signal.aborted) {
    const { length } = await db.query('delete_past_retention', DELETE, [BATCH]);
    deleted += length;
    if (length < BATCH) break;
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
