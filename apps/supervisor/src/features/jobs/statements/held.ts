import type { Database } from '../../../platform/database.ts';
import { claimedColumns, HAS_OWN_WORK, HAS_POOL_WORK, type ClaimedJob } from './columns.ts';

/** A lease is renewed by polls at most this often, seconds: each renewal writes a row. */
const RENEW_AFTER_S = 5;

/** What a bot says of itself with a poll. */
export interface Presence {
  host_id: string;
  /** Of its credential, which must still be there. */
  token_id: string;
  boot: string;
  slots: number;
  info: object | null;
  /** How its machine is, where it tells this time. */
  health: object | null;
  /** The run of its machine, where it says. */
  machine: string | null;
  draining: boolean;
  attempts: readonly { job: string; attempt: number; lease: string }[];
}

export type HeldAttempt = ClaimedJob & {
  delivered: boolean;
  /** The run of the machine that it was handed to. */
  machine: string | null;
  stop_requested: { at: string; by: string; why: string } | null;
};

/** A bot as the supervisor has it, with all that it holds. */
export interface Holding {
  /** The pools that it serves. */
  pools: string[];
  /** Whether something waits that it may take. */
  hasWork: boolean;
  attempts: HeldAttempt[];
}

/**
 * Notes that bots are there, renews the leases of the attempts they name, and answers every attempt they hold,
 * as it was before: one that is neither delivered nor named must be told again. Its commit does not wait for the
 * disk: a sign of life that is lost with the machine comes again with the next poll.
 */
const HELD = `
  with lazily as materialized (
    select set_config('synchronous_commit', 'off', true)
  ), presence as materialized (
    select p.* from lazily, jsonb_to_recordset($1::jsonb) as p(host_id text, token_id text, boot text, slots integer, info jsonb, health jsonb, machine text, draining boolean)
  ), turn as (
    -- in the order in which claims lock them
    select h.id from hosts h where h.id = any(array(select host_id from presence)) order by h.id for no key update
  ), locked as materialized (
    select count(*) from turn
  ), seen as (
    update hosts h set last_seen_at = now(), boot = p.boot, slots = p.slots, info = coalesce(p.info, h.info), machine = p.machine, draining = p.draining,
      health = coalesce(p.health, h.health), health_at = case when p.health is null then h.health_at else now() end
    from presence p, locked
    where h.id = any(array(select host_id from presence)) and h.id = p.host_id and (select t.host_id from tokens t where t.id = p.token_id) = p.host_id
    returning h.id, h.pools
  ), bot as materialized (
    -- once for each bot, however much it holds
    select seen.id, seen.pools, (${HAS_OWN_WORK('seen')} or ${HAS_POOL_WORK('seen', 'not limited')} or ${HAS_POOL_WORK('seen', 'limited')}) as has_work from seen
  ), named as materialized (
    select * from jsonb_to_recordset($2::jsonb) as n(host_id text, job text, attempt integer, lease text)
  ), due as (
    -- what was renewed just now is as good as new; what is being written meanwhile is renewed by that
    select a.job_id, a.attempt
    from named n join attempts a on a.job_id = n.job and a.attempt = n.attempt and a.lease = n.lease and a.host_id = n.host_id
    where a.job_id = any(array(select job from named)) and coalesce(a.finished_at, 'infinity') = 'infinity' and (not a.delivered or a.renewed_at < now() - interval '${RENEW_AFTER_S} s')
    for no key update of a skip locked
  ), renewed as (
    update attempts a set renewed_at = now(), delivered = true
    from due where a.job_id = due.job_id and a.attempt = due.attempt
  )
  select bot.id as bot_id, bot.pools, bot.has_work,
    ${claimedColumns('j', { host_id: 'a.host_id', attempt: 'a.attempt' })}, a.lease, a.delivered, a.machine, j.stop_requested
  from bot left join attempts a on a.host_id = bot.id and a.finished_at is null
  left join jobs j on j.id = a.job_id
  order by j.priority desc, j.id`;

type Row = { bot_id: string; pools: string[]; has_work: boolean } & (
  | HeldAttempt
  | { [K in keyof HeldAttempt]: null }
);

