import type { LateReport, ResultRule, RunPolicy } from '@argus/contract';
import type { Database } from '../../../platform/database.ts';
import type { AttemptEnd } from '../attempt-rules.ts';
import { LISTENING_SINCE } from '../../../platform/supervisors.ts';

/** An attempt as the database has it, with what judging its events needs. */
export interface AttemptState {
  job_id: string;
  attempt: number;
  lease: string;
  host_id: string;
  ended: boolean;
  outcome: string | null;
  log_seq: number;
  log_bytes: number;
  log_lines: number;
  started_at: Date | null;
  customer_id: string;
  task_id: string;
  exclusive: boolean;
  limited: boolean;
  pool: string | null;
  stop_requested: { by: string } | null;
  result_rule: ResultRule;
  policy: RunPolicy;
  /** Seconds without a word after which it is given up. */
  lost_after: number;
  has_late: boolean;
  /** Whether anything is started by its end. */
  watched: boolean;
  hostname: string | null;
}

/** Columns of `AttemptState` but `hostname`, of attempts a, jobs j and task_versions v. */
export const STATE = `a.job_id, a.attempt, a.lease, a.host_id, a.finished_at is not null as ended, a.outcome, a.log_seq, a.log_bytes, a.log_lines, a.started_at,
    a.lost_after, a.late is not null as has_late, j.customer_id, j.task_id, j.exclusive, j.limited, j.pool, j.stop_requested, j.watched or j.run_id is not null as watched, v.result_rule,
    case when j.step_policy is null then v.policy else v.policy || j.step_policy end as policy`;

/** An attempt that a bot reports on, and the credential that it did it with where that is only remembered. */
export interface Reported {
  job: string;
  attempt: number;
  tokenId?: string | undefined;
}

const REPORTED = `
  with good as materialized (select id from tokens where id = any($3::text[]))
  select n.place::integer, n.token_id is null or n.token_id in (select id from good) as known, ${STATE}, null as hostname
  from unnest($1::text[], $2::integer[], $3::text[]) with ordinality as n(job_id, attempt, token_id, place)
  left join attempts a on a.job_id = n.job_id and a.attempt = n.attempt
  left join jobs j on j.id = a.job_id
  left join task_versions v on v.task_id = j.task_id and v.version = j.task_version`;

/**
 * The attempts that are reported on, in the order given: undefined where there is none, null where the credential is
 * not there any more. With the attempts, since looks of their own for each request were a third of all statements where
 * many bots reported.
 */
export async function loadReported(
  db: Database,
  reported: readonly Reported[],
): Promise<(AttemptState | undefined | null)[]> {
  const rows = await db.hot<
    { place: number; known: boolean } & (AttemptState | { [K in keyof AttemptState]: null })
  >('load_reported', REPORTED, [
    reported.map(({ job }) => job),
    reported.map(({ attempt }) => attempt),
    reported.map(({ tokenId }) => tokenId),
  ]);
  const found: (AttemptState | undefined | null)[] = [];
  for (const { place, known, ...row } of rows)
    found[place - 1] = !known ? null : row.job_id === null ? undefined : row;
  return found;
}

/** Those of these attempts that are there. */
export async function loadAttempts(
  db: Database,
  refs: readonly { job: string; attempt: number }[],
): Promise<AttemptState[]> {
  const found = await loadReported(db, refs);
  return found.filter((row) => row !== undefined && row !== null);
}

const SILENT = `
  select ${STATE}, h.hostname
  from attempts a
  join jobs j on j.id = a.job_id and j.attempt = a.attempt
  join task_versions v on v.task_id = j.task_id and v.version = j.task_version
  join hosts h on h.id = a.host_id
  where a.finished_at is null and greatest(a.renewed_at, ${LISTENING_SINCE}) < now() - make_interval(secs => a.lost_after)
  limit 500`;

/** Attempts of which nobody heard for longer than their task allows, since some supervisor has been listening. */
export function silentAttempts(db: Database): Promise<AttemptState[]> {
  return db.query<AttemptState>('silent_attempts', SILENT, []);
}

export interface NewChunk {
  job_id: string;
  attempt: number;
  seq: number;
  stream: string;
  log_offset: number;
  line: number;
  bytes: number;
  lines: number;
  at: Date;
  encoding: string;
  data: Buffer;
}

/** What changes on one attempt, and with it on its job. */
export interface AttemptChange {
  job_id: string;
  attempt: number;
  lease: string;
  /** The log as it was when this change was worked out: another change in between makes this one void. */
  from_seq: number;
  log_seq: number;
  log_bytes: number;
  log_lines: number;
  started_at: Date | null;
  pid: number | null;
  end: AttemptEnd | null;
  chunks: NewChunk[];
}

/**
 * Stores log chunks, starts and ends in one statement: an attempt that moved on in between (ended, another
 * lease) takes its chunks and its job's change with it, so nothing is half applied. A job is never ended before
 * all its log is here, because the end and the last chunks are one commit.
 */
