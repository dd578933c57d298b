import type { LogMatch, Stream } from '@argus/contract';
import { breaksBetween, headOf, LINE_BREAK, LINE_SHOWN_BYTES } from '../text.ts';
import type { Finder, LineFinder } from './finder.ts';

/** A chunk as it is searched. */
export interface SearchedChunk {
  stream: Stream;
  /** Bytes and line breaks of the whole log before it. */
  offset: number;
  line: number;
  /** Line breaks in it. */
  lines: number;
  /** When it arrived, milliseconds since 1970. */
  at: number;
  text: Buffer;
}

export interface ScanOptions {
  finder: Finder;
  /** Line breaks of the searched text before the first chunk. */
  index: number;
  /** Whether the line that goes on in the first chunk, or begins with it, belongs to the part before. */
  skipFirst: boolean;
  /** Only lines from this one on. */
  fromLine: number;
  /** Matches to keep. */
  limit: number;
  /** Whether to go on behind the last match kept, and count. */
  total: boolean;
}

export interface Block {
  index: number;
  lines: number;
}

/** A block of matches is read with one request. */
export const BLOCK_LINES = 1000;

/**
 * Searches the lines of consecutive chunks. A line is what lies between two line breaks of their joined text, whatever
 * chunks or streams it is cut into; of a line longer than a chunk no more is kept than what is shown of it.
 */
export class Scan {
  readonly matches: LogMatch[] = [];
  readonly blocks: Block[] = [];
  readonly #options: ScanOptions;
  #index: number;
  #skipping: boolean;
  #open: OpenLine | undefined;
  #isDone = false;
  #next: number | undefined;

  constructor(options: ScanOptions) {
    this.#options = options;
    this.#index = options.index;
    this.#skipping = options.skipFirst;
  }

  /** Whether there is nothing more to find: enough was found, or the last line was seen. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether it ended with the last match wanted. */
  get isEnough(): boolean {
    return this.#next !== undefined;
  }

  /** The first line that was not looked at. */
  get next(): number {
    return this.#next ?? this.#index;
  }

  push(chunk: SearchedChunk): void {
    if (this.#isDone) return;
    const { text } = chunk;
    const after = this.#index + chunk.lines;
    let at = this.#closeFirst(chunk);
    if (at === -1) return;
    const end = text.lastIndexOf(LINE_BREAK) + 1;
    if (at < end) this.#wholeLines(chunk, at, end);
    if (this.#isDone) return;
    this.#index = after;
    at = Math.max(at, end);
    if (at < text.length) this.#openLine(chunk, at);
  }

  /** The first line of the next part, which began here: looked at up to its end. */
  pushRest(chunk: SearchedChunk): void {
    if (this.#isDone) return;
    // a line that fills all of this part belongs to the part in which it began
    if (this.#skipping || this.#closeFirst(chunk, true) !== -1) this.#isDone = true;
  }

  /** There is no more of the log: its last line has no break. */
  end(): void {
    if (this.#open && !this.#isDone) this.#close(this.#open);
    this.#isDone = true;
  }

  /** Ends the line that is open, if one is; answers where the next one begins, -1 where none does. */
  #closeFirst(chunk: SearchedChunk, isRest = false): number {
    const { text } = chunk;
    if (!this.#skipping && !this.#open && !isRest) return 0;
    const found = text.indexOf(LINE_BREAK);
    if (!this.#skipping) {
      this.#open ??= new OpenLine(this.#options.finder, chunk, chunk.line, 0);
      this.#open.push(text.subarray(0, found === -1 ? text.length : found));
    }
    if (found === -1) return -1;
    if (!this.#skipping) this.#close(this.#open as OpenLine);
    this.#open = undefined;
    this.#skipping = false;
    this.#index++;
    return this.#isDone ? -1 : found + 1;
  }

  #wholeLines(chunk: SearchedChunk, from: number, to: number): void {
    const { text } = chunk;
    const { finder, fromLine } = this.#options;
    let at = from;
    if (this.#index < fromLine) {
      for (; this.#index < fromLine && at < to; this.#index++) at = text.indexOf(LINE_BREAK, at) + 1;
    }
    let counted = at;
    while (at < to) {
      const found = finder.next(text, at, to);
      if (found === -1) return;
      const begin = found === 0 ? 0 : text.lastIndexOf(LINE_BREAK, found - 1) + 1;
      const end = text.indexOf(LINE_BREAK, found);
      this.#index += breaksBetween(text, counted, begin);
      counted = begin;
      this.#found(() => {
        const line = chunk.line + breaksBetween(text, 0, begin);
        return matchOf(text.subarray(begin, end), end - begin, chunk, line, begin);
      });
      if (this.#isDone) return;
      at = end + 1;
    }
  }

  #openLine(chunk: SearchedChunk, at: number): void {
    const line = chunk.line + chunk.lines;
    this.#open = new OpenLine(this.#options.finder, chunk, line, at);
    this.#open.push(chunk.text.subarray(at));
  }

  #close(open: OpenLine): void {
    if (this.#index >= this.#options.fromLine && open.found()) this.#found(() => open.match());
  }

  #found(makeMatch: () => Omit<LogMatch, 'index' | 'ranges'>): void {
    const { finder, limit, total } = this.#options;
    const index = this.#index;
    if (this.matches.length < limit) {
      const match = makeMatch();
      this.matches.push({ ...match, index, ranges: finder.ranges(match.text) });
    }
    const block = this.blocks.at(-1);
    if (block && block.lines < BLOCK_LINES) block.lines++;
    else this.blocks.push({ index, lines: 1 });
    if (!total && this.matches.length >= limit) {
      this.#isDone = true;
      this.#next = index + 1;
    }
  }
}

/** A line whose end was not seen yet. */
class OpenLine {
  readonly #finder: LineFinder;
  readonly #chunk: Pick<SearchedChunk, 'stream' | 'offset' | 'at'>;
  readonly #line: number;
  readonly #at: number;
  #head = Buffer.alloc(0);
  #bytes = 0;

  constructor(finder: Finder, { stream, offset, at }: SearchedChunk, line: number, begin: number) {
    this.#finder = finder.line();
    this.#chunk = { stream, offset, at };
    this.#line = line;
    this.#at = begin;
  }

  push(bytes: Buffer): void {
    this.#finder.push(bytes);
    this.#bytes += bytes.length;
    // one more than is shown tells where to cut
    const room = LINE_SHOWN_BYTES + 1 - this.#head.length;
    if (room > 0) this.#head = Buffer.concat([this.#head, bytes.subarray(0, room)]);
  }

  found(): boolean {
    return this.#finder.found();
  }

  match(): Omit<LogMatch, 'index' | 'ranges'> {
    return matchOf(this.#head, this.#bytes, this.#chunk, this.#line, this.#at);
  }
}

function matchOf(
  begin: Buffer,
  bytes: number,
  { stream, offset, at }: Pick<SearchedChunk, 'stream' | 'offset' | 'at'>,
  line: number,
  position: number,
): Omit<LogMatch, 'index' | 'ranges'> {
  return {
    line,
    offset: offset + position,
    bytes,
    stream,
    at: new Date(at).toISOString(),
    text: headOf(begin, LINE_SHOWN_BYTES).toString(),
    cut: bytes > LINE_SHOWN_BYTES,
  };
}
