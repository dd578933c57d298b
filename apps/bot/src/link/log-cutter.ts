import { zstdCompressSync, constants } from 'node:zlib';
import type { Stream } from '@argus/contract';
import { LOG_CHUNK_MAX_BYTES } from '@argus/contract/limits';
import type { ChunkRow, Position } from './journal.ts';

/** A partial line waits this long for its rest, nanoseconds. */
export const PARTIAL_LINE_NS = 100e6;
/** Shorter chunks are not worth compressing, bytes. */
const COMPRESS_FROM_BYTES = 256;

/** Into one buffer that mostly holds all: by the usual steps of 16 KiB it takes a third more time. */
const COMPRESSION = { chunkSize: 64 * 1024, params: { [constants.ZSTD_c_compressionLevel]: 1 } };

const LINE_BREAK = 0x0a;

/** A cut chunk; `data` as it is sent (compressed where `encoding` says so). */
export interface Chunk extends ChunkRow {
  data: Buffer;
}

interface Segment {
  stream: Stream;
  parts: Buffer[];
  length: number;
  /** Arrival of the first byte that is still here (at the latest), and of the last. */
  atNs: number;
  lastNs: number;
}

/**
 * Cuts the output of one attempt into the chunks of its log: at line ends where that is possible, in order of arrival,
 * each of one stream and of at most 256 KiB. Bytes are bytes: no encoding is assumed.
 *
 * Chunks that were cut before a restart (`planned`) are cut at the same borders again, since the supervisor may have them
 * already: it knows a chunk by its number.
 */
export class LogCutter {
  #next: Position;
  #limit: number;
  #planned: ChunkRow[];
  #segments: Segment[] = [];
  #pending = 0;
  #received: number;
  #limitSaid: boolean;

  constructor(options: { from: Position; limit: number; planned?: readonly ChunkRow[] }) {
    this.#next = { ...options.from };
    this.#limit = options.limit;
    this.#planned = [...(options.planned ?? [])];
    this.#received = options.from.offset;
    this.#limitSaid = options.from.offset > options.limit;
  }

  /** Bytes that are here and not cut yet. */
  get pendingBytes(): number {
    return this.#pending;
  }

  /** Whether all that came in, and all that is to come again, was cut. */
  get isDrained(): boolean {
    return this.#pending === 0 && this.#planned.length === 0;
  }

  /** Number of the last chunk. */
  get lastSeq(): number {
    return this.#next.seq;
  }

