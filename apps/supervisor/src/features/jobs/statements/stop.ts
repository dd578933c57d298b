import type { Database } from '../../../platform/database.ts';
import { CANCELED } from './columns.ts';

export interface Stop {
  by: string;
  why: string;
}

const CANCEL_WAITING = `
  update jobs set lifecycle = ${CANCELED}, state = 'canceled', reason_code = 'canceled', finished_at = now(),
    reason = case when attempt = 0 then $2 else $3 end
  where id = $1 and lifecycle in ('ready', 'onhold') returning id`;

const REQUEST_STOP = `
  update jobs j set stop_requested = coalesce(j.stop_requested, jsonb_build_object('at', to_json(now()), 'by', $2::text, 'why', $3::text))
  from attempts a
  where j.id = $1 and j.lifecycle in ('assigned', 'started') and a.job_id = j.id and a.attempt = j.attempt
  returning j.host_id, j.attempt, a.lease`;

/** What no bot does: whoever does it finds it ended. */
const STOP_BUILTIN = `
  update jobs set lifecycle = 'terminated', state = 'canceled', reason_code = 'canceled', reason = 'stopped by ' || $2, finished_at = now(), lease_until = null,
    stop_requested = jsonb_build_object('at', to_json(now()), 'by', $2::text, 'why', $3::text)
  where id = $1 and lifecycle = 'started' and type in ('notification', 'http') returning id`;

export type StopOutcome =
  | { kind: 'canceled' }
  | { kind: 'requested'; host_id: string; attempt: number; lease: string }
  | { kind: 'ended' };

/** Cancels a job that waits; asks for the stop of one that a bot holds; leaves an ended one alone. */
export async function stopJob(db: Database, jobId: string, { by, why }: Stop): Promise<StopOutcome> {
  const canceled = await db.query('cancel_waiting', CANCEL_WAITING, [
    jobId,
    `canceled by ${by} before it started`,
    `stopped by ${by}`,
  ]);
  if (canceled.length > 0) return { kind: 'canceled' };
  const [held] = await db.query<{ host_id: string; attempt: number; lease: string }>(
    'request_stop',
    REQUEST_STOP,
    [jobId, by, why],
  );
  if (held !== undefined) return { kind: 'requested', ...held };
  const stopped = await db.query('stop_builtin', STOP_BUILTIN, [jobId, by, why]);
  return stopped.length > 0 ? { kind: 'canceled' } : { kind: 'ended' };
}
