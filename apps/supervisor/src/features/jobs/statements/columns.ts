import type { RunPolicy, TaskType } from '@argus/contract';
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
  exclusive: boolean;
  limited: boolean;
  attempt: number;
  lost_after: number;
  type: TaskType;
  run_id: string | null;
  step_id: string | null;
  step_policy: RunPolicy | null;
  lease: string;
}

const COLUMNS = [
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
  'exclusive',
  'limited',
  'attempt',
  'lost_after',
  'type',
  'run_id',
  'step_id',
  'step_policy',
] as const;

/** The columns of a ClaimedJob but its lease, from the alias of `jobs`, where told from elsewhere. */
export function claimedColumns(
  jobs: string,
  elsewhere: Partial<Record<(typeof COLUMNS)[number], string>> = {},
): string {
  return COLUMNS.map((column) => `${elsewhere[column] ?? `${jobs}.${column}`} as ${column}`).join(', ');
}

/** The same where there is no job. */
export const NO_COLUMNS = (elsewhere: Partial<Record<(typeof COLUMNS)[number], string>>): string =>
  COLUMNS.map((column) => elsewhere[column] ?? 'null').join(', ');

/** Slots that a bot may fill: what it offers, or fewer where people want that, less what it holds. */
export const FREE_SLOTS = (host: string): string =>
  `greatest(0, least(${host}.slots, coalesce(${host}.max_slots, ${host}.slots)) - (select count(*) from jobs j where j.host_id = ${host}.id and j.lifecycle in ('assigned', 'started')))`;

/** A job that waits in a pool, or for one bot where claims count, and may be handed out. */
export const WAITS_IN_POOL = (job: string): string =>
  `${job}.lifecycle = 'ready' and ${job}.pool is not null and ${job}.due_at is null`;

/**
 * Whether a job is there. As a value of its own, since an `exists` can be planned as a join that reads every waiting job; each look
 * must fit one of the partial indexes.
 */
export const LOOK = (from: string): string => `(select true from ${from} limit 1) is not null`;

/** Whether something waits for a bot alone. */
export const HAS_OWN_WORK = (host: string): string =>
  ['not j.exclusive', 'j.exclusive']
    .map((kind) => LOOK(`jobs j where j.host_id = ${host}.id and j.lifecycle = 'ready' and ${kind}`))
    .join(' or ');

/** Whether something waits in a pool that a bot serves. */
export const HAS_POOL_WORK = (host: string, which: 'limited' | 'not limited'): string =>
  LOOK(
    `unnest(${host}.pools || ${host}.id) as p(id) cross join lateral (select 1 from jobs j where j.pool = p.id and ${WAITS_IN_POOL('j')} and ${which === 'limited' ? 'j.limited' : 'not j.limited'} limit 1) w`,
  );

/** What waits for one bot alone and is not counted: id and priority, in any order. */
export function ownJobs(host: string, free: string): string {
  return `
        (select j.id, j.priority from jobs j where j.host_id = ${host} and j.lifecycle = 'ready' and not j.exclusive order by j.priority desc, j.id limit ${free})
        union all
        (with recursive head as (
          (select j.task_id, j.id, j.priority from jobs j where j.host_id = ${host} and j.lifecycle = 'ready' and j.exclusive
           order by j.task_id, j.priority desc, j.id limit 1)
          union all
          select following.* from head cross join lateral (
            select j.task_id, j.id, j.priority from jobs j where j.host_id = ${host} and j.lifecycle = 'ready' and j.exclusive and j.task_id > head.task_id
            order by j.task_id, j.priority desc, j.id limit 1
          ) following
        )
        select head.id, head.priority from head
        where not exists (select 1 from jobs r where r.task_id = head.task_id and r.exclusive and r.lifecycle in ('assigned', 'started')))`;
}

/** The lifecycle of a waiting job that is canceled: between two attempts it is not one that never started. */
export const CANCELED = `case when attempt = 0 then 'canceled' else 'terminated' end`;
