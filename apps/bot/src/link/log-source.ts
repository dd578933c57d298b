import type { Stream } from '@argus/contract';
import { MASK_MIN_BYTES, MaskStream, NOTHING_WAITS, type Hidden, type Waiting } from '@argus/contract/masks';

/**
 * A place from which the log can be made again: the output up to `raw` (both streams, as the shim counts it) gave the
 * log up to `offset`, but for what waits.
 */
export interface SourcePlace {
  raw: number;
  offset: number;
  waiting: Record<Stream, Waiting>;
}

export const SOURCE_START: SourcePlace = {
  raw: 0,
  offset: 0,
  waiting: { stdout: NOTHING_WAITS, stderr: NOTHING_WAITS },
};

/** A piece of the log, from `offset` on. */
export interface Piece {
  stream: Stream;
  offset: number;
  bytes: Buffer;
}

/** Makes the log of an attempt out of the output of its script. */
export interface LogSource {
  /** Output of both streams that came in, bytes. */
  readonly raw: number;
  /** Bytes of log that came out. */
  readonly size: number;
  /** Takes the output from `raw` on; what is known already is skipped. */
  push(stream: Stream, raw: number, bytes: Buffer): Piece[];
  /** No more output comes: gives what waits. */
  end(): Piece[];
  /** The last place whose log is all before `offset`. Earlier ones are not asked for any more. */
  placeBefore(offset: number): SourcePlace;
}

/** Where nothing is masked the log is the output itself. */
export class PlainSource implements LogSource {
  #at: number;

  constructor(from: number) {
    this.#at = from;
  }

  get raw(): number {
    return this.#at;
  }

  get size(): number {
    return this.#at;
  }

  push(stream: Stream, raw: number, bytes: Buffer): Piece[] {
    this.#at = Math.max(this.#at, raw + bytes.length);
    return [{ stream, offset: raw, bytes }];
  }

  end(): Piece[] {
    return [];
  }

  placeBefore(offset: number): SourcePlace {
    return { ...SOURCE_START, raw: offset, offset };
  }
}

/**
 * The log with its masks. What it gives depends on the output alone, so that after a restart the same log comes again
 * from any of its places.
 */
export class MaskedSource implements LogSource {
  #hidden: Hidden;
  #from: SourcePlace;
  #streams: Record<Stream, MaskStream | null> | undefined;
  #places: SourcePlace[];
  #raw: number;
  #size: number;

  constructor(hidden: Hidden, from: SourcePlace) {
    this.#hidden = hidden;
    this.#from = from;
    this.#places = [from];
    this.#raw = from.raw;
    this.#size = from.offset;
  }

  get raw(): number {
    return this.#raw;
  }

  get size(): number {
    return this.#size;
  }

  push(stream: Stream, raw: number, bytes: Buffer): Piece[] {
    const known = Math.max(0, this.#raw - raw);
    if (known >= bytes.length) return [];
    const streams = this.#opened();
    const pieces: Piece[] = [];
    if (this.#raw === 0 && this.#size === 0)
      this.#give(pieces, 'stderr', shortNotice(this.#hidden.compiled.tooShort));
    // a shim lets go only of what is past the limit of the log before it is asked for again
    this.#size += Math.max(0, raw - this.#raw);
    const rest = bytes.subarray(known);
    this.#give(pieces, stream, streams[stream]?.push(rest) ?? rest);
    this.#raw = raw + bytes.length;
    this.#remember();
    return pieces;
  }

  end(): Piece[] {
    const pieces: Piece[] = [];
    const waits = Object.values(this.#from.waiting).some(({ held }) => held.length > 0);
    if (!this.#streams && !waits) return pieces;
    const streams = this.#opened();
    for (const stream of ['stdout', 'stderr'] as const)
      this.#give(pieces, stream, streams[stream]?.end() ?? NOTHING_WAITS.held);
    this.#remember();
    return pieces;
  }

  placeBefore(offset: number): SourcePlace {
    const later = this.#places.findIndex((place) => place.offset > offset);
    if (later !== 0) this.#places = this.#places.slice(later < 0 ? -1 : later - 1);
    return this.#places[0]!;
  }

  #opened(): Record<Stream, MaskStream | null> {
    if (!this.#streams) {
      const { masks } = this.#hidden.compiled;
      const open = (waiting: Waiting) => masks && new MaskStream(masks, waiting);
      const { stdout, stderr } = this.#from.waiting;
      this.#streams = { stdout: open(stdout), stderr: open(stderr) };
    }
    return this.#streams;
  }

  #give(pieces: Piece[], stream: Stream, bytes: Buffer): void {
    if (bytes.length === 0) return;
    pieces.push({ stream, offset: this.#size, bytes });
    this.#size += bytes.length;
  }

  #remember(): void {
    const { stdout, stderr } = this.#opened();
    const waiting = {
      stdout: stdout?.waiting ?? NOTHING_WAITS,
      stderr: stderr?.waiting ?? NOTHING_WAITS,
    };
    // of places with the same log before them the last one is enough
    if (this.#places.at(-1)?.offset === this.#size) this.#places.pop();
    this.#places.push({ raw: this.#raw, offset: this.#size, waiting });
  }
}

function shortNotice(tooShort: number): Buffer {
  if (tooShort === 0) return NOTHING_WAITS.held;
  const values = tooShort === 1 ? 'a masked value is' : `${tooShort} masked values are`;
  return Buffer.from(`… ${values} shorter than ${MASK_MIN_BYTES} bytes and not hidden in this log\n`);
}

/** A place as the journal keeps it. */
export function placeToText({ raw, offset, waiting }: SourcePlace): string {
  const text = ({ held, covered, run }: Waiting) => ({ held: held.toString('base64'), covered, run });
  return JSON.stringify({ raw, offset, stdout: text(waiting.stdout), stderr: text(waiting.stderr) });
}

export function placeFromText(text: string): SourcePlace {
  const { raw, offset, stdout, stderr } = JSON.parse(text) as Record<'raw' | 'offset', number> &
    Record<Stream, { held: string; covered: number; run: number }>;
  const waiting = (kept: typeof stdout) => ({ ...kept, held: Buffer.from(kept.held, 'base64') });
  return { raw, offset, waiting: { stdout: waiting(stdout), stderr: waiting(stderr) } };
}
