import { aclKeys, ArgusError, seesEverything } from '@argus/contract';
import { namesOneOf } from '../../platform/acls.ts';
import type { Actor } from '../../platform/http/caller.ts';
import { visibleTo } from '../access/index.ts';
import type { JobQueries, JobRow } from './queries.ts';

/** A job that a caller may know of. Throws `not_found` for anything else. */
export async function visibleJob(queries: JobQueries, caller: Actor, id: string): Promise<JobRow> {
  const job = await queries.find(id);
  const visible =
    job !== undefined &&
    job.customer_id === caller.customer.id &&
    visibleTo(caller, { taskId: job.task_id, acls: job.acls, userId: job.user_id });
  if (!visible) throw new ArgusError('not_found');
  return job;
}

/**
 * What of the jobs of an organization a caller may see, as SQL and its values from the first parameter on. Only what
 * binds this caller is in it: a condition that may not apply would keep an index from being used. `shape` tells one
 * such text from another.
 */
export function visibleJobs(caller: Actor): { sql: string; values: unknown[]; shape: string } {
  const values: unknown[] = [caller.customer.id];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const all = seesEverything(caller.role);
  let sql = 'j.customer_id = $1';
  if (!all) {
    const mine = caller.userId === null ? 'false' : `j.user_id = ${parameter(caller.userId)}`;
    sql += ` and (${mine} or ${namesOneOf('j.acls', parameter(aclKeys(caller)))})`;
  }
  if (caller.tasks !== null) sql += ` and j.task_id = any(${parameter(caller.tasks)})`;
  const shape = `${all ? 'all' : caller.userId === null ? 'listed' : 'own'}_${caller.tasks === null ? 'any' : 'some'}`;
  return { sql, values, shape };
}
