import type { RunPolicy, TaskType, TypeSettings } from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import type { StoredArgument } from '../jobs/index.ts';
import type { StoredDefinition } from '../tasks/index.ts';

/** A job that a supervisor does itself. */
export interface BuiltinJob {
  id: string;
  customer_id: string;
  task_id: string;
  type: Extract<TaskType, 'notification' | 'http'>;
  name: string;
  attempt: number;
  timeout: number;
  arguments: StoredArgument[];
  definitions: StoredDefinition[];
  settings: Partial<TypeSettings>;
  policy: RunPolicy;
}

/** How one ends, or is tried again. */
export interface BuiltinEnd {
  lifecycle: 'finished' | 'terminated' | 'ready';
  state: 'success' | 'failure' | 'timeout' | 'canceled' | 'error' | 'in_progress';
  reason_code: string | null;
  reason: string | null;
  output: string[];
  /** Seconds until the next try. */
  delay: number | null;
}

const COLUMNS = `j.id, j.customer_id, j.task_id, j.type, j.name, j.attempt, j.timeout, j.arguments, v.task_arguments as definitions, v.settings,
    case when j.step_policy is null then v.policy else v.policy || j.step_policy end as policy`;

const CLAIM = `
  with due as (
    select id from jobs where type in ('notification', 'http') and finished_at is null and lifecycle = 'ready' and due_at is null and host_id is null and pool is null
    order by priority desc, id limit $1 for update skip locked
  ), claimed as (
    update jobs j set lifecycle = 'started', assigned_at = now(), started_at = now(), attempt = attempt + 1,
      lease_until = now() + make_interval(secs => $2)
    where id in (select id from due) returning j.*
  )
  select ${COLUMNS} from claimed j join task_versions v on v.task_id = j.task_id and v.version = j.task_version`;

const END = `
  update jobs set lifecycle = $3, state = $4, reason_code = $5, reason = $6, output = $7::jsonb, lease_until = null,
    due_at = now() + make_interval(secs => $8), started_at = case when $3 = 'ready' then null else started_at end,
    assigned_at = case when $3 = 'ready' then null else assigned_at end, finished_at = case when $3 = 'ready' then null else now() end
  where id = $1 and attempt = $2 and lifecycle = 'started' and type in ('notification', 'http') returning id`;

export function builtinQueries(db: Database) {
  return {
    claim: (count: number, leaseS: number) => db.query<BuiltinJob>('claim_builtin', CLAIM, [count, leaseS]),

    /** False where it ended otherwise meanwhile. */
    end: async (
      { id, attempt }: Pick<BuiltinJob, 'id' | 'attempt'>,
      { lifecycle, state, reason_code, reason, output, delay }: BuiltinEnd,
    ): Promise<boolean> => {
      const values = [id, attempt, lifecycle, state, reason_code, reason, JSON.stringify(output), delay];
      return (await db.query('end_builtin', END, values)).length > 0;
    },

    renew: (ids: readonly string[], leaseS: number) =>
      db.query(
        'renew_builtin',
        `update jobs set lease_until = now() + make_interval(secs => $2) where id = any($1) and lifecycle = 'started'`,
        [ids, leaseS],
      ),

    /** Those whose supervisor is gone. */
    abandoned: () =>
      db.query<BuiltinJob>(
        'abandoned_builtin',
        `select ${COLUMNS} from jobs j join task_versions v on v.task_id = j.task_id and v.version = j.task_version
         where j.type in ('notification', 'http') and j.finished_at is null and j.lifecycle = 'started' and j.lease_until < now() limit 100`,
        [],
      ),

    /** Which of these still go on. */
    goingOn: async (ids: readonly string[]): Promise<Set<string>> => {
      const rows = await db.query<{ id: string }>(
        'builtin_going_on',
        `select id from jobs where id = any($1) and lifecycle = 'started' and stop_requested is null`,
        [ids],
      );
      return new Set(rows.map(({ id }) => id));
    },
  };
}
