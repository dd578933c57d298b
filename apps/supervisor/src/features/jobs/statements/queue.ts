import type { Database } from '../../../platform/database.ts';
import { WAITS_IN_POOL } from './columns.ts';

// What the queue view reads. A queue may hold a million jobs, so every arm is a walk along one of the queue's partial
// indexes that ends at a limit; limits are in the text, since a plan that does not know them sorts the whole queue.

/** Tasks of a queue whose jobs are looked at one by one, where its index goes by task. */
const TASKS = 100;
/** Jobs on hold that are looked through: their index goes by organization, not by queue. */
const HELD_SCAN = 10_000;

export const IN_HOST = (job: string, queue: string, exclusive: boolean): string =>
  `${job}.host_id = ${queue} and ${job}.lifecycle = 'ready' and ${exclusive ? '' : 'not '}${job}.exclusive`;
export const IN_POOL = (job: string, queue: string, limited: boolean): string =>
  `${job}.pool = ${queue} and ${WAITS_IN_POOL(job)} and ${limited ? '' : 'not '}${job}.limited`;

/** The tasks in a part of a queue whose index goes by task; `part` tells its condition for an alias. */
export function tasksOf(part: (job: string) => string): string {
  return `(with recursive task as (
      (select w.task_id as id from jobs w where ${part('w')} order by w.task_id limit 1)
      union all
      select following.id from task cross join lateral (
        select w.task_id as id from jobs w where ${part('w')} and w.task_id > task.id order by w.task_id limit 1
      ) following
    ) select id from task limit ${TASKS})`;
}

const held = (kind: string) =>
  `(select count(*) from jobs r where r.task_id = task.id and ${kind} and r.lifecycle in ('assigned', 'started'))`;
/** How many more of a `task` may run, where it runs only so many at once. */
export const ROOM_OF_EXCLUSIVE = `1 - ${held('r.exclusive')}`;
export const ROOM_OF_LIMITED = `(select least(case when t.multitasking then null else 1 end, t.max_running) from tasks t where t.id = task.id) - ${held('r.limited')} - ${held('r.exclusive and not r.limited')}`;

/** A job at the head of its queue. */
export interface Head {
  queue: string;
  id: string;
}

export interface HeadsWanted {
  /** What of the jobs `j` the caller may see, as SQL, with its values; the first one is the organization's id. */
  visible: { sql: string; values: readonly unknown[] };
  /** Of each queue so many. */
  limit: number;
  /** Of each part of a queue so many are looked through: more than `limit` where not all of them are wanted. */
  scan: number;
  host: string | undefined;
  task: string | undefined;
}

/**
 * The statement that finds the first jobs of each queue, in the order in which they are handed out; then those whose
 * time has not come, by time; then those on hold, by age.
 */
export function headsStatement({ visible, limit, scan, host, task }: HeadsWanted): {
  text: string;
  values: unknown[];
} {
  const values = [...visible.values];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const hostIs = host === undefined ? undefined : parameter(host);
  const taskIs = task === undefined ? undefined : parameter(task);
  const shown = `${visible.sql}${taskIs === undefined ? '' : ` and j.task_id = ${taskIs}`}`;
  const columns = (job: string) =>
    ['id', 'customer_id', 'task_id', 'user_id', 'acls', 'priority', 'due_at']
      .map((column) => `${job}.${column}`)
      .join(', ');
  const inOrder = (part: string) =>
    `(select ${columns('w')} from jobs w where ${part} order by w.priority desc, w.id limit ${scan})`;
  const byTask = (part: (job: string) => string) => `(
    select first.* from ${taskIs === undefined ? tasksOf(part) : `(select ${taskIs}::text as id)`} task cross join lateral (
      select ${columns('w')} from jobs w where ${part('w')} and w.task_id = task.id order by w.priority desc, w.id limit ${Math.max(limit, Math.ceil(scan / 10))}
    ) first)`;
  const queues =
    hostIs === undefined
      ? `select id from hosts where customer_id = $1 union all select id from pools where customer_id = $1`
      : `select id from hosts where customer_id = $1 and id = ${hostIs}
         union all select unnest(pools) from hosts where customer_id = $1 and id = ${hostIs}`;
  const text = `
    with queue as materialized (${queues}),
    ready as (
      select queue.id as queue, head.* from queue cross join lateral (
        select j.id, j.priority from (
          ${inOrder(IN_HOST('w', 'queue.id', false))} union all ${byTask((job) => IN_HOST(job, 'queue.id', true))}
          union all ${inOrder(IN_POOL('w', 'queue.id', false))} union all ${byTask((job) => IN_POOL(job, 'queue.id', true))}
        ) j where ${shown} order by j.priority desc, j.id limit ${limit}
      ) head
    ), due as (
      select j.pool as queue, j.id, j.due_at from jobs j
      where j.due_at is not null and j.lifecycle = 'ready' and j.pool in (select id from queue) and ${shown}
      order by j.due_at, j.id limit ${limit}
    ), held as (
      select coalesce(j.pool, j.host_id) as queue, j.id from (
        select w.* from jobs w where w.customer_id = $1 and w.lifecycle = 'onhold' order by w.id limit ${HELD_SCAN}
      ) j where coalesce(j.pool, j.host_id) in (select id from queue) and ${shown} limit ${limit}
    )
    select queue, id from (
      select queue, id, 0 as part, -priority as rank, null::timestamptz as at from ready
      union all select queue, id, 1, 0, due_at from due
      union all select queue, id, 2, 0, null from held
    ) head order by queue, part, rank, at, id`;
  return { text, values };
}

