import type { Database } from '../../../platform/database.ts';
import type { Approval, Cause, RunPolicy, TaskType } from '@argus/contract';
import type { StoredArgument } from '../arguments.ts';
import { FREE_SLOTS, HAS_POOL_WORK, ownJobs, type ClaimedJob } from './columns.ts';
import { HELD } from './hold.ts';

/** A job to be made. `host_id` has been checked to be of the same organization. */
export interface NewJob {
  id: string;
  customer_id: string;
  task_id: string;
  task_version: number;
  name: string;
  /** Null where it waits in a pool. */
  host_id: string | null;
  /** A pool, or the bot that alone may take it, where a claim has to count. */
  pool: string | null;
  limited: boolean;
  exclusive: boolean;
  priority: number;
  timeout: number;
  lost_after: number;
  /** Seconds that it may wait; null: for ever. */
  expires_after: number | null;
  script_id: string | null;
  script_version: number | null;
  script_sha256: string | null;
  script_filename: string | null;
  script_size: number | null;
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
  /**
   * `customers.epoch` as it was when caller and task were read: nothing is made where it is another by now. Null where
   * they were read for this call alone.
   */
  epoch: number | null;
  /** Of an automatic start: it is made only if this key was never used before. */
  once: string | null;
  cause: Cause | null;
  depth: number;
  schedule_id: string | null;
  /** Of a step of a workflow: it is made only while its run goes on. */
  run_id: string | null;
  step_id: string | null;
  /** What of its task's policy is otherwise. */
  step_policy: RunPolicy | null;
  /** Seconds before it may start; such a job waits in a `pool`. */
  delay: number | null;
  type: TaskType;
  /** Members who act for its starter. */
  assignees: string[];
  /** What people are to do before it goes on; it is made on hold. */
  pending: NewPending | null;
  /** It has nothing to do: its outputs, and why. */
  done: { output: string[]; reason: string } | null;
}

/** Somebody who is asked. */
export interface AskedPerson {
  user_id: string;
  email: string;
  /** Who was asked before. */
  in_place_of?: string;
}

/** What a job waits for people to do. */
export interface NewPending {
  kind: 'approval' | 'input';
  /** Who is asked. */
  people: AskedPerson[];
  /** How many of them must approve. */
  needed: number;
  settings: Pick<Approval, 'message' | 'reason' | 'no_self' | 'on_deadline' | 'channels'> & {
    /** With `no_self`: users who started what led to it, where that was something else. */
    starters?: string[];
  };
  /** Seconds. */
  deadline: number | null;
}

/** What a job got in the making. */
export interface CreatedJob {
  lifecycle: 'ready' | 'onhold' | 'assigned' | 'finished';
  created_at: Date;
  expires_at: Date | null;
  /** 1 where it was handed out at once. */
  attempt: number;
  lease: string | null;
  assigned_at: Date | null;
  due_at: Date | null;
}

interface Shape {
  /** Some of them are automatic starts, or steps of a run. */
  once?: boolean;
  /** Some of them are no scripts, or wait for people. */
  other?: boolean;
  /** Their bots wait for work here. */
  direct?: boolean;
}

/**
 * Makes jobs, and hands those of a waiting bot out in the same statement: one commit, one round trip. A job goes
 * out directly only where the bot has a free slot and nothing that it may take waits before it (of the same or a
 * higher priority, and not held up by its own task); a job of a task that runs one at a time never does, since
 * claiming checks for the others, and neither does one that has to be counted.
 *
 * Each job is an id and a form, its place in `$1`: reading the 40 fields of a form takes a fifth of the whole, and jobs of
 * one moment are mostly of one task, and differ in nothing else. Who looks at no bot is spared another tenth.
 */
