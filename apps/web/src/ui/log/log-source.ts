import type { LogLine, LogLines } from '@argus/contract';
import { parseAnsi, type AnsiStyle } from './ansi.ts';

/** The look that each stream has left switched on. */
type Looks = Partial<Record<LogLine['stream'], AnsiStyle>>;

/** A line as the page holds it. */
export interface HeldLine extends LogLine {
  /** How it begins. */
  looks: Looks;
}

/** Reads lines: from one on, or the last ones. */
export type ReadLines = (
  wanted: { from_line: number; limit: number } | { tail: number },
  signal: AbortSignal,
) => Promise<LogLines>;

/** Lines read at once. */
const PAGE = 250;
/** Beside what is in sight so many lines are held; more distant ones go. */
export const HELD_AROUND = 5_000;
/** A page at either side of what is in sight is read ahead. */
const AHEAD = 100;

const PLAIN: Looks = {};

/**
 * Holds the part of a log around what is in sight, however long the log is: what is scrolled to is read, what is far away
 * is dropped. It stands beside React, since a log grows faster than a page can draw.
 */
export class LogSource {
  readonly #read: ReadLines;
  readonly #lines = new Map<number, HeldLine>();
  readonly #listeners = new Set<() => void>();
  #closed = new AbortController();
  #count: number | undefined;
  #wanted = { from: 0, to: 0 };
  /** Whether the end of the log is wanted, wherever it is. */
  #wantsEnd = false;
  /** The last line may go on: it is read again once the log has grown. */
  #isEndOld = false;
  #reading: AbortController | undefined;
  /** First line of the page that is being read; undefined where it is the end. */
  #page: number | undefined;
  #version = 0;
  #error: unknown;

  constructor(read: ReadLines) {
    this.#read = read;
  }

  /** How many lines there are; undefined until that is known. */
  get count(): number | undefined {
    return this.#count;
  }

  /** Why lines could not be read. */
  get error(): unknown {
    return this.#error;
  }

  get held(): number {
    return this.#lines.size;
  }

  line(index: number): HeldLine | undefined {
    return this.#lines.get(index);
  }

  /** Reads what is missing of these lines; what was asked for before is not needed any more. */
  want(from: number, to: number, end: boolean): void {
    this.#wanted = { from, to };
    this.#wantsEnd = end;
    const page = this.#page;
    // what was scrolled past is not waited for
    if (page !== undefined && (page > to + AHEAD || page + PAGE < from - AHEAD)) {
      this.#reading?.abort();
      this.#reading = undefined;
    }
    this.#pump();
  }

  /** The log has grown. */
  grew(): void {
    this.#isEndOld = true;
    this.#pump();
  }

  /** Reads on after it was closed: pages are left and come back to. */
  open(): void {
    if (!this.#closed.signal.aborted) return;
    this.#closed = new AbortController();
    this.#isEndOld = true;
    this.#pump();
  }

  /** Reads nothing any more. */
  close(): void {
    this.#closed.abort();
    this.#reading = undefined;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;

  /** Reads one thing at a time: when it is there, what matters then is looked at anew. */
  #pump(): void {
    if (this.#closed.signal.aborted || this.#reading) return;
    const next = this.#next();
    if (next === undefined) return;
    const reading = new AbortController();
    const closed = this.#closed.signal;
    this.#reading = reading;
    this.#page = 'tail' in next ? undefined : next.from_line;
    if ('tail' in next) this.#isEndOld = false;
    this.#read(next, AbortSignal.any([reading.signal, closed]))
      .then(
        (lines) => {
          if (reading.signal.aborted) return;
          this.#error = undefined;
          this.#take(lines);
        },
        (error: unknown) => {
          if (reading.signal.aborted || closed.aborted) return;
          this.#error = error;
          this.#changed();
        },
      )
      .finally(() => {
        if (this.#reading !== reading) return;
        this.#reading = undefined;
        if (this.#error === undefined) this.#pump();
      });
  }

  #next(): Parameters<ReadLines>[0] | undefined {
    if (this.#count === undefined) {
      const { from } = this.#wanted;
      return this.#wantsEnd ? { tail: PAGE } : { from_line: Math.max(0, from - AHEAD), limit: PAGE };
    }
    // how long it is must be known, even where its end is not in sight
    if (this.#isEndOld) return { tail: this.#wantsEnd ? PAGE : 1 };
    const from = Math.max(0, this.#wanted.from - AHEAD);
    const to = Math.min(this.#count, this.#wanted.to + AHEAD);
    const missing =
      this.#firstMissing(this.#wanted.from, Math.min(this.#count, this.#wanted.to)) ??
      this.#firstMissing(from, to);
    if (missing === undefined) return undefined;
    // scrolling up, the page that ends with the missing line
    let begin = missing;
    while (begin > 0 && missing - begin < PAGE / 2 && !this.#lines.has(begin - 1)) begin--;
    return { from_line: begin, limit: PAGE };
  }

  #firstMissing(from: number, to: number): number | undefined {
    for (let index = from; index < to; index++) if (!this.#lines.has(index)) return index;
    return undefined;
  }

  #take({ from_line: from, lines, total_lines: total }: LogLines): void {
    for (const [position, line] of lines.entries()) {
      const index = from + position;
      this.#lines.set(index, { ...line, looks: looksAfter(this.#lines.get(index - 1)) });
    }
    // the last line was short of its end when it was read before
    if (this.#count !== undefined && total > this.#count && from > this.#count - 1)
      this.#lines.delete(this.#count - 1);
    this.#count = Math.max(total, this.#count ?? 0);
    const { from: first, to: last } = this.#wanted;
    if (this.#lines.size > 2 * HELD_AROUND + PAGE)
      for (const index of this.#lines.keys())
        if ((index < first - HELD_AROUND || index > last + HELD_AROUND) && index < total - PAGE)
          this.#lines.delete(index);
    this.#changed();
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function looksAfter(line: HeldLine | undefined): Looks {
  if (line === undefined) return PLAIN;
  if (!line.text.includes('\u{1b}')) return line.looks;
  let { looks } = line;
  for (const { stream, text } of partsOf(line))
    looks = { ...looks, [stream]: parseAnsi(text, looks[stream] ?? {}).end };
  return looks;
}

/** What each stream wrote to a line, in order. */
export function partsOf(line: LogLine): NonNullable<LogLine['parts']> {
  return line.parts ?? [line];
}

/** A line as a terminal would leave it: what a carriage return overwrites is gone. Answers where what is left begins. */
export function visibleFrom(text: string): { from: number; to: number } {
  const to = text.endsWith('\r') ? text.length - 1 : text.length;
  return { from: text.lastIndexOf('\r', to - 1) + 1, to };
}
