import type { Lifecycle } from '@argus/contract';
import type { Database } from '../../../platform/database.ts';
import { LISTENING_SINCE } from '../../../platform/supervisors.ts';
import { STATE, type AttemptState } from './apply.ts';
import { claimedColumns, type ClaimedJob } from './columns.ts';

// What existing agents need of the queue. They know neither attempts nor leases and say nothing between taking a job
// and its result, so the attempt and its lease are kept here for them: `delivered` means that the answer with the job
// is about to be written, which is noted before, since a job that an agent has must never be handed out again.

/** One attempt at an agent. */
export interface AgentAttempt {
  id: string;
  attempt: number;
}

const SEEN = `
  with lazily as materialized (
    select set_config('synchronous_commit', 'off', true)
  ), seen as (
    update hosts set last_seen_at = now() from lazily where id = $1
  ), renewed as (
    update attempts set renewed_at = now() where host_id = $1 and finished_at is null
  )
  select ${claimedColumns('j', { host_id: 'a.host_id', attempt: 'a.attempt' })}, a.lease
  from attempts a join jobs j on j.id = a.job_id
  where a.host_id = $1 and a.finished_at is null and not a.delivered and j.attempt = a.attempt and j.stop_requested is null
  order by j.priority desc, j.id`;

/** Notes that an agent is there and renews all its leases; answers what it was handed but did not get yet. */
export function noteAgent(db: Database, hostId: string): Promise<ClaimedJob[]> {
  return db.hot<ClaimedJob>('note_agent', SEEN, [hostId]);
}

const HAND_OVER = `
  with wanted as (
    select * from unnest($2::text[], $3::integer[]) as n(job_id, attempt)
  ), taken as (
    update attempts a set delivered = true, renewed_at = now()
    from wanted n, jobs j
    where a.job_id = n.job_id and a.attempt = n.attempt and a.host_id = $1 and a.finished_at is null and not a.delivered
      and j.id = a.job_id and j.attempt = a.attempt and j.lifecycle = 'assigned' and j.stop_requested is null
    returning a.job_id
  )
  select job_id as id, true as taken, null as filename, null as sha256 from taken
  union all
  select j.id, false, j.script_filename, j.script_sha256 from attempts a join jobs j on j.id = a.job_id
  where a.host_id = $1 and a.finished_at is null and a.delivered`;

export interface HandedOver {
  /** Ids of the jobs that this call, and no other, may send. */
  taken: ReadonlySet<string>;
  /** The scripts that the agent runs already. */
  running: { filename: string; sha256: string }[];
}

/** Takes attempts for an answer that is about to be written: each of them once, whoever else asks. */
export async function handOver(
  db: Database,
  hostId: string,
  attempts: readonly AgentAttempt[],
): Promise<HandedOver> {
  const rows = await db.hot<{ id: string; taken: boolean; filename: string; sha256: string }>(
    'hand_over',
    HAND_OVER,
    [hostId, attempts.map(({ id }) => id), attempts.map(({ attempt }) => attempt)],
  );
  return {
    taken: new Set(rows.filter(({ taken }) => taken).map(({ id }) => id)),
    running: rows.filter(({ taken }) => !taken),
  };
}

const BEGUN = `
  with begun as (
    update attempts a set delivered = true, started_at = coalesce(a.started_at, now())
    from unnest($1::text[], $2::integer[]) as n(job_id, attempt)
    where a.job_id = n.job_id and a.attempt = n.attempt and a.finished_at is null
    returning a.job_id, a.attempt, a.started_at
  )
  update jobs j set lifecycle = 'started', started_at = begun.started_at
  from begun where j.id = begun.job_id and j.attempt = begun.attempt and j.lifecycle = 'assigned'
  returning j.id`;

/** The answer was written: from here on the agent runs them, for all that anybody can know. */
export function noteBegun(db: Database, attempts: readonly AgentAttempt[]): Promise<{ id: string }[]> {
  return db.hot('note_begun', BEGUN, [attempts.map(({ id }) => id), attempts.map(({ attempt }) => attempt)]);
}

const TAKE_BACK = `
  update attempts a set delivered = false
  from unnest($1::text[], $2::integer[]) as n(job_id, attempt), jobs j
  where a.job_id = n.job_id and a.attempt = n.attempt and a.finished_at is null and a.started_at is null
    and j.id = a.job_id and j.attempt = a.attempt and j.lifecycle = 'assigned'`;

/** The answer was not written to its end: the next poll gets them. */
export function takeBack(db: Database, attempts: readonly AgentAttempt[]): Promise<unknown[]> {
  return db.hot('take_back', TAKE_BACK, [
    attempts.map(({ id }) => id),
    attempts.map(({ attempt }) => attempt),
  ]);
}

