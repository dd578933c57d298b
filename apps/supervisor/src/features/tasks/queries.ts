import { sql, type Insertable, type Selectable } from 'kysely';
import { namesOneOf } from '../../platform/acls.ts';
import { createBatcher } from '../../platform/batcher.ts';
import { inTransaction, type Database, type Transaction } from '../../platform/database.ts';
import type { Paused, Tables } from '../../platform/tables.ts';
import { newId } from '../../platform/ids.ts';
import { createRecollection } from '../../platform/recollection.ts';
import { insertEvents } from '../events/index.ts';
import { TIMEOUT_DEFAULT_S, type RunPolicy, type TaskType } from '@argus/contract';
import type { StoredDefinition } from './masked.ts';

/** A task with the names of what it points at, and what it would run now: the newest version or the pinned one. */
export interface TaskRow extends Omit<
  Selectable<Tables['tasks']>,
  'task_arguments' | 'paused' | 'policy' | 'type'
> {
  type: TaskType;
  policy: RunPolicy;
  task_arguments: StoredDefinition[];
  paused: Paused | null;
  customer_name: string;
  /** `customers.epoch` when the row was read. */
  epoch: number;
  hostname: string | null;
  script_name: string | null;
  script_runs: number | null;
  script_sha256: string | null;
  script_size: number | null;
  /** The secrets that it names and that there are not. */
  missing_secrets: string[];
}

export type TaskValues = Omit<
  Insertable<Tables['tasks']>,
  | 'id'
  | 'customer_id'
  | 'secret_hash'
  | 'secret_cipher'
  | 'paused'
  | 'trial_of'
  | 'version'
  | 'created_at'
  | 'updated_at'
> & {
  timeout: number | null;
  env_cipher: Buffer | null;
  task_arguments: string;
  policy: string;
  pool_id: string | null;
  max_running: number | null;
};

/** The secrets that a row of tasks or workflows names and that its organization has not. */
export const MISSING_SECRETS = (row: string): string =>
  `case when ${row}.secrets = '{}' then '{}'::text[] else array(select n from unnest(${row}.secrets) n
    where not exists (select 1 from secrets x where x.customer_id = ${row}.customer_id and x.name = n)) end`;

/** Every column of a TaskRow; conditions follow. */
export const TASK_ROW = `
  select t.*, c.name as customer_name, c.epoch, h.hostname, ${MISSING_SECRETS('t')} as missing_secrets,
    v.version as script_runs, v.filename as script_name, v.sha256 as script_sha256, v.size as script_size
  from tasks t
  join customers c on c.id = t.customer_id
  left join hosts h on h.id = t.host_id
  left join scripts s on s.id = t.script_id
  left join script_versions v on v.script_id = s.id and v.version = coalesce(t.script_version, s.version)`;