  /** Takes the output from `offset` on; what is known already is skipped. */
  push(stream: Stream, offset: number, bytes: Buffer, atNs: number): void {
    const known = Math.max(0, this.#received - offset);
    if (known >= bytes.length) return;
    const rest = bytes.subarray(known, Math.max(known, this.#limit - offset));
    const isOver = offset + bytes.length > this.#limit;
    this.#received = offset + bytes.length;
    if (rest.length > 0) this.#append(stream, rest, atNs);
    if (isOver && !this.#limitSaid) {
      this.#limitSaid = true;
      this.#append('stderr', Buffer.from(limitNotice(this.#limit)), atNs);
    }
  }

  /**
   * The chunks that are due: whole lines, what another stream followed, a partial line that arrived before
   * `partialBeforeNs`, everything at the end.
   */
  cut(options: { partialBeforeNs: number; isEnd?: boolean; maxChunks?: number }): Chunk[] {
    const { partialBeforeNs, isEnd = false, maxChunks = Infinity } = options;
    const chunks: Chunk[] = [];
    while (chunks.length < maxChunks) {
      const segment = this.#segments[0];
      if (!segment) break;
      const planned = this.#planned[0];
      let size: number;
      if (planned) {
        if (segment.length < planned.bytes) break;
        size = planned.bytes;
      } else {
        const isClosed = this.#segments.length > 1 || isEnd || segment.atNs <= partialBeforeNs;
        size = sizeOfNext(segment, isClosed);
        if (size === 0) break;
      }
      this.#planned.shift();
      chunks.push(this.#take(segment, size));
    }
    return chunks;
  }

  /** How many of the largest chunks have come in whole: cutting them need not wait for anybody. */
  get fullChunks(): number {
    return Math.floor(this.#pending / LOG_CHUNK_MAX_BYTES);
  }

  /** When the oldest partial line is due, by the monotonic clock; null where nothing waits for the clock. */
  get dueNs(): number | null {
    const first = this.#segments[0];
    return first && this.#planned.length === 0 ? first.atNs + PARTIAL_LINE_NS : null;
  }

  /** Bytes of the output, as the shim counts them, up to which all was cut into chunks or dropped. */
  get cutOffset(): number {
    return this.#pending > 0 ? Math.min(this.#next.offset, this.#limit) : this.#received;
  }

  /** No more output can come: chunks that were planned but cannot be filled are given up. */
  abandonPlanned(): void {
    this.#planned = [];
  }

  #append(stream: Stream, bytes: Buffer, atNs: number): void {
    const last = this.#segments.at(-1);
    if (last?.stream === stream) {
      last.parts.push(bytes);
      last.length += bytes.length;
      last.lastNs = atNs;
    } else this.#segments.push({ stream, parts: [bytes], length: bytes.length, atNs, lastNs: atNs });
    this.#pending += bytes.length;
  }

  #take(segment: Segment, size: number): Chunk {
    const whole = joined(segment);
    const bytes = whole.subarray(0, size);
    const atNs = segment.atNs;
    if (size === segment.length) this.#segments.shift();
    else {
      segment.parts = [whole.subarray(size)];
      segment.length -= size;
      segment.atNs = segment.lastNs;
    }
    this.#pending -= size;
    const { seq, offset, line } = this.#next;
    const lines = countLineBreaks(bytes);
    this.#next = { seq: seq + 1, offset: offset + size, line: line + lines };
    const packed = pack(bytes);
    return {
      seq: seq + 1,
      stream: segment.stream,
      offset,
      line,
      bytes: size,
      lines,
      atNs,
      spooled: false,
      ...packed,
    };
  }
}

/** How much of a segment makes the next chunk; 0 where its rest should still wait. */
function sizeOfNext(segment: Segment, isClosed: boolean): number {
  if (isClosed && segment.length <= LOG_CHUNK_MAX_BYTES) return segment.length;
  const lastBreak = joined(segment).subarray(0, LOG_CHUNK_MAX_BYTES).lastIndexOf(LINE_BREAK);
  if (lastBreak >= 0) return lastBreak + 1;
  return segment.length >= LOG_CHUNK_MAX_BYTES ? LOG_CHUNK_MAX_BYTES : 0;
}

function joined(segment: Segment): Buffer {
  const [first, ...more] = segment.parts;
  if (first && more.length === 0) return first;
  const whole = Buffer.concat(segment.parts, segment.length);
  segment.parts = [whole];
  return whole;
}

function pack(bytes: Buffer): Pick<Chunk, 'encoding' | 'data'> {
  if (bytes.length >= COMPRESS_FROM_BYTES) {
    const data = zstdCompressSync(bytes, COMPRESSION);
    if (data.length < bytes.length) return { encoding: 'zstd', data };
  }
  return { encoding: 'identity', data: Buffer.from(bytes) };
}

function countLineBreaks(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_BREAK); at >= 0; at = bytes.indexOf(LINE_BREAK, at + 1)) count++;
  return count;
}

/** The last chunk of a log that reached its limit. It begins a line, since the limit may have cut one. */
export function limitNotice(limit: number): string {
  return `\n… log limit of ${sizeInWords(limit)} reached, the rest is not kept\n`;
}

function sizeInWords(bytes: number): string {
  const unit = [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ].find(([, size]) => bytes >= Number(size) && bytes % Number(size) === 0);
  return unit ? `${bytes / Number(unit[1])} ${unit[0]}` : `${bytes} bytes`;
}
