import { aclKeys, fieldsOf, seesEverything, Task, type Operations } from '@argus/contract';
import { namesOneOf } from '../../platform/acls.ts';
import type { Database } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import { listPage, readListQuery, type ListFields } from '../../platform/http/list-query.ts';
import type { Context } from '../../platform/http/operations.ts';
import { idPage } from '../../platform/http/paging.ts';
import { TASK_ROW, type TaskRow } from './queries.ts';

const FIELDS: ListFields = {
  id: { column: 't.id', type: 'text' },
  name: { column: 't.name', type: 'text' },
  description: { column: 't.description', type: 'text' },
  host_id: { column: 't.host_id', type: 'text' },
  hostname: { column: 'h.hostname', type: 'text' },
  host_labels: { column: 't.host_labels', type: 'texts' },
  script_id: { column: 't.script_id', type: 'text' },
  script_name: { column: 'v.filename', type: 'text' },
  run_as: { column: 't.run_as', type: 'text' },
  type: { column: 't.type', type: 'text' },
  tags: { column: 't.tags', type: 'texts' },
  acls: { column: 't.acls', type: 'texts' },
  triggers: { column: 't.triggers', type: 'texts' },
  grace_time: { column: 't.grace_time', type: 'integer' },
  timeout: { column: 't.timeout', type: 'integer' },
  multitasking: { column: 't.multitasking', type: 'boolean' },
  priority: { column: 't.priority', type: 'integer' },
  version: { column: 't.version', type: 'integer' },
  creation_date: { column: 't.created_at', type: 'time' },
  last_update: { column: 't.updated_at', type: 'time' },
};

const SHOWN = fieldsOf(Task);

/**
 * A page of tasks, oldest first as people made them. Tasks that a caller may not see are not there. Those that
 * cannot run yet are left out, as existing clients expect, unless `unassigned` asks for them.
 */
export async function listTasks(
  db: Database,
  { caller, query }: { caller: Actor; query: Context<Operations['listTasks']>['query'] },
  view: (row: TaskRow) => Task,
): Promise<{ rows: TaskRow[]; views: Task[] }> {
  const { before: after = '' } = idPage(query, 0);
  const keys = seesEverything(caller.role) ? null : aclKeys(caller);
  const all = query.unassigned !== undefined && query.unassigned !== 'false' && query.unassigned !== '0';
  const fixed = [caller.customer.id, after, caller.tasks, keys, all, query.host || null];
  const list = readListQuery(query, FIELDS, fixed.length + 3, SHOWN);
  const text = `${TASK_ROW} where t.customer_id = $1 and t.trial_of is null and t.id > $2 and ($3::text[] is null or t.id = any($3))
    and ($4::text[] is null or ${namesOneOf('t.acls', '$4')})
    and ($5::boolean or ((t.host_id is not null or t.pool_id is not null) and t.script_id is not null) or t.type <> 'script') and ($6::text is null or t.host_id = $6)
    ${list.where} order by ${list.order === undefined ? '' : `${list.order}, `}t.id limit $7 offset $8`;
  const plain = list.values.length === 0 && list.order === undefined;
  return listPage(
    list,
    query.limit ?? null,
    (skip, limit) => {
      const values = [...fixed, limit, skip, ...list.values];
      return plain ? db.query<TaskRow>('list_tasks', text, values) : db.once<TaskRow>(text, values);
    },
    view,
  );
}
