import type { LogLine, LogLines, Stream } from '@argus/contract';
import type { Chunk, LogKey, LogQueries } from './queries.ts';
import { countLines } from './read.ts';
import { endOfLines, headOf, LINE_BREAK, LINE_SHOWN_BYTES, breaksBetween, textOf } from './text.ts';

/** Chunks for the first look: lines are mostly in one or two. */
const FIRST_LOOK = 2;

export type LinesWanted = { fromLine: number; limit: number } | { tail: number };

/** Some lines of a log by their number, in memory that depends neither on the log's nor on a line's length. */
export async function readLines(queries: LogQueries, key: LogKey, wanted: LinesWanted): Promise<LogLines> {
  const extent = await queries.extent(key);
  const breaks = key.stream === undefined ? (extent?.breaks ?? 0) : await queries.breaksOfStream(key);
  const total = extent === undefined ? 0 : await countLines(queries, key, breaks);
  const from = 'tail' in wanted ? Math.max(0, total - wanted.tail) : wanted.fromLine;
  const limit = 'tail' in wanted ? wanted.tail : wanted.limit;
  const lines = from < total ? await linesFrom(queries, key, from, limit) : [];
  return {
    attempt: key.attempt,
    from_line: from,
    lines,
    // it may have grown since it was counted
    total_lines: Math.max(total, lines.length && from + lines.length),
    total_bytes: extent?.bytes ?? 0,
  };
}

async function linesFrom(queries: LogQueries, key: LogKey, from: number, limit: number): Promise<LogLine[]> {
  const place = await queries.atLine(key, from);
  const lines: LogLine[] = [];
  let open: OpenLine | undefined;
  let seq = place.seq - 1;
  let isFirst = true;
  for (;;) {
    // the rest of a very long line is counted, not read
    if (open?.isFull) {
      const next = await queries.nextBreak(key, seq);
      open.skip(next.bytes);
      if (next.seq === null) break;
      seq = next.seq - 1;
    }
    const chunks = await queries.after(key, seq, isFirst || open?.isFull ? FIRST_LOOK : undefined);
    if (chunks.length === 0) break;
    for (const chunk of chunks) {
      seq = chunk.seq;
      const text = textOf(chunk);
      let at = isFirst ? endOfLines(text, from - place.breaks) : 0;
      let line = chunk.line + (isFirst ? breaksBetween(text, 0, at) : 0);
      isFirst = false;
      while (at < text.length) {
        const end = text.indexOf(LINE_BREAK, at);
        open ??= new OpenLine(chunk, line, chunk.log_offset + at);
        open.add(chunk.stream, text.subarray(at, end === -1 ? text.length : end));
        if (end === -1) break;
        lines.push(open.close());
        if (lines.length === limit) return lines;
        open = undefined;
        at = end + 1;
        line++;
      }
      if (open?.isFull) break;
    }
  }
  if (open) lines.push(open.close());
  return lines;
}

/** A line whose end was not seen yet: only its begin is kept. */
class OpenLine {
  readonly #parts: { stream: Stream; pieces: Buffer[] }[] = [];
  readonly #begin: Pick<LogLine, 'line' | 'offset' | 'stream' | 'at'>;
  #bytes = 0;
  #kept = 0;

  constructor(chunk: Chunk, line: number, offset: number) {
    this.#begin = { line, offset, stream: chunk.stream, at: chunk.at.toISOString() };
  }

  get isFull(): boolean {
    return this.#bytes > LINE_SHOWN_BYTES;
  }

  add(stream: Stream, bytes: Buffer): void {
    const room = LINE_SHOWN_BYTES - this.#kept;
    this.#bytes += bytes.length;
    if (room <= 0 || bytes.length === 0) return;
    const kept = headOf(bytes, room);
    // what was cut off once must not go on with the next piece
    this.#kept = kept.length < bytes.length ? LINE_SHOWN_BYTES : this.#kept + kept.length;
    const last = this.#parts.at(-1);
    if (last?.stream === stream) last.pieces.push(kept);
    else this.#parts.push({ stream, pieces: [kept] });
  }

  skip(bytes: number): void {
    this.#bytes += bytes;
  }

  close(): LogLine {
    const parts = this.#parts.map(({ stream, pieces }) => ({
      stream,
      text: Buffer.concat(pieces).toString(),
    }));
    return {
      ...this.#begin,
      bytes: this.#bytes,
      text: parts.map(({ text }) => text).join(''),
      cut: this.#bytes > LINE_SHOWN_BYTES,
      ...(parts.length > 1 && { parts }),
    };
  }
}
