import type { Stream } from '@argus/contract';
import type { Database } from '../../platform/database.ts';

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

/** Chunks read at once: at most 4 MiB of text in memory. */
const PAGE = 16;

export function logQueries(db: Database) {
  return {
    /** The next chunks after `seq`, in order. */
    after: (jobId: string, attempt: number, seq: number): Promise<Chunk[]> =>
      db.query<Chunk>(
        'log_after',
        `select seq, stream, log_offset, line, bytes, lines, at, encoding, data from log_chunks
         where job_id = $1 and attempt = $2 and seq > $3 order by seq limit ${PAGE}`,
        [jobId, attempt, seq],
      ),

    /** The seq before the chunk that holds a byte of the log; the last one where the log is not that long yet. */
    seqBeforeOffset: async (jobId: string, attempt: number, offset: number): Promise<number> => {
      const [row] = await db.query<{ seq: number }>(
        'log_at_offset',
        `select seq from log_chunks where job_id = $1 and attempt = $2 and log_offset <= $3 order by log_offset desc limit 1`,
        [jobId, attempt, offset],
      );
      return row ? row.seq - 1 : 0;
    },

    /** The seq before the chunk in which a line begins. */
    seqBeforeLine: async (jobId: string, attempt: number, line: number): Promise<number> => {
      const [row] = await db.query<{ seq: number }>(
        'log_at_line',
        `select max(seq) as seq from log_chunks where job_id = $1 and attempt = $2 and line < $3`,
        [jobId, attempt, line],
      );
      return row?.seq ? row.seq - 1 : 0;
    },
  };
}

export type LogQueries = ReturnType<typeof logQueries>;
