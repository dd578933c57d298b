import type { LogKey, LogQueries } from './queries.ts';
import { endOfLines, LINE_BREAK, textOf } from './text.ts';

/** Where reading begins: behind some bytes of the whole log, or some lines of the text that is asked for. */
export type Start = { offset: number } | { line: number };

/**
 * The log of an attempt as it is now, piece by piece, never all of it in memory.
 * @param limit Bytes at most.
 */
export async function* readLog(
  queries: LogQueries,
  key: LogKey,
  start: Start,
  limit: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  let left = limit;
  if (left <= 0) return;
  const place = 'line' in start ? await queries.atLine(key, start.line) : undefined;
  let seq = (place?.seq ?? (await queries.atOffset(key, 'offset' in start ? start.offset : 0))) - 1;
  let isFirst = true;
  for (;;) {
    const chunks = await queries.after(key, seq);
    if (chunks.length === 0) return;
    for (const chunk of chunks) {
      seq = chunk.seq;
      const text = textOf(chunk);
      let skip = 0;
      if ('offset' in start) skip = Math.max(0, start.offset - chunk.log_offset);
      else if (isFirst) skip = endOfLines(text, start.line - (place?.breaks ?? 0));
      isFirst = false;
      const piece = text.subarray(skip, skip + left);
      left -= piece.length;
      if (piece.length > 0) yield piece;
      if (left <= 0) return;
    }
  }
}

/** The same, for an answer that has told its length: an end before it must not pass for the end of the log. */
export async function* readExactly(
  queries: LogQueries,
  key: LogKey,
  offset: number,
  length: number,
): AsyncGenerator<Buffer> {
  let left = length;
  for await (const piece of readLog(queries, key, { offset }, length)) {
    left -= piece.length;
    yield piece;
  }
  if (left > 0) throw new Error(`${left} bytes of the log ${key.jobId} were deleted while it was read`);
}

/** How many lines there are now: a last one without a break counts. */
export async function countLines(queries: LogQueries, key: LogKey, breaks: number): Promise<number> {
  const last = await queries.last(key);
  if (last === undefined) return 0;
  return breaks + (textOf(last).at(-1) === LINE_BREAK ? 0 : 1);
}

/** Bytes of the whole log before the last `count` lines. */
export async function offsetOfTail(queries: LogQueries, key: LogKey, count: number): Promise<number> {
  const extent = await queries.extent(key);
  if (extent === undefined) return 0;
  if (count === 0) return extent.bytes;
  const line = Math.max(0, (await countLines(queries, key, extent.breaks)) - count);
  const { seq, breaks } = await queries.atLine(key, line);
  const [chunk] = await queries.after(key, seq - 1, 1);
  return chunk === undefined ? 0 : chunk.log_offset + endOfLines(textOf(chunk), line - breaks);
}
