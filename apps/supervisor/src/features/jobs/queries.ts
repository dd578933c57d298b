import type { Lifecycle, Origin, State } from '@argus/contract';
import type { Database } from '../../platform/database.ts';

export interface JobRow {
  id: string;
  customer_id: string;
  customer_name: string;
  task_id: string;
  name: string;
  lifecycle: Lifecycle;
  state: State;
  reason_code: string | null;
  reason: string | null;
  exit_code: number | null;
  signal: string | null;
  host_id: string | null;
  hostname: string | null;
  script_id: string | null;
  script_sha256: string | null;
  arguments: string[];
  masked: number[] | null;
  output: string[];
  event_name: string | null;
  origin: Origin;
  user_id: string | null;
  started_by: string;
  priority: number;
  timeout: number;
  attempt: number;
  renewed_at: Date | null;
  stop_requested: { at: string; by: string; why: string } | null;
  log_bytes: number | null;
  log_lines: number | null;
  acls: string[];
  created_at: Date;
  assigned_at: Date | null;
  started_at: Date | null;
  finished_at: Date | null;
}

const ROW = `
  select j.id, j.customer_id, c.name as customer_name, j.task_id, j.name, j.lifecycle, j.state, j.reason_code, j.reason, j.exit_code, j.signal,
    j.host_id, h.hostname, j.script_id, j.script_sha256, j.arguments, j.output, j.event_name, j.origin, j.user_id, j.started_by, j.priority, j.timeout,
    j.attempt, j.stop_requested, j.acls, j.created_at, j.assigned_at, j.started_at, j.finished_at,
    case when a.finished_at is null then a.renewed_at end as renewed_at, a.log_bytes, a.log_lines,
    (select array_agg((d.position - 1)::integer) from jsonb_array_elements(v.task_arguments) with ordinality as d(definition, position)
     where (d.definition ->> 'masked')::boolean) as masked
  from jobs j
  join customers c on c.id = j.customer_id
  join task_versions v on v.task_id = j.task_id and v.version = j.task_version
  left join hosts h on h.id = j.host_id
  left join attempts a on a.job_id = j.id and a.attempt = j.attempt`;

export interface JobFilter {
  customerId: string;
  /** Access list keys of the caller; null sees all. */
  keys: string[] | null;
  userId: string | null;
  tasks: readonly string[] | null;
  task: string | null;
  lifecycle: string | null;
  state: string | null;
  before: string | null;
  limit: number;
}

export function jobQueries(db: Database) {
  return {
    find: async (id: string): Promise<JobRow | undefined> =>
      (await db.hot<JobRow>('find_job', `${ROW} where j.id = $1`, [id]))[0],

    /** The SHA-256 of a job's own secret key. */
    secretHash: async (id: string): Promise<Buffer | undefined> =>
      (
        await db.query<{ secret_hash: Buffer }>(
          'secret_of_job',
          'select secret_hash from jobs where id = $1',
          [id],
        )
      )[0]?.secret_hash,

    /** Newest first. */
    list: (filter: JobFilter): Promise<JobRow[]> =>
      db.query<JobRow>(
        'list_jobs',
        `${ROW} where j.customer_id = $1 and ($2::text is null or j.id < $2)
           and ($3::text[] is null or j.user_id = $4 or exists (select 1 from unnest(j.acls) as acl where lower(acl) = any($3)))
           and ($5::text[] is null or j.task_id = any($5)) and ($6::text is null or j.task_id = $6)
           and ($7::text is null or j.lifecycle = $7) and ($8::text is null or j.state = $8)
         order by j.id desc limit $9`,
        [
          filter.customerId,
          filter.before,
          filter.keys,
          filter.userId,
          filter.tasks,
          filter.task,
          filter.lifecycle,
          filter.state,
          filter.limit,
        ],
      ),

    attempts: (jobId: string) =>
      db.query<{
        attempt: number;
        host_id: string;
        hostname: string | null;
        pid: number | null;
        assigned_at: Date;
        started_at: Date | null;
        finished_at: Date | null;
        outcome: string | null;
        log_bytes: number;
        log_lines: number;
      }>(
        'attempts_of_job',
        `select a.attempt, a.host_id, h.hostname, a.pid, a.assigned_at, a.started_at, a.finished_at, a.outcome, a.log_bytes, a.log_lines
         from attempts a left join hosts h on h.id = a.host_id where a.job_id = $1 order by a.attempt`,
        [jobId],
      ),

    /** Whether a bot holds an attempt that runs this script now. */
    holdsScript: async (hostId: string, sha256: string): Promise<boolean> => {
      const rows = await db.query(
        'holds_script',
        `select 1 from attempts a join jobs j on j.id = a.job_id where a.host_id = $1 and a.finished_at is null and j.script_sha256 = $2 limit 1`,
        [hostId, sha256],
      );
      return rows.length > 0;
    },

    /** How many jobs each of these bots holds; a bot without any is left out. */
    heldCounts: async (hostIds: readonly string[]): Promise<Map<string, number>> => {
      const rows = await db.query<{ host_id: string; count: number }>(
        'held_counts',
        `select host_id, count(*)::integer as count from jobs where host_id = any($1) and lifecycle in ('assigned', 'started') group by host_id`,
        [hostIds],
      );
      return new Map(rows.map(({ host_id, count }) => [host_id, count]));
    },

    /** Cancels what waits for a bot that goes away. */
    cancelWaitingOf: (hostId: string, reason: string) =>
      db.query(
        'cancel_waiting_of_host',
        `update jobs set lifecycle = 'canceled', state = 'canceled', reason_code = 'bot_removed', reason = $2, finished_at = now()
         where host_id = $1 and lifecycle in ('ready', 'onhold')`,
        [hostId, reason],
      ),

    /** Deletes the logs of a task's jobs; the jobs themselves go with their task. */
    deleteLogsOfTask: (taskId: string) =>
      db.query(
        'delete_logs_of_task',
        `delete from log_chunks where job_id in (select id from jobs where task_id = $1)`,
        [taskId],
      ),
  };
}

export type JobQueries = ReturnType<typeof jobQueries>;
