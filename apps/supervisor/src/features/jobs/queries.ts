import type {
  Attempt,
  Cause,
  JobSummary,
  LateReport,
  LeftOut,
  Lifecycle,
  Origin,
  State,
  TaskType,
  Usage,
} from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import type { StoredDefinition } from '../tasks/index.ts';
import type { StoredArgument } from './arguments.ts';
import { CANCELED } from './statements/columns.ts';
import { forgetBot } from './statements/forget-bot.ts';

/** A job without what may be large. */
export interface JobSummaryRow {
  id: string;
  customer_id: string;
  customer_name: string;
  task_id: string;
  type: TaskType;
  name: string;
  lifecycle: Lifecycle;
  state: State;
  reason_code: string | null;
  reason: string | null;
  exit_code: number | null;
  signal: string | null;
  host_id: string | null;
  hostname: string | null;
  /** The queue that it waits or waited in, where it is not that of its bot. */
  pool: string | null;
  host_labels: string[] | null;
  script_id: string | null;
  script_version: number | null;
  script_sha256: string | null;
  event_name: string | null;
  repeat_of: string | null;
  origin: Origin;
  cause: Cause | null;
  user_id: string | null;
  started_by: string;
  priority: number;
  timeout: number;
  attempt: number;
  renewed_at: Date | null;
  stop_requested: { at: string; by: string; why: string } | null;
  due_at: Date | null;
  expires_at: Date | null;
  limit_hit: JobSummary['limit_hit'];
  usage: Usage | null;
  log_bytes: number | null;
  log_lines: number | null;
  acls: string[];
  created_at: Date;
  assigned_at: Date | null;
  started_at: Date | null;
  finished_at: Date | null;
}

export interface JobRow extends JobSummaryRow {
  task_version: number;
  arguments: StoredArgument[];
  assignees: string[];
  output: string[];
  components: unknown;
  next: unknown;
}

const SUMMARY = `j.id, j.customer_id, c.name as customer_name, j.task_id, j.type, j.name, j.lifecycle, j.state, j.reason_code, j.reason, j.exit_code, j.signal,
    coalesce(j.host_id, h.id) as host_id, h.hostname, j.pool, p.labels as host_labels, j.script_id, j.script_version, j.script_sha256, j.event_name, j.repeat_of, j.origin, j.cause, j.user_id, j.started_by, j.priority, j.timeout,
    j.attempt, j.stop_requested, j.due_at, j.expires_at, j.limit_hit, j.usage, j.acls, j.created_at, j.assigned_at, j.started_at, j.finished_at,
    case when a.finished_at is null then a.renewed_at end as renewed_at, a.log_bytes, a.log_lines`;
const FROM = `from jobs j
  join customers c on c.id = j.customer_id
  left join hosts h on h.id = coalesce(j.host_id, j.pool)
  left join pools p on p.id = j.pool
  left join attempts a on a.job_id = j.id and a.attempt = j.attempt`;

/** Every column of a JobSummaryRow; conditions follow. */
export const JOB_SUMMARY_ROW = `select ${SUMMARY} ${FROM}`;
const ROW = `select ${SUMMARY}, j.task_version, j.arguments, j.assignees, j.output, j.components, j.next ${FROM}`;

export function jobQueries(db: Database) {
  return {
    find: async (id: string): Promise<JobRow | undefined> =>
      (await db.hot<JobRow>('find_job', `${ROW} where j.id = $1`, [id]))[0],

    /** What deliveries of webhooks started, newest first, at most 1000. */
    ofDeliveries: (ids: readonly string[]) =>
      db.query<
        Pick<JobRow, 'id' | 'task_id' | 'name' | 'lifecycle' | 'state' | 'acls' | 'user_id'> & {
          delivery_id: string;
        }
      >(
        'jobs_of_deliveries',
        `select cause ->> 'delivery_id' as delivery_id, id, task_id, name, lifecycle, state, acls, user_id from jobs
         where (cause ->> 'delivery_id') = any($1) order by id desc limit 1000`,
        [ids],
      ),

    /** The definitions that a job was made by. */
    definitions: async (taskId: string, version: number): Promise<StoredDefinition[]> => {
      const [row] = await db.query<{ task_arguments: StoredDefinition[] }>(
        'definitions_of_job',
        `select task_arguments from task_versions where task_id = $1 and version = $2`,
        [taskId, version],
      );
      return row?.task_arguments ?? [];
    },

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
        reason: string | null;
        exit_code: number | null;
        signal: string | null;
        limit_hit: Attempt['limit_hit'];
        usage: Usage | null;
        late: LateReport | null;
        artifacts_left_out: LeftOut | null;
        log_bytes: number;
        log_lines: number;
      }>(
        'attempts_of_job',
        `select a.attempt, a.host_id, h.hostname, a.pid, a.assigned_at, a.started_at, a.finished_at, a.outcome, a.reason, a.exit_code, a.signal, a.limit_hit, a.usage, a.late, a.artifacts_left_out, a.log_bytes, a.log_lines
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
        `update jobs set lifecycle = ${CANCELED}, state = 'canceled', reason_code = 'bot_removed', reason = $2, finished_at = now()
         where coalesce(host_id, pool) = $1 and lifecycle in ('ready', 'onhold')`,
        [hostId, reason],
      ),

    /** Ended jobs name a bot that goes away no more. */
    forgetBot: (customerId: string, hostId: string) => forgetBot(db, customerId, hostId),

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
