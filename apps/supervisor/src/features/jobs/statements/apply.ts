import type { ResultRule, Verdict } from '@argus/contract';
import type { Database } from '../../../platform/database.ts';

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
  stop_requested: { by: string } | null;
  result_rule: ResultRule;
}

const LOAD = `
  select a.job_id, a.attempt, a.lease, a.host_id, a.finished_at is not null as ended, a.outcome, a.log_seq, a.log_bytes, a.log_lines, a.started_at,
    j.customer_id, j.task_id, j.exclusive, j.stop_requested, v.result_rule
  from unnest($1::text[], $2::integer[]) as n(job_id, attempt)
  join attempts a on a.job_id = n.job_id and a.attempt = n.attempt
  join jobs j on j.id = a.job_id
  join task_versions v on v.task_id = j.task_id and v.version = j.task_version`;

export function loadAttempts(
  db: Database,
  refs: readonly { job: string; attempt: number }[],
): Promise<AttemptState[]> {
  return db.hot<AttemptState>('load_attempts', LOAD, [
    refs.map(({ job }) => job),
    refs.map(({ attempt }) => attempt),
  ]);
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
  end: (Verdict & { at: Date; exit_code: number | null; signal: string | null }) | null;
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
      lifecycle text, state text, reason_code text, reason text, exit_code bigint, signal text, output jsonb, event_name text, components jsonb, next jsonb,
      ended_at timestamptz)
  ), applied as (
    update attempts a set log_seq = c.log_seq, log_bytes = c.log_bytes, log_lines = c.log_lines, renewed_at = now(), delivered = true,
      started_at = coalesce(a.started_at, c.started_at), pid = coalesce(c.pid, a.pid), finished_at = c.ended_at, outcome = c.reason_code
    from change c
    where a.job_id = c.job_id and a.attempt = c.attempt and a.lease = c.lease and a.finished_at is null and a.log_seq = c.from_seq
    returning a.job_id, a.attempt
  ), chunk as (
    insert into log_chunks (job_id, attempt, seq, stream, log_offset, line, bytes, lines, at, encoding, data)
    select n.* from unnest($2::text[], $3::integer[], $4::integer[], $5::text[], $6::bigint[], $7::bigint[], $8::integer[], $9::integer[], $10::timestamptz[], $11::text[], $12::bytea[])
      as n(job_id, attempt, seq, stream, log_offset, line, bytes, lines, at, encoding, data)
    join applied a on a.job_id = n.job_id and a.attempt = n.attempt
  ), job as (
    update jobs j set lifecycle = coalesce(c.lifecycle, 'started'), state = coalesce(c.state, j.state), reason_code = c.reason_code, reason = c.reason,
      exit_code = c.exit_code, signal = c.signal, output = coalesce(c.output, j.output), event_name = c.event_name, components = c.components, next = c.next,
      started_at = coalesce(j.started_at, c.started_at), finished_at = c.ended_at
    from change c join applied a on a.job_id = c.job_id and a.attempt = c.attempt
    where j.id = c.job_id and j.attempt = c.attempt and j.lifecycle in ('assigned', 'started') and (c.lifecycle is not null or c.started_at is not null)
  )
  select job_id, attempt from applied`;

/** Applies changes; answers the keys (`job.attempt`) of those that took effect. */
export async function applyChanges(db: Database, changes: readonly AttemptChange[]): Promise<Set<string>> {
  const chunks = changes.flatMap((change) => change.chunks);
  const column = <K extends keyof NewChunk>(key: K) => chunks.map((chunk) => chunk[key]);
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
    column('data'),
  ]);
  return new Set(rows.map(keyOf));
}

export function keyOf({ job_id, attempt }: { job_id: string; attempt: number }): string {
  return `${job_id}.${attempt}`;
}

function flat({ chunks: _chunks, end, ...change }: AttemptChange) {
  if (end === null) return change;
  const { at, ...rest } = end;
  return { ...change, ...rest, ended_at: at };
}