/** Answers for each presence; undefined for a bot that is gone, or whose credential is. */
export async function noteHeld(
  db: Database,
  presences: readonly Presence[],
): Promise<(Holding | undefined)[]> {
  const hosts = presences.map(({ attempts: _attempts, ...host }) => host);
  const named = presences.flatMap(({ host_id, attempts }) =>
    attempts.map(({ job, attempt, lease }) => ({ host_id, job, attempt, lease })),
  );
  const rows = await db.hot<Row>('note_held', HELD, [JSON.stringify(hosts), JSON.stringify(named)]);
  const byHost = new Map<string, Holding>();
  for (const { bot_id, pools, has_work: hasWork, ...attempt } of rows) {
    const holding = byHost.get(bot_id) ?? { pools, hasWork, attempts: [] };
    byHost.set(bot_id, holding);
    if (attempt.id !== null) holding.attempts.push(attempt);
  }
  return presences.map(({ host_id }) => byHost.get(host_id));
}

/** A bot that came back from a poll which had nothing for it, as it left. */
export interface IdleBot {
  host_id: string;
  token_id: string;
  boot: string;
  /** The pools that it is taken to serve. */
  pools: readonly string[];
  /** How its machine is, where it told with the poll that is noted. */
  health?: object | null;
}

/** Locks in the order of claims. Of a bot that holds something, has another credential, process or pools: nothing. */
const IDLE = `
  with lazily as materialized (
    select set_config('synchronous_commit', 'off', true)
  ), bot as materialized (
    select b.* from lazily, unnest($1::text[], $2::text[], $3::text[], $4::text[]) as b(host_id, token_id, boot, health)
  ), turn as (
    select h.id from hosts h where h.id = any(array(select host_id from bot)) order by h.id for no key update
  ), locked as materialized (
    select count(*) from turn
  )
  update hosts h set last_seen_at = now(),
    health = coalesce(b.health::jsonb, h.health), health_at = case when b.health is null then h.health_at else now() end
  from bot b, locked
  where h.id = any(array(select host_id from bot)) and h.id = b.host_id and h.boot = b.boot
    and (select t.host_id from tokens t where t.id = b.token_id) = b.host_id
    and not exists (select from attempts a where a.host_id = h.id and a.finished_at is null)
  returning h.id, h.pools`;

/** Notes that these bots are there. Answers those that are not what they are taken for. */
export async function noteIdle(db: Database, bots: readonly IdleBot[]): Promise<string[]> {
  const rows = await db.hot<{ id: string; pools: string[] }>('note_idle', IDLE, [
    bots.map(({ host_id }) => host_id),
    bots.map(({ token_id }) => token_id),
    bots.map(({ boot }) => boot),
    bots.map(({ health }) => (health ? JSON.stringify(health) : null)),
  ]);
  const pools = new Map(rows.map((row) => [row.id, row.pools.join()]));
  return bots.filter((bot) => pools.get(bot.host_id) !== bot.pools.join()).map(({ host_id }) => host_id);
}

/** The answer to the request that told of an end has come by then, or the bot asked again; seconds. */
const ANSWERED_AFTER_S = 60;

const NOT_TO_FORGET = `
  select a.job_id, a.attempt from unnest($2::text[], $3::integer[], $4::text[]) as n(job_id, attempt, lease)
  join attempts a on a.job_id = n.job_id and a.attempt = n.attempt and a.lease = n.lease
  where a.host_id = $1 and (
    $5 and a.outcome = 'lost' and a.late is null
    -- by its own word, which counts as a sign of life
    or (a.exit_code is not null or a.signal is not null) and a.renewed_at > now() - interval '${ANSWERED_AFTER_S} s')`;

/**
 * Which of these attempts a bot need not be told to forget, although it does not hold them any more: those that are given
 * up and may still be told how they ended, where its protocol has a word for it (`knowsLate`), and those of which it told the
 * end a moment ago. The answer to that is on its way; with another one here nearly each poll of a bot with short jobs would
 * be answered at once: without them a busy bot, or 50, end 9 % more jobs per second.
 */
export async function notToForget(
  db: Database,
  hostId: string,
  named: readonly { job: string; attempt: number; lease: string }[],
  { knowsLate }: { knowsLate: boolean },
): Promise<Set<string>> {
  const rows = await db.hot<{ job_id: string; attempt: number }>('not_to_forget', NOT_TO_FORGET, [
    hostId,
    named.map(({ job }) => job),
    named.map(({ attempt }) => attempt),
    named.map(({ lease }) => lease),
    knowsLate,
  ]);
  return new Set(rows.map(({ job_id, attempt }) => `${job_id}.${attempt}`));
}
