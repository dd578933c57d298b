import type { Cause } from '@argus/contract';
import type { Database } from '../../../platform/database.ts';

/** An automatic start that cannot be made. */
export interface RefusedStart {
  id: string;
  once: string;
  task_id: string;
  origin: string;
  started_by: string;
  reason: string;
  cause: Cause;
  depth: number;
  schedule_id: string | null;
  /** The step of a run that it is. */
  step: { run_id: string; step_id: string } | null;
}

export const NOT_STARTABLE = 'not_startable';

/** A job that ended as it was made, so that its failure is seen where people look, and emits its event. */
const REFUSE = `
  with fired as (
    insert into firings (key) values ($1) on conflict do nothing returning key
  )
  insert into jobs (id, customer_id, task_id, task_version, name, host_id, lifecycle, state, reason_code, reason, timeout,
    script_id, origin, started_by, acls, cause, depth, schedule_id, run_id, step_id, watched, finished_at)
  select $2, t.customer_id, t.id, t.version, t.name, t.host_id, 'terminated', 'error', '${NOT_STARTABLE}', $4, coalesce(t.timeout, 600),
    t.script_id, $5, $6, t.acls, $7::jsonb, $8, $9, $10, $11, t.watched, now()
  from tasks t, fired where t.id = $3 returning id`;

/** Answers whether it is new: false where the key was used before, or there is no such task any more. */
export async function refuseStart(db: Database, start: RefusedStart): Promise<boolean> {
  const rows = await db.query('refuse_start', REFUSE, [
    start.once,
    start.id,
    start.task_id,
    start.reason,
    start.origin,
    start.started_by,
    JSON.stringify(start.cause),
    start.depth,
    start.schedule_id,
    start.step?.run_id ?? null,
    start.step?.step_id ?? null,
  ]);
  return rows.length > 0;
}
