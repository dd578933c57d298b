import type { Database } from '../../../platform/database.ts';

const DUE = `
  update jobs set due_at = null where id in (
    select id from jobs where lifecycle = 'ready' and due_at <= now() order by due_at limit 1000 for update skip locked
  ) returning pool`;

/** Lets jobs go whose time has come. Answers the queues that they wait in now. */
export async function releaseDue(db: Database): Promise<string[]> {
  const rows = await db.query<{ pool: string | null }>('release_due', DUE, []);
  return [...new Set(rows.flatMap(({ pool }) => pool ?? []))];
}

const EXPIRE = `
  update jobs set lifecycle = 'expired', state = 'canceled', reason_code = 'expired', finished_at = now(), due_at = null,
    reason = format('waited until %s and was not started', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'))
  where id in (
    select id from jobs where lifecycle in ('ready', 'onhold') and expires_at <= now() order by expires_at limit 1000 for update skip locked
  ) returning id`;

/** Ends jobs that waited too long; answers their ids. */
export function expireWaiting(db: Database): Promise<{ id: string }[]> {
  return db.query<{ id: string }>('expire_waiting', EXPIRE, []);
}
