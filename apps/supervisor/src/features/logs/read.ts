import { zstdDecompressSync } from 'node:zlib';
import { LOG_CHUNK_MAX_BYTES, type Stream } from '@argus/contract';
import type { Chunk, LogQueries } from './queries.ts';

/** The text of a chunk. */
export function textOf({ encoding, data }: Pick<Chunk, 'encoding' | 'data'>): Buffer {
  return encoding === 'zstd' ? zstdDecompressSync(data, { maxOutputLength: LOG_CHUNK_MAX_BYTES }) : data;
}

export interface ReadOptions {
  /** Bytes of the log to skip. */
  offset?: number;
  /** Lines to skip; wins over `offset`. */
  fromLine?: number;
  /** Bytes at most. */
  limit?: number;
  stream?: Stream;
}

/** The log of an attempt as it is now, piece by piece, never all of it in memory. */
export async function* readLog(
  queries: LogQueries,
  jobId: string,
  attempt: number,
  options: ReadOptions,
): AsyncGenerator<Buffer> {
  const { offset = 0, fromLine, stream } = options;
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  let seq =
    fromLine === undefined
      ? await queries.seqBeforeOffset(jobId, attempt, offset)
      : await queries.seqBeforeLine(jobId, attempt, fromLine);
  for (;;) {
    const chunks = await queries.after(jobId, attempt, seq);
    if (chunks.length === 0) return;
    for (const chunk of chunks) {
      seq = chunk.seq;
      if (stream !== undefined && chunk.stream !== stream) continue;
      const text = textOf(chunk);
      const skip =
        fromLine === undefined
          ? Math.max(0, offset - chunk.log_offset)
          : endOfLines(text, fromLine - chunk.line);
      const piece = text.subarray(skip, skip + left);
      left -= piece.length;
      if (piece.length > 0) yield piece;
      if (left <= 0) return;
    }
  }
}

/** The position behind the first `count` line breaks; the whole length where there are fewer. */
export function endOfLines(text: Buffer, count: number): number {
  let at = 0;
  for (let line = 0; line < count; line++) {
    const next = text.indexOf(10, at);
    if (next === -1) return text.length;
    at = next + 1;
  }
  return at;
}
