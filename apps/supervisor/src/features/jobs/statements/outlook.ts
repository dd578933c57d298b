import type { Database } from '../../../platform/database.ts';
import type { StoredArgument } from '../arguments.ts';
import { IN_HOST, IN_POOL, ROOM_OF_EXCLUSIVE, ROOM_OF_LIMITED, tasksOf } from './queue.ts';

// What the run dialog asks on every opening. Each arm walks an index and ends at a limit, so that neither a long history
// nor a long queue makes it slow.

/** Of a task's history so many jobs are looked through, the newest first. */
export const HISTORY = 1_000;
/** Of successful runs so many tell how long it takes. */
export const RUNS = 100;

/** What of a task and its organization could keep a run of it. */
export interface RoomRow {
  labels: string[] | null;
  task_limit: number | null;
  /** As far as its limit counts them. */
  task_running: number;
  /** All that bots hold of it, counted up to 1,000. */
  running: number;
  customer_limit: number | null;
  customer_running: number;
}

const ROOM = `
  select p.labels, case when t.multitasking then t.max_running else 1 end as task_limit,
    ((select count(*) from jobs r where r.task_id = t.id and r.limited and r.lifecycle in ('assigned', 'started'))
      + (select count(*) from jobs r where r.task_id = t.id and r.exclusive and not r.limited and r.lifecycle in ('assigned', 'started')))::integer as task_running,
    (select count(*)::integer from (
      select 1 from hosts o join jobs r on r.host_id = o.id where o.customer_id = t.customer_id and r.lifecycle in ('assigned', 'started') and r.task_id = t.id limit 1000
    ) held) as running,
    c.max_running as customer_limit,
    case when c.max_running is null then 0 else
      (select count(*)::integer from hosts o join jobs r on r.host_id = o.id where o.customer_id = c.id and r.lifecycle in ('assigned', 'started')) end as customer_running
  from tasks t join customers c on c.id = t.customer_id left join pools p on p.id = t.pool_id
  where t.id = $1`;

export async function roomFor(db: Database, taskId: string): Promise<RoomRow | undefined> {
  return (await db.query<RoomRow>('room_for_task', ROOM, [taskId]))[0];
}

/** Jobs of a part of a queue; of tasks that run only so many at once those that may run now, of the own one all. */
const AHEAD = (cap: number): string => {
  const jobs = (where: string) => `(select 1 from jobs w where ${where} and w.priority >= $2 limit ${cap})`;
  const ofOthers = (part: (job: string) => string, room: string) => `(
    select 1 from ${tasksOf(part)} task cross join lateral (
      select w.priority from jobs w where ${part('w')} and w.task_id = task.id order by w.priority desc, w.id
      limit greatest(0, least(${cap}, ${room}))
    ) head where task.id <> $3 and head.priority >= $2 limit ${cap})`;
  const parts = {
    host: jobs(IN_HOST('w', 'q.id', false)),
    pool: jobs(IN_POOL('w', 'q.id', false)),
    exclusive: ofOthers((job) => IN_HOST(job, 'q.id', true), ROOM_OF_EXCLUSIVE),
    limited: ofOthers((job) => IN_POOL(job, 'q.id', true), ROOM_OF_LIMITED),
    own: jobs(`${IN_HOST('w', 'q.id', true)} and w.task_id = $3`),
    own_limited: jobs(`${IN_POOL('w', 'q.id', true)} and w.task_id = $3`),
  };
  const counts = Object.entries(parts).map(
    ([name, part]) => `cross join lateral (select count(*) as jobs from ${part} one) ${name}`,
  );
  const all = Object.keys(parts).map((name) => `${name}.jobs`);
  return `select q.id, least(${cap}, ${all.join(' + ')})::integer as jobs, least(${cap}, own.jobs + own_limited.jobs)::integer as of_task
    from unnest($1::text[]) as q(id) ${counts.join(' ')}`;
};

/** What of each of these queues would be handed out before a new job of this priority. Counting ends at `cap`. */
export async function aheadOfNew(
  db: Database,
  queues: readonly string[],
  { priority, taskId }: { priority: number; taskId: string },
  cap: number,
): Promise<Map<string, { jobs: number; ofTask: number }>> {
  const rows = await db.query<{ id: string; jobs: number; of_task: number }>(
    `ahead_of_new_${cap}`,
    AHEAD(cap),
    [queues, priority, taskId],
  );
  return new Map(rows.map(({ id, jobs, of_task }) => [id, { jobs, ofTask: of_task }]));
}

export interface DurationRow {
  runs: number;
  median_ms: number | null;
  p90_ms: number | null;
}

const DURATION = `
  select count(*)::integer as runs,
    percentile_disc(0.5) within group (order by ms) as median_ms, percentile_disc(0.9) within group (order by ms) as p90_ms
  from (
    select round(extract(epoch from recent.finished_at - recent.started_at) * 1000)::integer as ms from (
      select j.state, j.started_at, j.finished_at from jobs j where j.task_id = $1 order by j.id desc limit ${HISTORY}
    ) recent
    where recent.state = 'success' and recent.started_at is not null limit ${RUNS}
  ) run`;

export async function usualDuration(db: Database, taskId: string): Promise<DurationRow | undefined> {
  return (await db.query<DurationRow>('usual_duration', DURATION, [taskId]))[0];
}

/** What somebody gave a task, or a workflow, themselves. */
export interface GivenRow {
  id: string;
  created_at: Date;
  arguments: StoredArgument[];
}

const GIVEN = `
  select recent.id, recent.created_at, recent.arguments from (
    select j.id, j.user_id, j.origin, j.created_at, j.arguments from jobs j where j.task_id = $1 order by j.id desc limit ${HISTORY}
  ) recent
  where recent.user_id = $2 and recent.origin in ('user', 'api') limit 50`;

/** The newest first. */
export function givenBy(db: Database, taskId: string, userId: string): Promise<GivenRow[]> {
  return db.query<GivenRow>('given_by', GIVEN, [taskId, userId]);
}
