import type { Database } from '../../../platform/database.ts';
import type { StoredArgument } from '../arguments.ts';
import { CLAIMED_COLUMNS, type ClaimedJob } from './claim.ts';
import { HELD } from './hold.ts';

/** A job to be made. `host_id` has been checked to be of the same organization. */
export interface NewJob {
  id: string;
  customer_id: string;
  task_id: string;
  task_version: number;
  name: string;
  host_id: string;
  exclusive: boolean;
  priority: number;
  timeout: number;
  script_id: string;
  script_version: number;
  script_sha256: string;
  script_filename: string;
  script_size: number;
  arguments: StoredArgument[];
  origin: string;
  user_id: string | null;
  started_by: string;
  address: string;
  acls: string[];
  repeat_of: string | null;
  /** Made on hold: it waits for somebody to let it go. */
  hold: boolean;
  /** Why it is on hold; null where it is not. */
  reason: string | null;
}

export type CreatedJob = ClaimedJob & {
  lifecycle: 'ready' | 'onhold' | 'assigned';
  created_at: Date;
  assigned_at: Date | null;
};

/**
 * Makes jobs, and hands those of a waiting bot out in the same statement: one commit, one round trip. A job goes
 * out directly only where nothing waits before it for that bot and the bot has a free slot; a job of a task that
 * runs one at a time never does, since claiming checks for the others.
 */
const CREATE = `
  with input as (
    select * from jsonb_to_recordset($1::jsonb) as r(
      id text, customer_id text, task_id text, task_version integer, name text, host_id text, exclusive boolean, priority smallint, timeout integer,
      script_id text, script_version integer, script_sha256 text, script_filename text, script_size integer, arguments jsonb, origin text, user_id text, started_by text,
      address text, acls text[], repeat_of text, hold boolean, reason text)
  ), waiting as materialized (
    select h.id, h.slots - (select count(*) from jobs j where j.host_id = h.id and j.lifecycle in ('assigned', 'started')) as free
    from hosts h
    where h.id = any($2::text[]) and not h.disabled
      -- two looks, since each of the two partial indexes answers one of them
      and not exists (select 1 from jobs j where j.host_id = h.id and j.lifecycle = 'ready' and not j.exclusive)
      and not exists (select 1 from jobs j where j.host_id = h.id and j.lifecycle = 'ready' and j.exclusive)
    for no key update of h skip locked
  ), placed as (
    select r.*, coalesce(not r.exclusive and not r.hold and row_number() over (partition by r.host_id, r.exclusive, r.hold order by r.priority desc, r.id) <= w.free, false) as direct
    from input r left join waiting w on w.id = r.host_id
  ), made as (
    insert into jobs (id, customer_id, task_id, task_version, name, host_id, exclusive, priority, timeout, script_id, script_version, script_sha256, script_filename, script_size,
      arguments, origin, user_id, started_by, address, acls, repeat_of, reason_code, reason, lifecycle, attempt, assigned_at)
    select id, customer_id, task_id, task_version, name, host_id, exclusive, priority, timeout, script_id, script_version, script_sha256, script_filename, script_size,
      arguments, origin, user_id, started_by, address, acls, repeat_of,
      case when hold then '${HELD}' end, reason, case when hold then 'onhold' when direct then 'assigned' else 'ready' end, case when direct then 1 else 0 end, case when direct then now() end
    from placed
    returning *
  ), handed as (
    insert into attempts (job_id, attempt, customer_id, host_id, lease)
    select id, attempt, customer_id, host_id, gen_random_uuid()::text from made where lifecycle = 'assigned'
    returning job_id, lease
  )
  select ${CLAIMED_COLUMNS('m')}, handed.lease, m.lifecycle, m.created_at, m.assigned_at
  from made m left join handed on handed.job_id = m.id`;

export async function createJobs(
  db: Database,
  jobs: readonly NewJob[],
  waitingHosts: readonly string[],
): Promise<CreatedJob[]> {
  const rows = await db.hot<CreatedJob>('create_jobs', CREATE, [JSON.stringify(jobs), waitingHosts]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return jobs.map(({ id }) => byId.get(id) as CreatedJob);
}
