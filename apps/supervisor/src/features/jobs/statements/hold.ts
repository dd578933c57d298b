import type { Database } from '../../../platform/database.ts';
import { CANCELED } from './columns.ts';

/** Why a job is on hold: by itself, or with its whole task. */
export const HELD = 'held';
export const TASK_PAUSED = 'task_paused';

/** Keeps a waiting job from starting; false where it does not wait. */
export async function holdJob(db: Database, id: string, reason: string): Promise<boolean> {
  const rows = await db.query(
    'hold_job',
    `update jobs set lifecycle = 'onhold', reason_code = '${HELD}', reason = $2 where id = $1 and lifecycle = 'ready' returning id`,
    [id, reason],
  );
  return rows.length > 0;
}

/** Lets a held job go; false where it is not held. */
export async function resumeJob(db: Database, id: string): Promise<boolean> {
  const rows = await db.query(
    'resume_job',
    `update jobs set lifecycle = 'ready', reason_code = null, reason = null where id = $1 and lifecycle = 'onhold' and coalesce(reason_code, '') not in ('approval', 'input') returning id`,
    [id],
  );
  return rows.length > 0;
}

/** Gives a waiting job another place; undefined where it does not wait. Its queue is its pool, or else its bot. */
export async function prioritize(
  db: Database,
  id: string,
  priority: number,
): Promise<{ pool: string | null; host_id: string | null } | undefined> {
  const rows = await db.query<{ pool: string | null; host_id: string | null }>(
    'prioritize_job',
    `update jobs set priority = $2 where id = $1 and lifecycle in ('ready', 'onhold') returning pool, host_id`,
    [id, priority],
  );
  return rows[0];
}

/** Puts what waits of a task on hold; answers the ids. */
export function holdWaitingOfTask(db: Database, taskId: string, reason: string): Promise<{ id: string }[]> {
  return db.query(
    'hold_waiting_of_task',
    `update jobs set lifecycle = 'onhold', reason_code = '${TASK_PAUSED}', reason = $2 where task_id = $1 and lifecycle = 'ready' returning id`,
    [taskId, reason],
  );
}

/** Lets go what a pause held; what a person held stays. */
export function releaseHeldOfTask(db: Database, taskId: string): Promise<{ id: string }[]> {
  return db.query(
    'release_held_of_task',
    `update jobs set lifecycle = 'ready', reason_code = null, reason = null
     where task_id = $1 and lifecycle = 'onhold' and reason_code = '${TASK_PAUSED}' returning id`,
    [taskId],
  );
}

/** Cancels what waits of a task; answers the ids. */
export function cancelWaitingOfTask(db: Database, taskId: string, reason: string): Promise<{ id: string }[]> {
  return db.query(
    'cancel_waiting_of_task',
    `update jobs set lifecycle = ${CANCELED}, state = 'canceled', reason_code = 'queue_emptied', reason = $2, finished_at = now()
     where task_id = $1 and lifecycle in ('ready', 'onhold') returning id`,
    [taskId, reason],
  );
}