const APPLY = `
  with change as (
    select * from jsonb_to_recordset($1::jsonb) as c(
      job_id text, attempt integer, lease text, from_seq integer, log_seq integer, log_bytes bigint, log_lines bigint, started_at timestamptz, pid integer,
      lifecycle text, state text, reason_code text, reason text, outcome text, outcome_reason text, exit_code bigint, signal text, limit_hit text, usage jsonb,
      output jsonb, event_name text, components jsonb, next jsonb, ended_at timestamptz, due_at timestamptz, expires_at timestamptz,
      silent_seconds integer)
  ), turn as (
    -- in one order, whoever else writes the same attempts
    select a.job_id, a.attempt from attempts a
    where a.job_id = any(array(select job_id from change)) and a.attempt = any(array(select attempt from change))
    order by a.job_id, a.attempt for no key update of a
  ), locked as materialized (
    select count(*) from turn
  ), applied as (
    update attempts a set log_seq = c.log_seq, log_bytes = c.log_bytes, log_lines = c.log_lines,
      renewed_at = case when c.silent_seconds is null then now() else a.renewed_at end, delivered = true,
      started_at = coalesce(a.started_at, c.started_at), pid = coalesce(c.pid, a.pid), finished_at = c.ended_at, outcome = c.outcome,
      reason = c.outcome_reason, exit_code = c.exit_code, signal = c.signal, limit_hit = c.limit_hit, usage = c.usage
    from change c, locked
    -- coalesce: planned while the tables are empty, this is not to be read from the index of all that has not ended
    where a.job_id = any(array(select job_id from change)) and coalesce(a.finished_at, 'infinity') = 'infinity'
      and a.job_id = c.job_id and a.attempt = c.attempt and a.lease = c.lease and a.log_seq = c.from_seq
      and (c.silent_seconds is null or greatest(a.renewed_at, ${LISTENING_SINCE}) < now() - make_interval(secs => c.silent_seconds))
    -- all of the change: joined to it again, n changes would be compared n² times
    returning c.*
  ), chunk as (
    insert into log_chunks (job_id, attempt, seq, stream, log_offset, line, bytes, lines, at, encoding, data)
    select n.job_id, n.attempt, seq, stream, log_offset, line, bytes, lines, at, encoding, substring($12::bytea from first for size)
    from unnest($2::text[], $3::integer[], $4::integer[], $5::text[], $6::bigint[], $7::bigint[], $8::integer[], $9::integer[], $10::timestamptz[], $11::text[],
        $13::integer[], $14::integer[])
      as n(job_id, attempt, seq, stream, log_offset, line, bytes, lines, at, encoding, first, size)
    -- hashed, not joined
    where case when (n.job_id, n.attempt) in (select job_id, attempt from applied) then true end
  ), job as (
    update jobs j set lifecycle = coalesce(c.lifecycle, 'started'), state = coalesce(c.state, j.state), reason_code = c.reason_code, reason = c.reason,
      exit_code = c.exit_code, signal = c.signal, limit_hit = c.limit_hit, usage = c.usage,
      output = coalesce(c.output, j.output), event_name = c.event_name, components = c.components, next = c.next,
      started_at = case when c.lifecycle = 'ready' then null else coalesce(j.started_at, c.started_at) end,
      finished_at = case when c.lifecycle = 'ready' then null else c.ended_at end,
      -- what is to be tried again waits where a claim counts, and for any bot that its task names
      assigned_at = case when c.lifecycle = 'ready' then null else j.assigned_at end,
      pool = case when c.lifecycle = 'ready' then coalesce(j.pool, j.host_id) else j.pool end,
      host_id = case when c.lifecycle = 'ready' then null else j.host_id end,
      limited = j.limited or c.lifecycle is not distinct from 'ready' and j.exclusive,
      due_at = c.due_at, expires_at = c.expires_at
    from applied c
    -- no array of keys here as above: it would be sorted again for each row, which takes a fifth of the whole
    where coalesce(j.lifecycle, '') in ('assigned', 'started')
      and j.id = c.job_id and j.attempt = c.attempt and (c.lifecycle is not null or c.started_at is not null)
  )
  select job_id, attempt from applied`;

/** Applies changes; answers the keys (`job.attempt`) of those that took effect. */
export async function applyChanges(db: Database, changes: readonly AttemptChange[]): Promise<Set<string>> {
  const chunks = changes.flatMap((change) => change.chunks);
  const column = <K extends keyof NewChunk>(key: K) => chunks.map((chunk) => chunk[key]);
  const data = column('data');
  let next = 1;
  const rows = await db.hot<{ job_id: string; attempt: number }>('apply_changes', APPLY, [
    JSON.stringify(changes.map(flat)),
    column('job_id'),
    column('attempt'),
    column('seq'),
    column('stream'),
    column('log_offset'),
    column('line'),
    column('bytes'),
    column('lines'),
    column('at'),
    column('encoding'),
    // one value travels as it is; in an array of bytea each byte would be two digits
    Buffer.concat(data),
    data.map(({ length }) => (next += length) - length),
    data.map(({ length }) => length),
  ]);
  return new Set(rows.map(keyOf));
}

export function keyOf({ job_id, attempt }: { job_id: string; attempt: number }): string {
  return `${job_id}.${attempt}`;
}

function flat({ chunks: _chunks, end, ...change }: AttemptChange) {
  if (end === null) return change;
  const { at, silent, ...rest } = end;
  const still = silent && { silent_seconds: silent.seconds };
  return { ...change, ...rest, ...still, ended_at: at };
}

/** The change that ends an attempt without any word from its bot. */
export function endUnheard(attempt: AttemptState, end: AttemptEnd): AttemptChange {
  const { job_id, attempt: number, lease, log_seq, log_bytes, log_lines } = attempt;
  return {
    job_id,
    attempt: number,
    lease,
    from_seq: log_seq,
    log_seq,
    log_bytes,
    log_lines,
    started_at: null,
    pid: null,
    end,
    chunks: [],
  };
}

/** Keeps what a bot told of an attempt that was given up: once, beside the attempt. */
export function noteLate(
  db: Database,
  { job_id, attempt, lease }: Pick<AttemptState, 'job_id' | 'attempt' | 'lease'>,
  report: LateReport,
): Promise<unknown> {
  return db.query(
    'note_late',
    `update attempts set late = $4 where job_id = $1 and attempt = $2 and lease = $3 and outcome = 'lost' and late is null`,
    [job_id, attempt, lease, JSON.stringify(report)],
  );
}
