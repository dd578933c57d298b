import type { Database } from '../../../platform/database.ts';
import { CLAIMED_COLUMNS, type ClaimedJob } from './claim.ts';

/** What a bot says of itself with a poll. */
export interface Presence {
  host_id: string;
  boot: string;
  slots: number;
  info: object | null;
  attempts: readonly { job: string; attempt: number; lease: string }[];
}

export type HeldAttempt = ClaimedJob & {
  delivered: boolean;
  stop_requested: { at: string; by: string; why: string } | null;
};

/**
 * Notes that bots are there, renews the leases of the attempts they name, and answers every attempt they hold,
 * as it was before: one that is neither delivered nor named must be told again. Its commit does not wait for the
 * disk: a sign of life that is lost with the machine comes again with the next poll.
 */
const HELD = `
  with lazily as materialized (
    select set_config('synchronous_commit', 'off', true)
  ), seen as (
    update hosts h set last_seen_at = now(), boot = p.boot, slots = p.slots, info = coalesce(p.info, h.info)
    from lazily, jsonb_to_recordset($1::jsonb) as p(host_id text, boot text, slots integer, info jsonb)
    where h.id = p.host_id
  ), renewed as (
    update attempts a set renewed_at = now(), delivered = true
    from jsonb_to_recordset($2::jsonb) as n(host_id text, job text, attempt integer, lease text)
    where a.job_id = n.job and a.attempt = n.attempt and a.lease = n.lease and a.host_id = n.host_id and a.finished_at is null
  )
  select ${CLAIMED_COLUMNS('j').replace('j.host_id', 'a.host_id').replace('j.attempt', 'a.attempt')}, a.lease, a.delivered, j.stop_requested
  from attempts a join jobs j on j.id = a.job_id
  where a.host_id = any($3::text[]) and a.finished_at is null
  order by j.priority desc, j.id`;

export async function noteHeld(db: Database, presences: readonly Presence[]): Promise<HeldAttempt[][]> {
  const hosts = presences.map(({ attempts: _attempts, ...host }) => host);
  const named = presences.flatMap(({ host_id, attempts }) =>
    attempts.map(({ job, attempt, lease }) => ({ host_id, job, attempt, lease })),
  );
  const rows = await db.hot<HeldAttempt>('note_held', HELD, [
    JSON.stringify(hosts),
    JSON.stringify(named),
    hosts.map(({ host_id }) => host_id),
  ]);
  return presences.map(({ host_id }) => rows.filter((row) => row.host_id === host_id));
}
