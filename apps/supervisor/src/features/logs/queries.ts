import type { Stream } from '@argus/contract';
import type { Database } from '../../platform/database.ts';

/** Which log: an attempt's, both streams or one of them. */
export interface LogKey {
  jobId: string;
  attempt: number;
  stream?: Stream | undefined;
}

export interface Chunk {
  seq: number;
  stream: Stream;
  log_offset: number;
  line: number;
  bytes: number;
  lines: number;
  at: Date;
  encoding: 'identity' | 'zstd';
  data: Buffer;
}

/** How long the log of an attempt is: chunks, bytes, line breaks. */
export interface Extent {
  chunks: number;
  bytes: number;
  breaks: number;
}

/** A chunk, and the line breaks of the text that was asked for before it. */
export interface Place {
  seq: number;
  breaks: number;
}

/** Chunks read at once: at most 4 MiB of text in memory. */
const PAGE = 16;

const OF_LOG = `job_id = $1 and attempt = $2 and ($3::text is null or stream = $3)`;

export function logQueries(db: Database) {
  return {
    extent: async ({ jobId, attempt }: LogKey): Promise<Extent | undefined> => {
      const [row] = await db.query<Extent>(
        'log_extent',
        `select log_seq as chunks, log_bytes as bytes, log_lines as breaks from attempts where job_id = $1 and attempt = $2`,
        [jobId, attempt],
      );
      return row;
    },

    /** Line breaks of one stream. */
    breaksOfStream: async ({ jobId, attempt, stream }: LogKey): Promise<number> => {
      const [row] = await db.query<{ breaks: number }>(
        'log_breaks_of_stream',
        `select coalesce(sum(lines), 0)::bigint as breaks from log_chunks where ${OF_LOG}`,
        [jobId, attempt, stream ?? null],
      );
      return row?.breaks ?? 0;
    },

    /** The next chunks after `seq`, in order. */
    after: ({ jobId, attempt, stream }: LogKey, seq: number, count = PAGE): Promise<Chunk[]> =>
      db.query<Chunk>(
        'log_after',
        `select seq, stream, log_offset, line, bytes, lines, at, encoding, data from log_chunks
         where ${OF_LOG} and seq > $4 order by seq limit $5`,
        [jobId, attempt, stream ?? null, seq, count],
      ),

    last: async ({ jobId, attempt, stream }: LogKey): Promise<Chunk | undefined> => {
      const [row] = await db.query<Chunk>(
        'log_last',
        `select seq, stream, log_offset, line, bytes, lines, at, encoding, data from log_chunks
         where ${OF_LOG} order by seq desc limit 1`,
        [jobId, attempt, stream ?? null],
      );
      return row;
    },

    /** The chunk that holds a byte of the log; the last one where the log is not that long yet. */
    atOffset: async ({ jobId, attempt }: LogKey, offset: number): Promise<number> => {
      const [row] = await db.query<{ seq: number }>(
        'log_at_offset',
        `select seq from log_chunks where job_id = $1 and attempt = $2 and log_offset <= $3 order by log_offset desc limit 1`,
        [jobId, attempt, offset],
      );
      return row?.seq ?? 1;
    },

    /** The chunk that holds the break before a line; the last one where the log has no such line yet. */
    atLine: async (key: LogKey, line: number): Promise<Place> => {
      if (line === 0) return { seq: 1, breaks: 0 };
      const [row] = await db.query<Place>(
        key.stream === undefined ? 'log_at_line' : 'log_at_line_of_stream',
        key.stream === undefined ? AT_LINE : AT_LINE_OF_STREAM,
        [key.jobId, key.attempt, line, ...(key.stream === undefined ? [] : [key.stream])],
      );
      return row ?? { seq: 1, breaks: 0 };
    },

    /** The next chunk after `seq` with a line break in it, and how many bytes lie between. */
    nextBreak: async (
      { jobId, attempt, stream }: LogKey,
      seq: number,
    ): Promise<{ seq: number | null; bytes: number }> => {
      const [row] = await db.query<{ seq: number | null; bytes: number }>(
        'log_next_break',
        `with next as (select min(seq) as seq from log_chunks where ${OF_LOG} and seq > $4 and lines > 0)
         select next.seq, (select coalesce(sum(bytes), 0)::bigint from log_chunks
           where ${OF_LOG} and seq > $4 and seq < coalesce(next.seq, 2147483647)) as bytes from next`,
        [jobId, attempt, stream ?? null, seq],
      );
      return row ?? { seq: null, bytes: 0 };
    },

    /** Parts of the log of about so many bytes each, from a chunk on: where each begins. */
    parts: ({ jobId, attempt, stream }: LogKey, fromSeq: number, bytes: number): Promise<Place[]> =>
      db.query<Place>(
        'log_parts',
        `select min(seq) as seq, min(breaks) as breaks from (
           select seq, (sum(lines) over before - lines)::bigint as breaks, (sum(bytes + ${ROW_COST}) over before - 1) / $5 as part
           from log_chunks where ${OF_LOG} window before as (order by seq)) as chunk
         where seq >= $4 group by part order by 1`,
        [jobId, attempt, stream ?? null, fromSeq, bytes],
      ),
  };
}

/** A chunk costs as much as this many bytes, however short it is. */
const ROW_COST = 4096;

/** Chunks have numbers without gaps, and lines only grow: halving finds one of a million in twenty steps. */
const AT_LINE = `
  with recursive half (low, high) as (
    select 1, log_seq from attempts where job_id = $1 and attempt = $2
    union all
    select case when c.line < $3 then mid else low end, case when c.line < $3 then high else mid - 1 end
    from (select low, high, (low + high + 1) / 2 as mid from half where low < high) as step
    join log_chunks c on c.job_id = $1 and c.attempt = $2 and c.seq = step.mid
  )
  select seq, line as breaks from log_chunks where job_id = $1 and attempt = $2 and seq = (select low from half where low >= high limit 1)`;

/** The lines of one stream are counted nowhere: their chunks are added up. */
const AT_LINE_OF_STREAM = `
  select seq, breaks from (
    select seq, (sum(lines) over (order by seq) - lines)::bigint as breaks from log_chunks
    where job_id = $1 and attempt = $2 and stream = $4) as chunk
  where breaks < $3 order by seq desc limit 1`;

export type LogQueries = ReturnType<typeof logQueries>;
