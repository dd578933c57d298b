import type { Database } from '../../../platform/database.ts';
import { claimApart } from './claim-apart.ts';
import {
  claimedColumns,
  FREE_SLOTS,
  HAS_OWN_WORK,
  HAS_POOL_WORK,
  NO_COLUMNS,
  type ClaimedJob,
  ownJobs,
} from './columns.ts';

/**
 * Hands waiting jobs to bots, as many as each has free slots: highest priority first, then oldest.
 *
 * - The lock on the bot's row makes two supervisors take turns on one bot.
 * - Of a task that runs one at a time only the first waiting job counts, and only while none is held; the walk
 *   from task to task (a loose index scan) keeps a long queue of a blocked task from being read. The unique
 *   index jobs_one_of_exclusive decides where two supervisors race.
 * - The update asks for `ready` again, so a job that was canceled in between is left alone.
 * - A bot for which jobs wait in pools, or whose organization has a limit, is only named (`apart`): what it may take
 *   depends on what others hold (claim-apart.ts).
 */
const CLAIM = `
  with host as materialized (
    select h.id, h.machine, ${FREE_SLOTS('h')} as free,
      case when c.max_running is not null or work.limited then 'counted' when work.pooled then 'pooled' end as apart
    from hosts h join customers c on c.id = h.customer_id
    -- looked up once: written out at each use it is planned at each use
    cross join lateral (
      select ${HAS_POOL_WORK('h', 'limited')} as limited, ${HAS_POOL_WORK('h', 'not limited')} as pooled, ${HAS_OWN_WORK('h')} as own offset 0
    ) work
    where h.id = any($1::text[]) and not h.disabled and not h.draining
      -- nothing to lock and count for where nothing waits
      and (work.own or work.pooled or work.limited)
    order by h.id for no key update of h
  ), candidate as (
    select picked.id, h.machine from host h cross join lateral (
      select * from (${ownJobs('h.id', 'h.free')}) waiting order by priority desc, id limit h.free
    ) picked
    where h.apart is null
  ), claimed as (
    update jobs j set lifecycle = 'assigned', attempt = j.attempt + 1, assigned_at = now(), reason_code = null, reason = null
    from candidate where j.id = candidate.id and j.lifecycle = 'ready' and (j.expires_at is null or j.expires_at > now())
    returning j.*, candidate.machine, gen_random_uuid()::text as lease
  ), handed as (
    insert into attempts (job_id, attempt, customer_id, host_id, lease, lost_after, machine)
    select id, attempt, customer_id, host_id, lease, lost_after, machine from claimed
  ), named as (
    select ${claimedColumns('c')}, c.lease, null::text as apart
    from claimed c
    order by c.priority desc, c.id
  )
  select * from named
  union all
  select ${NO_COLUMNS({ host_id: 'host.id' })}, null, host.apart from host where host.apart is not null and host.free > 0`;

type Named = ClaimedJob & { apart: 'counted' | 'pooled' | null };

export async function claimJobs(db: Database, hostIds: readonly string[]): Promise<ClaimedJob[]> {
  const rows = await db.hot<Named>('claim_jobs', CLAIM, [hostIds]);
  const jobs: ClaimedJob[] = rows.filter(({ apart }) => apart === null);
  for (const { host_id, apart } of rows) {
    if (apart !== null) jobs.push(...(await claimApart(db, host_id, apart === 'counted')));
  }
  return jobs;
}

/** Walks from one value of an index's first column to the next, so that a long queue costs as much as a short one. */
function distinct(column: string, where: string): string {
  return `(with recursive queue as (
      (select ${column} as id from jobs where ${where} order by ${column} limit 1)
      union all
      select following.id from queue cross join lateral (
        select ${column} as id from jobs where ${where} and ${column} > queue.id order by ${column} limit 1
      ) following
    ) select id from queue)`;
}

const IN_POOL = `lifecycle = 'ready' and pool is not null and due_at is null`;
const WAITING = `
  select id from (${distinct('host_id', `lifecycle = 'ready' and not exclusive`)} union ${distinct('host_id', `lifecycle = 'ready' and exclusive`)}) own
  union
  select h.id from (${distinct('pool', `${IN_POOL} and not limited`)} union ${distinct('pool', `${IN_POOL} and limited`)}) p
  join hosts h on h.pools @> array[p.id] or h.id = p.id`;

/** The bots that jobs wait for: the slow look that correctness rests on. It costs by the number of queues alone. */
export async function hostsWithWork(db: Database): Promise<string[]> {
  const rows = await db.hot<{ id: string }>('hosts_with_work', WAITING, []);
  return rows.map(({ id }) => id);
}
