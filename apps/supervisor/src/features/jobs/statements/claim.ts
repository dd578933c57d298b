import type { Database } from '../../../platform/database.ts';
import type { StoredArgument } from '../arguments.ts';

/** A job with all that its instruction needs. */
export interface ClaimedJob {
  id: string;
  customer_id: string;
  task_id: string;
  task_version: number;
  name: string;
  host_id: string;
  timeout: number;
  script_id: string;
  script_sha256: string;
  script_filename: string;
  script_size: number;
  arguments: StoredArgument[];
  user_id: string | null;
  started_by: string;
  attempt: number;
  lease: string;
}

export const CLAIMED_COLUMNS = (alias: string): string =>
  [
    'id',
    'customer_id',
    'task_id',
    'task_version',
    'name',
    'host_id',
    'timeout',
    'script_id',
    'script_sha256',
    'script_filename',
    'script_size',
    'arguments',
    'user_id',
    'started_by',
    'attempt',
  ]
    .map((column) => `${alias}.${column}`)
    .join(', ');

/**
 * Hands waiting jobs to bots, as many as each has free slots: highest priority first, then oldest.
 *
 * - The lock on the bot's row makes two supervisors take turns on one bot.
 * - Of a task that runs one at a time only the first waiting job counts, and only while none is held; the walk
 *   from task to task (a loose index scan) keeps a long queue of a blocked task from being read. The unique
 *   index jobs_one_of_exclusive decides where two supervisors race.
 * - The update asks for `ready` again, so a job that was canceled in between is left alone.
 */
const CLAIM = `
  with host as materialized (
    select h.id, greatest(0, h.slots - (select count(*) from jobs j where j.host_id = h.id and j.lifecycle in ('assigned', 'started'))) as free
    from hosts h
    where h.id = any($1::text[]) and not h.disabled
      -- nothing to lock and count for where nothing waits
      and exists (select 1 from jobs j where j.host_id = h.id and j.lifecycle = 'ready')
    order by h.id for no key update of h
  ), candidate as (
    select picked.id from host h cross join lateral (
      select * from (
        (select j.id, j.priority from jobs j where j.host_id = h.id and j.lifecycle = 'ready' and not j.exclusive order by j.priority desc, j.id limit h.free)
        union all
        (with recursive head as (
          (select j.task_id, j.id, j.priority from jobs j where j.host_id = h.id and j.lifecycle = 'ready' and j.exclusive
           order by j.task_id, j.priority desc, j.id limit 1)
          union all
          select following.* from head cross join lateral (
            select j.task_id, j.id, j.priority from jobs j where j.host_id = h.id and j.lifecycle = 'ready' and j.exclusive and j.task_id > head.task_id
            order by j.task_id, j.priority desc, j.id limit 1
          ) following
        )
        select head.id, head.priority from head
        where not exists (select 1 from jobs r where r.task_id = head.task_id and r.exclusive and r.lifecycle in ('assigned', 'started')))
      ) waiting order by priority desc, id limit h.free
    ) picked
  ), claimed as (
    update jobs j set lifecycle = 'assigned', attempt = j.attempt + 1, assigned_at = now()
    where j.id = any(array(select id from candidate)) and j.lifecycle = 'ready'
    returning j.*
  ), handed as (
    insert into attempts (job_id, attempt, customer_id, host_id, lease)
    select id, attempt, customer_id, host_id, gen_random_uuid()::text from claimed
    returning job_id, lease
  )
  select ${CLAIMED_COLUMNS('c')}, handed.lease
  from claimed c join handed on handed.job_id = c.id
  order by c.priority desc, c.id`;

export function claimJobs(db: Database, hostIds: readonly string[]): Promise<ClaimedJob[]> {
  return db.hot<ClaimedJob>('claim_jobs', CLAIM, [hostIds]);
}

const WAITING = `select h.id from unnest($1::text[]) as h(id) where exists (select 1 from jobs j where j.host_id = h.id and j.lifecycle = 'ready')`;

/** Those of the bots that jobs wait for: the slow look that correctness rests on. */
export async function hostsWithWork(db: Database, hostIds: readonly string[]): Promise<string[]> {
  const rows = await db.hot<{ id: string }>('hosts_with_work', WAITING, [hostIds]);
  return rows.map(({ id }) => id);
}
