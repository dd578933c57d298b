import type { WorkflowGraph } from '@argus/contract';
import { sql, type Insertable, type Selectable } from 'kysely';
import { inTransaction, type Database, type Transaction } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import type { Paused, Tables } from '../../platform/tables.ts';
import { insertEvents } from '../events/index.ts';
import { MISSING_SECRETS, type StoredDefinition } from '../tasks/index.ts';

/** A workflow as its newest version is. */
export interface WorkflowRow extends Omit<Selectable<Tables['workflows']>, 'task_arguments' | 'paused'> {
  customer_name: string;
  /** Its own, or those of the task of its first step. */
  task_arguments: StoredDefinition[];
  own_arguments: boolean;
  /** Its first step is one whose arguments people are asked for. */
  first_asks: boolean;
  paused: Paused | null;
  graph: WorkflowGraph;
  env_cipher: Buffer | null;
  /** The secrets that its environments name and that there are not. */
  missing_secrets: string[];
}

export type WorkflowValues = Omit<
  Insertable<Tables['workflows']>,
  'id' | 'customer_id' | 'secret_hash' | 'secret_cipher' | 'paused' | 'version' | 'created_at' | 'updated_at'
> & { graph: WorkflowGraph; env_cipher: Buffer | null };

const ROW = `
  select w.*, c.name as customer_name, ${MISSING_SECRETS('w')} as missing_secrets, v.graph, v.env_cipher, w.task_arguments <> '[]' as own_arguments,
    w.task_arguments = '[]' and coalesce(f.settings ? 'inputs', false) as first_asks,
    coalesce(nullif(w.task_arguments, '[]'), f.task_arguments, '[]') as task_arguments
  from workflows w
  join customers c on c.id = w.customer_id
  join workflow_versions v on v.workflow_id = w.id and v.version = w.version
  left join tasks f on f.id = w.first_task_id`;

export interface VersionRow {
  version: number;
  created_by: string;
  created_at: Date;
  runs: number;
  open_runs: number;
}
export type WholeVersionRow = VersionRow & Pick<WorkflowRow, 'graph' | 'env_cipher'>;

const VERSION = `
  select v.version, v.created_by, v.created_at, coalesce(r.runs, 0) as runs, coalesce(o.open_runs, 0) as open_runs
  from workflow_versions v
  left join (select version, count(*)::integer as runs from workflow_runs where workflow_id = $1 group by version) r on r.version = v.version
  left join (select version, count(*)::integer as open_runs from workflow_runs where workflow_id = $1 and finished_at is null group by version) o on o.version = v.version`;