/** A job that waits, with what of its task and its organization keeps it. */
export interface WaitingRow {
  id: string;
  /** The bot or the pool that it waits for. */
  queue: string | null;
  labels: string[] | null;
  task_name: string;
  multitasking: boolean;
  /** How many jobs of the task may run at once, as far as this job counts. */
  task_limit: number | null;
  task_running: number;
  customer_name: string;
  customer_limit: number | null;
  customer_running: number;
}

const WAITING = `
  select j.id, coalesce(j.pool, j.host_id) as queue, p.labels, t.name as task_name, t.multitasking,
    case when j.exclusive and not j.limited then 1 when j.limited then least(case when t.multitasking then null else 1 end, t.max_running) end as task_limit,
    case when j.exclusive or j.limited then held.jobs else 0 end as task_running,
    c.name as customer_name, c.max_running as customer_limit,
    case when c.max_running is null then 0 else
      (select count(*) from hosts o join jobs r on r.host_id = o.id where o.customer_id = c.id and r.lifecycle in ('assigned', 'started')) end as customer_running
  from jobs j
  join tasks t on t.id = j.task_id
  join customers c on c.id = j.customer_id
  left join pools p on p.id = j.pool
  cross join lateral (
    select (select count(*) from jobs r where r.task_id = t.id and r.limited and r.lifecycle in ('assigned', 'started'))
      + (select count(*) from jobs r where r.task_id = t.id and r.exclusive and not r.limited and r.lifecycle in ('assigned', 'started')) as jobs
  ) held
  where j.id = any($1) and j.lifecycle in ('ready', 'onhold')`;

export function waitingJobs(db: Database, ids: readonly string[]): Promise<WaitingRow[]> {
  return db.query<WaitingRow>('waiting_jobs', WAITING, [ids]);
}

/** A bot that may take what waits in a queue. */
export interface ServingRow {
  queue: string;
  id: string;
  hostname: string;
  slots: number;
  running: number;
  disabled: boolean;
  draining: boolean;
  problem: string | null;
  last_seen_at: Date | null;
  pools: string[];
}

const SERVING = `
  with serving as (
    select q.id as queue, h.id from unnest($1::text[]) as q(id) join hosts h on h.id = q.id
    union all
    select q.id, h.id from unnest($1::text[]) as q(id) join hosts h on h.pools @> array[q.id]
  )
  select s.queue, h.id, h.hostname, least(h.slots, coalesce(h.max_slots, h.slots)) as slots,
    (select count(*)::integer from jobs r where r.host_id = h.id and r.lifecycle in ('assigned', 'started')) as running,
    h.disabled, h.draining, h.info ->> 'problem' as problem, h.last_seen_at, h.pools
  from serving s join hosts h on h.id = s.id order by h.hostname`;

/** The bots that serve these queues, by name. */
export function servingBots(db: Database, queues: readonly string[]): Promise<ServingRow[]> {
  return db.query<ServingRow>('serving_bots', SERVING, [queues]);
}

/** Of the bots of an organization, the one that lacks the fewest of a pool's labels. */
export interface NearestRow {
  queue: string;
  hostname: string;
  lacks: string[];
}

const NEAREST = `
  select p.id as queue, h.hostname, h.lacks from pools p cross join lateral (
    select hostname, array(select unnest(p.labels) except select unnest(labels) order by 1) as lacks from hosts
    where customer_id = p.customer_id
  ) h
  where p.id = any($1) order by cardinality(h.lacks), h.hostname`;