export function taskQueries(db: Database) {
  const { kysely } = db;
  const memory = createRecollection<TaskRow>({ most: 1000 });
  return {
    /** A task as it was within the last minute: for statements that check its `epoch`. */
    recall: (id: string): TaskRow | undefined => memory.recall(id),

    /** Tasks by id, whatever their organization: the caller compares. Calls of the same moment share a statement. */
    find: createBatcher<string, TaskRow | undefined>(
      async (ids) => {
        const rows = await db.hot<TaskRow>('find_tasks', `${TASK_ROW} where t.id = any($1)`, [
          [...new Set(ids)],
        ]);
        const byId = new Map(rows.map((row) => [row.id, row]));
        for (const row of rows) memory.keep(row.id, row);
        return ids.map((id) => byId.get(id));
      },
      { max: 200, concurrency: 2 },
    ),

    /** Answers the id. Within `tx`, or in a transaction of its own. */
    insert: (
      customerId: string,
      values: TaskValues,
      secret: { hash: Buffer; cipher: Buffer },
      author: string,
      tx?: Transaction,
    ) =>
      inTransaction(kysely, tx, async (tx) => {
        const id = newId();
        await tx
          .insertInto('tasks')
          .values({
            ...values,
            id,
            customer_id: customerId,
            secret_hash: secret.hash,
            secret_cipher: secret.cipher,
            paused: null,
          })
          .execute();
        await insertVersion(tx, id, 1, values, author);
        await insertEvents(tx, customerId, { type: 'task', id });
        return id;
      }),

    /** The tasks that use a script, by name. */
    ofScript: (scriptId: string) =>
      kysely
        .selectFrom('tasks')
        .leftJoin('hosts', 'hosts.id', 'tasks.host_id')
        .select(['tasks.id', 'tasks.name', 'tasks.type', 'tasks.acls', 'tasks.script_version'])
        .select(['tasks.host_id', 'hosts.hostname'])
        .where('script_id', '=', scriptId)
        .orderBy('tasks.name')
        .orderBy('tasks.id')
        .execute(),

    update: (id: string, values: TaskValues, author: string) =>
      kysely.transaction().execute(async (tx) => {
        const { version } = await tx
          .updateTable('tasks')
          .set({ ...values, version: sql`version + 1`, updated_at: sql`now()` })
          .where('id', '=', id)
          .returning('version')
          .executeTakeFirstOrThrow();
        await insertVersion(tx, id, version, values, author);
        if (isLimited(values)) await limitJobsOf(tx, id);
      }),

    /** Of all of an organization whom they let in, by name. */
    accessLists: (customerId: string) =>
      kysely
        .selectFrom('tasks')
        .select(['id', 'name', 'acls'])
        .where('customer_id', '=', customerId)
        .orderBy('name')
        .orderBy('id')
        .execute(),

    /** How many tasks use each of these scripts; `keys`: those whose access list names one of them, null: all. */
    countByScript: async (
      scriptIds: readonly string[],
      keys: readonly string[] | null,
    ): Promise<Map<string, number>> => {
      const rows = await db.query<{ script_id: string; count: number }>(
        'count_tasks_by_script',
        `select script_id, count(*)::integer as count from tasks t where script_id = any($1)
           and ($2::text[] is null or ${namesOneOf('t.acls', '$2')})
         group by script_id`,
        [scriptIds, keys],
      );
      return new Map(rows.map(({ script_id, count }) => [script_id, count]));
    },

    setAcl: (id: string, acls: string[]) =>
      kysely
        .updateTable('tasks')
        .set({ acls, updated_at: sql`now()` })
        .where('id', '=', id)
        .execute(),

    setSecret: (id: string, { hash, cipher }: { hash: Buffer; cipher: Buffer }) =>
      kysely
        .updateTable('tasks')
        .set({ secret_hash: hash, secret_cipher: cipher })
        .where('id', '=', id)
        .execute(),

    setPaused: (id: string, paused: Paused | null) =>
      kysely
        .updateTable('tasks')
        .set({ paused: paused && JSON.stringify(paused) })
        .where('id', '=', id)
        .execute(),

    /** Whether no bot holds a job of the task. */
    isIdle: async (id: string): Promise<boolean> => {
      const rows = await db.query(
        'task_is_busy',
        `select 1 from jobs where task_id = $1 and lifecycle in ('assigned', 'started') limit 1`,
        [id],
      );
      return rows.length === 0;
    },

    /** Deletes a task and its jobs; false when a bot holds one of them after all. */
    delete: async (id: string): Promise<boolean> => {
      const rows = await db.query(
        'delete_task',
        `delete from tasks where id = $1 and not exists (select 1 from jobs where task_id = $1 and lifecycle in ('assigned', 'started')) returning id`,
        [id],
      );
      return rows.length > 0;
    },

    /** Which of these ids are no task of the organization, in the order given. */
    missing: async (customerId: string, ids: readonly string[]): Promise<string[]> => {
      const found = await kysely
        .selectFrom('tasks')
        .select('id')
        .where('customer_id', '=', customerId)
        .where('id', 'in', ids)
        .where('trial_of', 'is', null)
        .execute();
      return ids.filter((id) => !found.some((task) => task.id === id));
    },

    hostExists: async (customerId: string, id: string) =>
      (await kysely
        .selectFrom('hosts')
        .select('id')
        .where('customer_id', '=', customerId)
        .where('id', '=', id)
        .executeTakeFirst()) !== undefined,
    scriptExists: async (customerId: string, id: string) =>
      (await kysely
        .selectFrom('scripts')
        .select('id')
        .where('customer_id', '=', customerId)
        .where('id', '=', id)
        .executeTakeFirst()) !== undefined,
    scriptVersionExists: async (scriptId: string, version: number) =>
      (await kysely
        .selectFrom('script_versions')
        .select('version')
        .where('script_id', '=', scriptId)
        .where('version', '=', version)
        .executeTakeFirst()) !== undefined,
  };
}

export type TaskQueries = ReturnType<typeof taskQueries>;

/**
 * Whether handing out a job of the task counts those that run. One that runs one at a time on one bot is not among
 * them: a unique index keeps that.
 */
export function isLimited(task: Pick<TaskValues, 'max_running' | 'multitasking' | 'pool_id'>): boolean {
  return task.max_running !== null || (task.multitasking === false && task.pool_id !== null);
}

/** What the task has open already counts as well, and waits where a claim counts. */
async function limitJobsOf(tx: Transaction, taskId: string): Promise<void> {
  await sql`update jobs set limited = true,
      pool = case when lifecycle in ('ready', 'onhold') then coalesce(pool, host_id) else pool end,
      host_id = case when lifecycle in ('ready', 'onhold') then null else host_id end
    where task_id = ${taskId} and not limited and lifecycle in ('ready', 'onhold', 'assigned', 'started')`.execute(
    tx,
  );
}

export async function insertVersion(
  tx: Database['kysely'],
  taskId: string,
  version: number,
  values: TaskValues,
  author: string,
): Promise<void> {
  const {
    run_as = '',
    task_arguments,
    env_cipher,
    timeout,
    policy,
    settings,
    result_rule = 'exit_code',
  } = values;
  await tx
    .insertInto('task_versions')
    .values({
      task_id: taskId,
      version,
      run_as,
      task_arguments,
      env_cipher,
      timeout: timeout ?? TIMEOUT_DEFAULT_S,
      result_rule,
      policy,
      settings,
      created_by: author,
    })
    .execute();
}