export function workflowQueries(db: Database) {
  const { kysely } = db;
  return {
    /** Whatever its organization: the caller compares. */
    find: async (id: string): Promise<WorkflowRow | undefined> =>
      (await db.query<WorkflowRow>('find_workflow', `${ROW} where w.id = $1`, [id]))[0],

    /** Those of an organization after an id, oldest first. */
    list: (customerId: string, after: string, limit: number | null) =>
      db.query<WorkflowRow>(
        'list_workflows',
        `${ROW} where w.customer_id = $1 and w.id > $2 order by w.id limit $3`,
        [customerId, after, limit],
      ),

    /** What tasks and workflows of an organization are called, by id. */
    names: async (
      customerId: string,
      ids: readonly string[],
    ): Promise<Map<string, { type: 'task' | 'workflow'; name: string }>> => {
      const rows = await db.query<{ id: string; type: 'task' | 'workflow'; name: string }>(
        'names_of_used',
        `select id, 'task' as type, name from tasks where customer_id = $1 and id = any($2)
         union all select id, 'workflow', name from workflows where customer_id = $1 and id = any($2)`,
        [customerId, ids],
      );
      return new Map(rows.map(({ id, ...row }) => [id, row]));
    },

    /** Answers the id. Within `tx`, or in a transaction of its own. */
    insert: (
      customerId: string,
      { graph, env_cipher, ...values }: WorkflowValues,
      secret: { hash: Buffer; cipher: Buffer },
      author: string,
      tx?: Transaction,
    ): Promise<string> =>
      inTransaction(kysely, tx, async (tx) => {
        const id = newId();
        await tx
          .insertInto('workflows')
          .values({
            ...values,
            id,
            customer_id: customerId,
            secret_hash: secret.hash,
            secret_cipher: secret.cipher,
            paused: null,
          })
          .execute();
        await insertVersion(tx, { id, version: 1, graph, env_cipher, author });
        await insertEvents(tx, customerId, { type: 'workflow', id });
        return id;
      }),

    update: (id: string, { graph, env_cipher, ...values }: WorkflowValues, author: string) =>
      kysely.transaction().execute(async (tx) => {
        const { version } = await tx
          .updateTable('workflows')
          .set({ ...values, version: sql`version + 1`, updated_at: sql`now()` })
          .where('id', '=', id)
          .returning('version')
          .executeTakeFirstOrThrow();
        await insertVersion(tx, { id, version, graph, env_cipher, author });
      }),

    /** Without graphs, the newest first, each with the runs of it. */
    versions: (id: string) =>
      db.query<VersionRow>(
        'list_workflow_versions',
        `${VERSION} where v.workflow_id = $1 order by v.version desc`,
        [id],
      ),

    version: async (id: string, version: number): Promise<WholeVersionRow | undefined> =>
      (
        await db.query<WholeVersionRow>(
          'find_workflow_version',
          `select found.*, w.graph, w.env_cipher from (${VERSION} where v.workflow_id = $1 and v.version = $2) found
           join workflow_versions w on w.workflow_id = $1 and w.version = found.version`,
          [id, version],
        )
      )[0],

    /** Of all of an organization whom they let in, by name. */
    accessLists: (customerId: string) =>
      kysely
        .selectFrom('workflows')
        .select(['id', 'name', 'acls'])
        .where('customer_id', '=', customerId)
        .orderBy('name')
        .orderBy('id')
        .execute(),

    setAcl: (id: string, acls: string[]) =>
      kysely
        .updateTable('workflows')
        .set({ acls, updated_at: sql`now()` })
        .where('id', '=', id)
        .execute(),

    setSecret: (id: string, { hash, cipher }: { hash: Buffer; cipher: Buffer }) =>
      kysely
        .updateTable('workflows')
        .set({ secret_hash: hash, secret_cipher: cipher })
        .where('id', '=', id)
        .execute(),

    setPaused: (id: string, paused: Paused | null) =>
      kysely
        .updateTable('workflows')
        .set({ paused: paused && JSON.stringify(paused) })
        .where('id', '=', id)
        .execute(),

    /** Deletes a workflow and its runs; false while one of them goes on. */
    delete: async (id: string): Promise<boolean> => {
      const rows = await db.query(
        'delete_workflow',
        `delete from workflows where id = $1 and not exists (select 1 from workflow_runs where workflow_id = $1 and finished_at is null) returning id`,
        [id],
      );
      return rows.length > 0;
    },
  };
}

export type WorkflowQueries = ReturnType<typeof workflowQueries>;

interface NewVersion {
  id: string;
  version: number;
  graph: WorkflowGraph;
  env_cipher: Buffer | null;
  author: string;
}

async function insertVersion(
  tx: Transaction,
  { id, version, graph, env_cipher, author }: NewVersion,
): Promise<void> {
  await tx
    .insertInto('workflow_versions')
    .values({ workflow_id: id, version, graph: JSON.stringify(graph), env_cipher, created_by: author })
    .execute();
  await tx.deleteFrom('workflow_uses').where('workflow_id', '=', id).execute();
  const used = usedBy(graph);
  if (used.length > 0)
    await tx
      .insertInto('workflow_uses')
      .values(used.map((used_id) => ({ workflow_id: id, used_id })))
      .execute();
}

/** The tasks and workflows that a graph runs, each once. */
export function usedBy({ steps }: WorkflowGraph): string[] {
  return [...new Set(steps.map(({ task, workflow }) => (task ?? workflow) as string))];
}
