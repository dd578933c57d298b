import { fieldsOf, JobSummary, type Operations } from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import { listPage, readListQuery, type ListFields } from '../../platform/http/list-query.ts';
import type { Context } from '../../platform/http/operations.ts';
import { idPage } from '../../platform/http/paging.ts';
import { JOB_SUMMARY_ROW, type JobSummaryRow } from './queries.ts';
import { jobSummary } from './view.ts';
import { visibleJobs } from './visible.ts';

const FIELDS: ListFields = {
  id: { column: 'j.id', type: 'text' },
  task_id: { column: 'j.task_id', type: 'text' },
  name: { column: 'j.name', type: 'text' },
  lifecycle: { column: 'j.lifecycle', type: 'text' },
  state: { column: 'j.state', type: 'text' },
  reason_code: { column: 'j.reason_code', type: 'text' },
  host_id: { column: 'coalesce(j.host_id, h.id)', type: 'text' },
  hostname: { column: 'h.hostname', type: 'text' },
  script_id: { column: 'j.script_id', type: 'text' },
  script_sha256: { column: 'j.script_sha256', type: 'text' },
  origin: { column: 'j.origin', type: 'text' },
  user_id: { column: 'j.user_id', type: 'text' },
  started_by: { column: 'j.started_by', type: 'text' },
  // masked values are objects, which no text is equal to
  argument: { column: 'array(select jsonb_array_elements_text(j.arguments))', type: 'texts' },
  workflow_id: { column: `(j.cause ->> 'workflow_id')`, type: 'text' },
  event_name: { column: 'j.event_name', type: 'text' },
  repeat_of: { column: 'j.repeat_of', type: 'text' },
  schedule_id: { column: 'j.schedule_id', type: 'text' },
  workflow_job_id: { column: 'j.run_id', type: 'text' },
  exit_code: { column: 'j.exit_code', type: 'integer' },
  priority: { column: 'j.priority', type: 'integer' },
  creation_date: { column: 'j.created_at', type: 'time' },
  started_at: { column: 'j.started_at', type: 'time' },
  finished_at: { column: 'j.finished_at', type: 'time' },
};

const SHOWN = fieldsOf(JobSummary);

/** A page of jobs, newest first. */
export async function listJobs(
  db: Database,
  { caller, query }: { caller: Actor; query: Context<Operations['listJobs']>['query'] },
): Promise<{ rows: JobSummaryRow[]; views: JobSummary[]; limit: number }> {
  const { limit, before } = idPage(query, 100);
  const { sql, values, shape } = visibleJobs(caller);
  const fixed = before === undefined ? values : [...values, before];
  const first = fixed.length + 1;
  const list = readListQuery(withShorthands(query), FIELDS, first + 2, SHOWN);
  const order = list.order === undefined ? 'j.id desc' : `${list.order}, j.id desc`;
  const after = before === undefined ? '' : `and j.id < $${fixed.length}`;
  // the ids first: without filters an admin's page is found in the index of its organization alone, whatever
  // newer jobs others have; read by their key they would be passed one by one
  const bots = /\bh\./.test(list.where + order)
    ? 'left join hosts h on h.id = coalesce(j.host_id, j.pool)'
    : '';
  const ids = `select j.id from jobs j ${bots} where ${sql} ${after} ${list.where}
    order by ${order} limit $${first} offset $${first + 1}`;
  const text = `${JOB_SUMMARY_ROW} where j.id = any(array(${ids})) order by ${order}`;
  const plain = list.values.length === 0 && list.order === undefined;
  const name = `list_jobs_${shape}_${before === undefined ? 'first' : 'next'}`;
  const { rows, views } = await listPage(
    list,
    limit,
    (skip, count) => {
      const all = [...fixed, count, skip, ...list.values];
      // with conditions each is planned for its own values: what is rare has an index of its own
      return plain ? db.query<JobSummaryRow>(name, text, all) : db.once<JobSummaryRow>(text, all);
    },
    (row) => jobSummary(row),
  );
  return { rows, views, limit };
}

/** Jobs by id, oldest first, as far as a caller may see them. */
export async function jobsByIds(db: Database, caller: Actor, ids: readonly string[]): Promise<JobSummary[]> {
  const { sql, values, shape } = visibleJobs(caller);
  const rows = await db.query<JobSummaryRow>(
    `jobs_by_ids_${shape}`,
    `${JOB_SUMMARY_ROW} where ${sql} and j.id = any($${values.length + 1}) order by j.id`,
    [...values, ids],
  );
  return rows.map((row) => jobSummary(row));
}

/** `task`, `lifecycle` and `state` as filters by themselves. */
function withShorthands(query: Context<Operations['listJobs']>['query']) {
  const { task, lifecycle, state, where } = query;
  const more = {
    ...(task !== undefined && { task_id: task }),
    ...(lifecycle !== undefined && { lifecycle }),
    ...(state !== undefined && { state }),
  };
  const given = where as Record<string, unknown> | undefined;
  return Object.keys(more).length === 0 ? query : { ...query, where: { ...given, ...more } };
}

/** What has not ended lies in the small indexes of the queue, one for each part of it. */
export const OPEN = [
  `lifecycle = 'ready' and not exclusive`,
  `lifecycle = 'ready' and exclusive`,
  `lifecycle = 'ready' and pool is not null and due_at is null and not limited`,
  `lifecycle = 'ready' and pool is not null and due_at is null and limited`,
  `lifecycle = 'ready' and due_at is not null`,
  `lifecycle = 'onhold'`,
  `lifecycle in ('assigned', 'started')`,
]
  .map((part) => `select id from jobs where customer_id = $1 and ${part}`)
  .join(' union ');

/** Jobs that have not ended, newest first. */
export async function listRunning(db: Database, caller: Actor, limit: number | null): Promise<JobSummary[]> {
  const { sql, values, shape } = visibleJobs(caller);
  const rows = await db.query<JobSummaryRow>(
    `list_running_${shape}`,
    `${JOB_SUMMARY_ROW} where j.id in (${OPEN}) and ${sql} order by j.id desc limit $${values.length + 1}`,
    [...values, limit],
  );
  return rows.map((row) => jobSummary(row));
}

/** How many jobs of each task have not ended. */
export function countRunning(db: Database, caller: Actor): Promise<{ task_id: string; count: number }[]> {
  const { sql, values, shape } = visibleJobs(caller);
  return db.query(
    `count_running_${shape}`,
    `select j.task_id, count(*)::integer as count from jobs j where j.id in (${OPEN}) and ${sql} group by j.task_id order by j.task_id`,
    values,
  );
}