const createStatement = ({ once = false, other = false, direct = false }: Shape) => `
  with given as (
    select j.id, r.* from unnest($2::text[], $3::integer[]) as j(id, form) join rows from (jsonb_to_recordset($1::jsonb) as (${FORM.map((field) => field.join(' ')).join(', ')}))
      with ordinality as r(${FORM.map(([name]) => name).join(', ')}, place) on r.place = j.form
    where (select r.epoch is null or r.epoch = c.epoch from customers c where c.id = r.customer_id)
  ),${once ? FIRED : ''} input as (
    select * from given ${once ? WHERE_ONCE : ''}
  ), ${direct ? PLACED : 'placed as (select *, false as direct from input)'}, decided as materialized (
    select *, case ${other ? "when done is not null then 'finished' " : ''}when hold then 'onhold' when direct then 'assigned' else 'ready' end as lifecycle, case when direct then 1 else 0 end as attempt,
      case when direct then gen_random_uuid()::text end as lease, case when direct then now() end as assigned_at,
      now() + make_interval(secs => delay) as due_at, now() + make_interval(secs => expires_after) as expires_at
    from placed
  ), made as (
    insert into jobs (id, customer_id, task_id, task_version, name, host_id, pool, limited, exclusive, priority, timeout, lost_after, expires_at,
      script_id, script_version, script_sha256, script_filename, script_size, arguments, origin, user_id, started_by, address, acls, repeat_of,
      reason_code, reason, lifecycle, attempt, assigned_at, cause, depth, schedule_id, run_id, step_id, step_policy, due_at, watched${other ? ', type, assignees, state, output, finished_at' : ''})
    select id, customer_id, task_id, task_version, name, host_id, pool, limited, exclusive, priority, timeout, lost_after, expires_at,
      script_id, script_version, script_sha256, script_filename, script_size, arguments, origin, user_id, started_by, address, acls, repeat_of,
      ${other ? `case when done is not null then 'completed' when pending is not null then pending ->> 'kind' when hold then '${HELD}' end` : `case when hold then '${HELD}' end`}, reason, lifecycle, attempt, assigned_at, cause, depth, schedule_id, run_id, step_id, step_policy, due_at,
      coalesce((select t.watched from tasks t where t.id = decided.task_id), false)
      ${other ? ", type, assignees, case when done is not null then 'success' else 'in_progress' end, coalesce(done -> 'output', '[]'), case when done is not null then now() end" : ''}
    from decided
  )${direct ? HANDED : ''}${other ? ASKED : ''}
  select id, lifecycle, attempt, lease, now() as created_at, assigned_at, due_at, expires_at
  from decided`;

/** What of a job comes with its form: everything but its id. */
const FORM: readonly [name: Exclude<keyof NewJob, 'id'>, type: string][] = [
  ['customer_id', 'text'],
  ['task_id', 'text'],
  ['task_version', 'integer'],
  ['name', 'text'],
  ['host_id', 'text'],
  ['pool', 'text'],
  ['limited', 'boolean'],
  ['exclusive', 'boolean'],
  ['priority', 'smallint'],
  ['timeout', 'integer'],
  ['lost_after', 'integer'],
  ['expires_after', 'integer'],
  ['script_id', 'text'],
  ['script_version', 'integer'],
  ['script_sha256', 'text'],
  ['script_filename', 'text'],
  ['script_size', 'integer'],
  ['arguments', 'jsonb'],
  ['origin', 'text'],
  ['user_id', 'text'],
  ['started_by', 'text'],
  ['address', 'text'],
  ['acls', 'text[]'],
  ['repeat_of', 'text'],
  ['hold', 'boolean'],
  ['reason', 'text'],
  ['epoch', 'bigint'],
  ['once', 'text'],
  ['cause', 'jsonb'],
  ['depth', 'smallint'],
  ['schedule_id', 'text'],
  ['run_id', 'text'],
  ['step_id', 'text'],
  ['step_policy', 'jsonb'],
  ['delay', 'integer'],
  ['type', 'text'],
  ['assignees', 'text[]'],
  ['pending', 'jsonb'],
  ['done', 'jsonb'],
];

