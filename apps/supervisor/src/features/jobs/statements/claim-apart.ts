import type { Database } from '../../../platform/database.ts';
import { claimedColumns, FREE_SLOTS, ownJobs, WAITS_IN_POOL, type ClaimedJob } from './columns.ts';

/**
 * Hands jobs to one bot where what it may take depends on what others hold: those of its pools, those of tasks with a
 * limit of jobs at once, and all of them where its organization has one.
 *
 * Counting is only true while nobody else hands out what is counted: such claims of one organization take turns by a
 * lock on its row, taken by a statement of its own, so that the one that counts sees what the claim before committed.
 * Jobs of a pool without a limit need no turns: two claims pass each other by what is locked.
 */
const CLAIM = `
  with host as materialized (
    select h.id, h.machine, h.pools,
      greatest(0, least(${FREE_SLOTS('h')},
        c.max_running - (select count(*) from hosts o join jobs j on j.host_id = o.id where o.customer_id = c.id and j.lifecycle in ('assigned', 'started')))) as free
    from hosts h join customers c on c.id = h.customer_id
    where h.id = $1 and not h.disabled and not h.draining
    for no key update of h
  ), queue as (
    select p.id, h.free from host h cross join lateral unnest(h.pools || h.id) as p(id)
  ), pooled as (
    select j.id, j.priority from queue q cross join lateral (
      select j.id, j.priority from jobs j where j.pool = q.id and ${WAITS_IN_POOL('j')} and not j.limited
      order by j.priority desc, j.id limit q.free for update of j skip locked
    ) j
  ), head as (
    select q.id as pool, q.free, task.id as task_id from queue q cross join lateral (
      with recursive task as (
        (select j.task_id as id from jobs j where j.pool = q.id and ${WAITS_IN_POOL('j')} and j.limited order by j.task_id limit 1)
        union all
        select following.id from task cross join lateral (
          select j.task_id as id from jobs j where j.pool = q.id and ${WAITS_IN_POOL('j')} and j.limited and j.task_id > task.id
          order by j.task_id limit 1
        ) following
      ) select id from task
    ) task
  ), room as (
    select t.id, least(case when t.multitasking then null else 1 end, t.max_running)
      - (select count(*) from jobs r where r.task_id = t.id and r.limited and r.lifecycle in ('assigned', 'started'))
      - (select count(*) from jobs r where r.task_id = t.id and r.exclusive and not r.limited and r.lifecycle in ('assigned', 'started')) as jobs
    from tasks t where t.id in (select task_id from head)
  ), limited as (
    select j.id, j.priority, room.jobs, row_number() over (partition by head.task_id order by j.priority desc, j.id) as place
    from head join room on room.id = head.task_id cross join lateral (
      select j.id, j.priority from jobs j where j.pool = head.pool and j.task_id = head.task_id and ${WAITS_IN_POOL('j')} and j.limited
      order by j.priority desc, j.id limit greatest(0, least(head.free, room.jobs))
    ) j
  ), candidate as (
    select id from (
      select own.id, own.priority from host h cross join lateral (${ownJobs('h.id', 'h.free')}) own
      union all select id, priority from pooled
      union all select id, priority from limited where jobs is null or place <= jobs
    ) waiting order by priority desc, id limit (select free from host)
  ), claimed as (
    update jobs j set lifecycle = 'assigned', attempt = j.attempt + 1, assigned_at = now(), host_id = host.id, reason_code = null, reason = null
    from host
    where j.id = any(array(select id from candidate)) and j.lifecycle = 'ready' and (j.expires_at is null or j.expires_at > now())
    returning j.*, host.machine, gen_random_uuid()::text as lease
  ), handed as (
    insert into attempts (job_id, attempt, customer_id, host_id, lease, lost_after, machine)
    select id, attempt, customer_id, host_id, lease, lost_after, machine from claimed
  )
  select ${claimedColumns('c')}, c.lease from claimed c
  order by c.priority desc, c.id`;

const TURN = `select 1 from customers where id = (select customer_id from hosts where id = $1) for no key update`;

/** `counted`: whether limits have to be counted, which claims of one organization do one after the other. */
export function claimApart(db: Database, hostId: string, counted: boolean): Promise<ClaimedJob[]> {
  if (!counted) return db.hot<ClaimedJob>('claim_apart', CLAIM, [hostId]);
  return db.hotTransaction(async (query) => {
    await query('claim_turn', TURN, [hostId]);
    return query<ClaimedJob>('claim_apart', CLAIM, [hostId]);
  });
}