/** For each of these pools the bot that lacks the fewest of its labels; none where there are no bots. */
export async function nearestBots(db: Database, pools: readonly string[]): Promise<Map<string, NearestRow>> {
  if (pools.length === 0) return new Map();
  const rows = await db.query<NearestRow>('nearest_bots', NEAREST, [pools]);
  return new Map(rows.toReversed().map((row) => [row.queue, row]));
}

/** What stands before a job in one queue. */
export interface BeforeRow {
  job_id: string;
  queue: string;
  jobs: number;
  /** Those of its own task, where that runs only so many at once. */
  of_task: number;
  /** The nearest of them, the nearest first. */
  nearest: { id: string; priority: number }[];
}

/**
 * Counts what is handed out before a job from a queue, by priority and then age: two ranges of each index, since one
 * condition for both would not bound it (an `any` of one, since an equality would let the planner walk all jobs by
 * their key instead). Of a task that runs only so many at once those count that may run now,
 * and of the job's own task all: a job behind them waits for each.
 */
export function beforeStatement(cap: number): string {
  const jobs = (where: string, ofTask: boolean) => `
      (select w.id, w.priority, ${ofTask} as of_task from jobs w where ${where} and w.priority > j.priority order by w.priority, w.id desc limit ${cap})
      union all
      (select w.id, w.priority, ${ofTask} from jobs w where ${where} and w.priority = any(array[j.priority]) and w.id < j.id order by w.priority, w.id desc limit ${cap})`;
  const ofOthers = (part: (job: string) => string, room: string) => `
      (select head.id, head.priority, false from ${tasksOf(part)} task cross join lateral (
        select w.id, w.priority from jobs w where ${part('w')} and w.task_id = task.id order by w.priority desc, w.id
        limit greatest(0, least(${cap}, ${room}))
      ) head
      where task.id <> j.task_id and (head.priority > j.priority or head.priority = j.priority and head.id < j.id))`;
  return `
    select n.job_id, n.queue, least(ahead.jobs, ${cap})::integer as jobs, least(ahead.of_task, ${cap})::integer as of_task, ahead.nearest
    from unnest($1::text[], $2::text[]) as n(job_id, queue)
    join jobs j on j.id = n.job_id
    cross join lateral (
      with ahead as materialized (
        ${jobs(IN_HOST('w', 'n.queue', false), false)}
        union all ${jobs(`${IN_HOST('w', 'n.queue', true)} and w.task_id = j.task_id`, true)}
        union all ${ofOthers((job) => IN_HOST(job, 'n.queue', true), ROOM_OF_EXCLUSIVE)}
        union all ${jobs(IN_POOL('w', 'n.queue', false), false)}
        union all ${jobs(`${IN_POOL('w', 'n.queue', true)} and w.task_id = j.task_id`, true)}
        union all ${ofOthers((job) => IN_POOL(job, 'n.queue', true), ROOM_OF_LIMITED)}
      )
      select count(*) as jobs, count(*) filter (where of_task) as of_task,
        (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'priority', priority)), '[]') from (select id, priority from ahead order by priority, id desc limit 5) near) as nearest
      from ahead
    ) ahead`;
}

/** For pairs of a job and a queue: what of that queue is handed out before the job. Counting ends at `cap`. */
export function jobsBefore(
  db: Database,
  pairs: readonly { job: string; queue: string }[],
  cap: number,
): Promise<BeforeRow[]> {
  return db.query<BeforeRow>(`jobs_before_${cap}`, beforeStatement(cap), [
    pairs.map(({ job }) => job),
    pairs.map(({ queue }) => queue),
  ]);
}

const COUNT = (cap: number): string => `
  select q.id, least(${cap}, host.jobs + one.jobs + pool.jobs + counted.jobs)::integer as jobs from unnest($1::text[]) as q(id)
  ${[
    ['host', IN_HOST('w', 'q.id', false)],
    ['one', IN_HOST('w', 'q.id', true)],
    ['pool', IN_POOL('w', 'q.id', false)],
    ['counted', IN_POOL('w', 'q.id', true)],
  ]
    .map(
      ([name, part]) =>
        `cross join lateral (select count(*) as jobs from (select 1 from jobs w where ${part} limit ${cap}) one) ${name}`,
    )
    .join('\n')}`;

/** How many jobs may be handed out from each of these queues, counted up to `cap`. */
export async function countWaiting(
  db: Database,
  queues: readonly string[],
  cap: number,
): Promise<Map<string, number>> {
  const rows = await db.query<{ id: string; jobs: number }>(`count_waiting_${cap}`, COUNT(cap), [queues]);
  return new Map(rows.map(({ id, jobs }) => [id, jobs]));
}
