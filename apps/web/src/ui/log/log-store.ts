import type { LogPiece } from '@argus/contract';
import { parseAnsi, type AnsiStyle } from './ansi.ts';

export interface LogLine {
  /** Counts the lines of the whole log from 1. */
  number: number;
  stream: LogPiece['stream'];
  text: string;
  /** The look that earlier lines of the stream left switched on. */
  start: AnsiStyle;
  /** Characters that were left out at its end. */
  hidden: number;
}

/** More lines than these are not held: the oldest go. */
export const LINES_HELD = 200_000;
/** Lines go in batches, since each batch moves the whole list. */
const LINES_SLACK = 10_000;
/** A line longer than this is cut for the eye; the downloaded log has it whole. */
export const LINE_SHOWN = 10_000;

const PLAIN: AnsiStyle = {};

/** Holds the log of one job beside React: pieces come faster than a page can draw. */
export class LogStore {
  #lines: LogLine[] = [];
  #open = false;
  #end = -1;
  #dropped = 0;
  #looks: Partial<Record<LogPiece['stream'], AnsiStyle>> = {};
  #version = 0;
  #frame: number | undefined;
  readonly #listeners = new Set<() => void>();

  get length(): number {
    return this.#lines.length;
  }

  /** How many lines have gone from the front so far. */
  get dropped(): number {
    return this.#dropped;
  }

  line(index: number): LogLine | undefined {
    return this.#lines[index];
  }

  /** Takes the next piece of the log. A piece that was seen already, as after a reconnection, changes nothing. */
  append(piece: Pick<LogPiece, 'text' | 'stream' | 'line' | 'end'>): void {
    if (piece.end <= this.#end) return;
    this.#end = piece.end;
    const parts = piece.text.split('\n');
    parts.forEach((part, index) => {
      const last = index === parts.length - 1;
      if (last && part === '') return;
      this.#add(part, piece.stream, piece.line + index + 1);
      if (!last) this.#close();
    });
    if (this.#lines.length > LINES_HELD + LINES_SLACK) this.#drop(this.#lines.length - LINES_HELD);
    this.#changed();
  }

  /** Forgets everything: another attempt has a log of its own. */
  clear(): void {
    this.#lines = [];
    this.#open = false;
    this.#end = -1;
    this.#dropped = 0;
    this.#looks = {};
    this.#changed();
  }

  /** Calls the listener at most once per frame. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;

  #add(text: string, stream: LogPiece['stream'], number: number): void {
    const open = this.#open ? this.#lines.at(-1) : undefined;
    // two streams may share a line of the log: they are shown one below the other, under its number
    const line =
      open?.stream === stream
        ? open
        : { number, stream, text: '', start: this.#looks[stream] ?? PLAIN, hidden: 0 };
    if (line !== open) {
      if (open) this.#close();
      this.#lines.push(line);
    }
    const room = LINE_SHOWN - line.text.length;
    line.text += text.slice(0, room);
    line.hidden += Math.max(0, text.length - room);
    this.#open = true;
  }

  #close(): void {
    const line = this.#lines.at(-1);
    if (line && this.#open) this.#looks[line.stream] = parseAnsi(line.text, line.start).end;
    this.#open = false;
  }

  #drop(count: number): void {
    this.#lines.splice(0, count);
    this.#dropped += count;
  }

  #changed(): void {
    if (this.#frame !== undefined) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#version += 1;
      for (const listener of this.#listeners) listener();
    });
  }
}

/** A line as a terminal would leave it: what a carriage return overwrites is gone. */
export function visibleText(text: string): string {
  const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
  return whole.slice(whole.lastIndexOf('\r') + 1);
}