const PLACED = `waiting as materialized (
    select h.id, h.machine, ${FREE_SLOTS('h')} as free,
      (select max(own.priority) from (${ownJobs('h.id', '1')}) own) as ahead
    from hosts h
    where h.id = any($4::text[]) and not h.disabled and not h.draining and (select c.max_running is null from customers c where c.id = h.customer_id)
      and not (${HAS_POOL_WORK('h', 'not limited')} or ${HAS_POOL_WORK('h', 'limited')})
    for no key update of h skip locked
  ), placed as (
    select r.*, w.machine, coalesce(not r.exclusive and not r.hold and r.priority > coalesce(w.ahead, -32768)
      and row_number() over (partition by r.host_id, r.exclusive, r.hold order by r.priority desc, r.id) <= w.free, false) as direct
    from input r left join waiting w on w.id = r.host_id
  )`;
const HANDED = `, handed as (
    insert into attempts (job_id, attempt, customer_id, host_id, lease, lost_after, machine)
    select id, attempt, customer_id, host_id, lease, lost_after, machine from decided where direct
  )`;
/** Two that come with the same key: the second waits for the first, and is left out where that one was committed. */
const FIRED = ` fired as (
    insert into firings (key) select once from given where once is not null on conflict do nothing returning key
  ),`;
/** A run that is to stop, or is over, gets no further step: whoever stops it waits for this statement, or this one for them. */
const WHERE_ONCE = `where (once is null or once in (select key from fired))
      and (run_id is null or run_id in (
        select id from workflow_runs where id = any(array(select run_id from given)) and lifecycle = 'started' and stop_requested is null for share
      ))`;
/** What it waits for people to do. */
const ASKED = `, asked as (
    insert into pending (job_id, customer_id, kind, people, needed, settings, deadline)
    select id, customer_id, pending ->> 'kind', pending -> 'people', (pending ->> 'needed')::integer, pending -> 'settings',
      now() + make_interval(secs => (pending ->> 'deadline')::integer)
    from decided where pending is not null
  )`;

/** By the name under which PostgreSQL keeps its plan. */
const STATEMENTS = new Map(
  [{}, { once: true }, { once: true, other: true }].flatMap((shape: Shape) =>
    [false, true].map((direct) => [nameOf({ ...shape, direct }), createStatement({ ...shape, direct })]),
  ),
);

function nameOf({ once, other, direct }: Shape): string {
  return `create_${other ? 'other_' : ''}jobs${once ? '_once' : ''}${direct ? '_direct' : ''}`;
}

/** Answers the jobs in the order given; undefined for one whose `epoch` is over, or whose key was used before. */
export async function createJobs(
  db: Database,
  jobs: readonly NewJob[],
  waitingHosts: readonly string[],
): Promise<(CreatedJob | undefined)[]> {
  const direct = waitingHosts.length > 0;
  const name = nameOf({ ...shapeOf(jobs), direct });
  const { forms, ids, places } = formsOf(jobs);
  const rows = await db.hot<CreatedJob & { id: string }>(name, STATEMENTS.get(name) as string, [
    forms,
    ids,
    places,
    ...(direct ? [waitingHosts] : []),
  ]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return jobs.map(({ id }) => byId.get(id));
}

function shapeOf(jobs: readonly NewJob[]): Shape {
  if (
    jobs.some(({ type, pending, assignees }) => type !== 'script' || pending !== null || assignees.length > 0)
  )
    return { once: true, other: true };
  return { once: jobs.some(({ once }) => once !== null) };
}

/** The forms as a JSON array, each once; the ids, and for each the place of its form, from 1. */
function formsOf(jobs: readonly NewJob[]): { forms: string; ids: string[]; places: number[] } {
  const known = new Map<string, number>();
  const places = jobs.map(({ id: _id, ...form }) => {
    const text = JSON.stringify(form);
    const place = known.get(text) ?? known.size + 1;
    known.set(text, place);
    return place;
  });
  return { forms: `[${[...known.keys()].join(',')}]`, ids: jobs.map(({ id }) => id), places };
}

/** A job that was handed out in the making, as a claim would have answered it; undefined where it was not. */
export function handedOut(job: NewJob, created: CreatedJob | undefined): ClaimedJob | undefined {
  if (created?.lease == null) return undefined;
  // only a script is handed out, and only to a bot
  return { ...(job as ClaimedJob & NewJob), attempt: created.attempt, lease: created.lease };
}
