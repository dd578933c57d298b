import { ArgusError } from '@argus/contract';
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