const CANCEL_UNDELIVERED = `
  with void as (
    update attempts a set finished_at = now(), outcome = 'canceled', reason = format('canceled by %s before it started', j.stop_requested ->> 'by')
    from jobs j, hosts h
    -- what agents hold, not all that is held
    where a.host_id = any(array(select id from hosts where kind = 'agent' and ($1::text is null or id = $1)))
      and h.id = a.host_id and a.finished_at is null and not a.delivered
      and j.id = a.job_id and j.attempt = a.attempt and j.lifecycle = 'assigned' and j.stop_requested is not null
    returning a.job_id, a.attempt, a.host_id, a.reason
  )
  update jobs j set state = 'canceled', reason_code = 'canceled', finished_at = now(),
    -- an attempt before it has run
    lifecycle = case when j.attempt = 1 then 'canceled' else 'terminated' end,
    reason = case when j.attempt = 1 then void.reason else format('stopped by %s', j.stop_requested ->> 'by') end
  from void where j.id = void.job_id and j.attempt = void.attempt and j.lifecycle = 'assigned'
  returning j.id, void.host_id`;

/** Cancels what somebody stopped before its agent got it; of one agent, or of all (null). */
export function cancelUndelivered(
  db: Database,
  hostId: string | null,
): Promise<{ id: string; host_id: string }[]> {
  return db.query('cancel_undelivered', CANCEL_UNDELIVERED, [hostId]);
}

const HELD = `
  select ${STATE}, h.hostname, j.timeout
  from attempts a
  join jobs j on j.id = a.job_id and j.attempt = a.attempt and j.lifecycle in ('assigned', 'started')
  join task_versions v on v.task_id = j.task_id and v.version = j.task_version
  join hosts h on h.id = a.host_id
  where h.kind = 'agent' and a.finished_at is null and a.delivered`;

const OVERDUE = `${HELD}
  and coalesce(a.started_at, a.assigned_at) + make_interval(secs => j.timeout) < now() - make_interval(secs => $1)
  and ${LISTENING_SINCE} < now() - make_interval(secs => $1)
  limit 500`;

/** An attempt that an agent has. */
export interface AgentAttemptState extends AttemptState {
  hostname: string;
  /** Seconds. */
  timeout: number;
}

/**
 * Attempts of which their agent says nothing although their timeout is over by `seconds`. Within as many seconds after a
 * time in which no supervisor listened there is none: their results may be on the way.
 */
export function overdueAttempts(db: Database, seconds: number): Promise<AgentAttemptState[]> {
  return db.query('overdue_attempts', OVERDUE, [seconds]);
}

/** What an agent was given and did not report. */
export function attemptsOfAgent(db: Database, hostId: string): Promise<AgentAttemptState[]> {
  return db.query('attempts_of_agent', `${HELD} and a.host_id = $1`, [hostId]);
}

const LATEST = `
  select j.id, a.attempt, a.lease, a.finished_at is null as held, a.outcome, j.lifecycle
  from jobs j left join attempts a on a.job_id = j.id and a.host_id = $2
  where j.id = $1 and (a.job_id is not null or j.host_id = $2)
  order by a.attempt desc nulls last limit 1`;

/** A job as its agent may report on it: the attempt that it holds, or that it held last if any. */
export type AgentJobState = { outcome: string | null; lifecycle: Lifecycle } & (
  | { held: true; attempt: number; lease: string }
  | { held: false; attempt: number | null; lease: string | null }
);

/** A job of this bot with its last hand-out to it; undefined where it is none of its. */
export async function jobOfAgent(
  db: Database,
  jobId: string,
  hostId: string,
): Promise<AgentJobState | undefined> {
  const rows = await db.hot<AgentJobState & { id: string }>('job_of_agent', LATEST, [jobId, hostId]);
  return rows.map((row) => ({ ...row, held: row.attempt !== null && row.held }) as AgentJobState)[0];
}

const HELD_SCRIPT = `
  select j.script_sha256 as sha256 from attempts a join jobs j on j.id = a.job_id
  where a.host_id = $1 and a.finished_at is null and a.delivered and j.script_id = $2 and ($3::text is null or j.script_sha256 = $3)
  order by a.assigned_at desc limit 1`;

/** The content of a script that this bot was handed with a job: the one named, or the last one. */
export async function heldScript(
  db: Database,
  hostId: string,
  scriptId: string,
  sha256: string | undefined,
): Promise<string | undefined> {
  const rows = await db.hot<{ sha256: string }>('held_script', HELD_SCRIPT, [
    hostId,
    scriptId,
    sha256 ?? null,
  ]);
  return rows[0]?.sha256;
}
