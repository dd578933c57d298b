import type { AttemptRef, EventResult, FinishedEvent, Stream } from '@argus/contract';
import type { EventOut, LogOut } from './packing.ts';
import { ageMs, nowNs } from '../clock.ts';
import { outputPassed } from '../heap.ts';
import { LOG_CHUNK_MAX_BYTES } from '@argus/contract/limits';
import {
  MaskedSource,
  PlainSource,
  SOURCE_START,
  type LogSource,
  type Piece,
  type SourcePlace,
} from './log-source.ts';
import type { Hidden } from '@argus/contract/masks';
import type { AttemptRow, ChunkRow, Journal, Position } from './journal.ts';
import { LogCutter, PARTIAL_LINE_NS, type Chunk } from './log-cutter.ts';
import { bareEnd, blankLog } from './refused.ts';
import type { Spool } from './spool.ts';
import { step } from '../step.ts';

/** A finished event without what is known only when it is sent. */
export type Finished = Omit<FinishedEvent, 'type' | 'job' | 'attempt' | 'lease' | 'last_seq' | 'age_ms'>;

/** What the end of a run may put into the journal at once so that its shim is free, bytes. */
const TAIL_MAX_BYTES = 256 * 1024;
/** While the supervisor does not answer, chunks are cut more seldom, nanoseconds. */
const SPOOL_PARTIAL_NS = 1e9;

interface Waiting extends ChunkRow {
  /** Null where it is only in the spool. */
  data: Buffer | null;
  /** Its bytes were refused: sent in their place. */
  instead?: Buffer | undefined;
}

interface Told {
  body: Finished;
  endedNs: number | null;
  /** What was to be told was refused: told in its place. */
  instead?: Finished | undefined;
}

export interface OutboxParts {
  key: string;
  ref: AttemptRef;
  logLimit: number;
  /** What the log must not show. */
  hidden: Hidden;
  journal: Journal;
  spool: Spool;
  /** Called when output up to this offset is not needed any more: its log is kept here or by the supervisor. */
  kept: (offset: number) => void;
  /** What the journal knows from before a restart. */
  earlier?: AttemptRow;
}

/** What one attempt still has to tell the supervisor, in order: started, the log, finished. */
export class Outbox {
  readonly key: string;
  readonly ref: AttemptRef;
  #parts: OutboxParts;
  #source: LogSource;
  #cutter: LogCutter;
  #chunks: Waiting[] = [];
  #started: { pid: number; startedNs: number } | null = null;
  #finished: Told | null = null;
  #isSameBoot: boolean;
  #isHeldBack = false;
  #kept: SourcePlace;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.key = parts.key;
    this.ref = parts.ref;
    const { earlier } = parts;
    this.#isSameBoot = earlier?.sameBoot ?? true;
    const rows = earlier ? parts.journal.chunks(parts.key) : [];
    const spooled = rows.filter((row) => row.spooled);
    this.#chunks = spooled.map((row) => ({ ...row, data: null }));
    const from = positionAfter(spooled.at(-1)) ?? earlier?.acked ?? { seq: 0, offset: 0, line: 0 };
    this.#source = parts.hidden.isEmpty
      ? new PlainSource(from.offset)
      : new MaskedSource(parts.hidden, earlier?.source ?? SOURCE_START);
    this.#kept = this.#source.placeBefore(from.offset);
    this.#cutter = new LogCutter({
      from,
      limit: parts.logLimit,
      planned: rows.filter((row) => !row.spooled),
    });
    if (earlier?.finished)
      this.#finished = { body: JSON.parse(earlier.finished) as Finished, endedNs: earlier.endedNs };
  }

  get isFinished(): boolean {
    return this.#finished !== null;
  }

  /** Offset from which the shim must still send, and so keep, its output. */
  get neededFrom(): number {
    return this.#kept.raw;
  }

  /** Bytes of log, kept or not. */
  logSize(outputSize: number): number {
    return this.#parts.hidden.isEmpty ? outputSize : this.#source.size;
  }

  /** Whether all output that came in is kept by the supervisor or in the spool. */
  get isKept(): boolean {
    return this.#cutter.pendingBytes === 0 && this.#chunks.every((chunk) => chunk.spooled);
  }

  /** When a partial line is due, by the monotonic clock. */
  get dueNs(): number | null {
    return this.#cutter.dueNs;
  }

  started(pid: number, startedNs: number): void {
    this.#started = { pid, startedNs };
  }

  output(stream: Stream, offset: number, data: Buffer): void {
    outputPassed(data.length);
    this.#take(this.#source.push(stream, offset, data));
    // compressed while the supervisor is busy with what it got before
    this.#cut({ partialBeforeNs: 0, maxChunks: this.#cutter.fullChunks });
    // past the log limit nothing waits for the supervisor
    if (this.#cutter.pendingBytes === 0) this.#reportKept();
  }

  /** All output has come. */
  outputEnded(): void {
    this.#take(this.#source.end());
  }

  /** No more output will come again from a shim: what is missing of it is lost. */
  abandon(): void {
    this.#cutter.abandonPlanned();
  }

  /** The end of the run, after all of its output. Its last output is put into the journal where it is small. */
  finish(body: Finished, endedNs: number): Promise<void> {
    this.outputEnded();
    // first along the borders that the supervisor may know already
    this.#cut({ partialBeforeNs: Infinity, isEnd: true });
    this.abandon();
    this.#cut({ partialBeforeNs: Infinity, isEnd: true });
    const tail = this.#chunks.reduce((sum, chunk) => sum + (chunk.data?.length ?? 0), 0);
    if (tail <= TAIL_MAX_BYTES) this.#spoolChunks();
    this.#finished = { body, endedNs };
    return this.#parts.journal.ended(this.key, JSON.stringify(body), endedNs);
  }

  /** The end is told when this is over, however it goes: something is to be with the supervisor before. */
  async holdBack(before: Promise<void>): Promise<void> {
    this.#isHeldBack = true;
    await before.catch(() => {});
    this.#isHeldBack = false;
  }

  /** Whether it ended because a person stopped it. */
  get wasCancelled(): boolean {
    return this.#finished?.body.stopped_by === 'cancel';
  }

  /** Moves what the supervisor has not answered into the journal, as far as there is room. */
  spool(): void {
    this.#spoolChunks();
    if (this.#chunks.every((chunk) => chunk.spooled)) {
      this.#cut({ partialBeforeNs: nowNs() - SPOOL_PARTIAL_NS });
      this.#spoolChunks();
    }
    for (const chunk of this.#chunks) if (chunk.spooled) chunk.data = null;
    this.#reportKept();
  }

  /**
   * The next events, of about `budget` bytes at most and log of about four times that before compression. What was given before and not answered comes again, unchanged.
   */
  collect(budget: number): EventOut[] {
    const events: EventOut[] = [];
    if (this.#started)
      events.push({
        type: 'started',
        ...this.ref,
        pid: this.#started.pid,
        age_ms: ageMs(this.#started.startedNs),
      });
    let size = 0;
    let logSize = 0;
    let index = 0;
    for (; size < budget && logSize < 4 * budget; index++) {
      if (index === this.#chunks.length)
        this.#cut({
          partialBeforeNs: nowNs() - PARTIAL_LINE_NS,
          maxChunks: Math.ceil((4 * budget - logSize) / LOG_CHUNK_MAX_BYTES),
        });
      const chunk = this.#chunks[index];
      if (!chunk) break;
      const event = this.#logEvent(chunk);
      size += event.data.length;
      logSize += event.bytes;
      events.push(event);
    }
    if (this.#finished && !this.#isHeldBack && index >= this.#chunks.length && this.#cutter.isDrained)
      events.push(this.#finishedEvent(this.#finished));
    return events;
  }

  /** Applies the answers to events that `collect` gave. Says whether something was accepted, and what follows. */
  apply(answers: { event: EventOut; result: EventResult }[]): {
    progress: boolean;
    stale: boolean;
    done: boolean;
    lost: boolean;
    late: boolean;
  } {
    const outcome = { progress: false, stale: false, done: false, lost: false, late: false };
    if (answers.some(({ event }) => event.type === 'log')) step('log.sent');
    if (answers.some(({ event }) => event.type === 'finished')) step('end.sent');
    let acked: Position | undefined;
    for (const { event, result } of answers) {
      if (result.status === 'stale') return { ...outcome, stale: true };
      // of an attempt that was given up only the end is kept, as evidence; its log is over and done with
      outcome.late ||= result.status === 'late';
      const isAccepted = result.status === 'accepted' || result.status === 'late';
      outcome.progress ||= isAccepted;
      if (event.type === 'started' && isAccepted) this.#started = null;
      else if (event.type === 'finished') outcome.done = isAccepted;
      else if (event.type === 'log' && isAccepted) acked = this.#accepted(event.seq) ?? acked;
      if (
        result.status === 'gap' &&
        result.next_seq !== undefined &&
        result.next_seq < (this.#chunks[0]?.seq ?? this.#cutter.lastSeq + 1)
      )
        outcome.lost = true;
    }
    if (acked && !outcome.done) {
      // the shim may let go only of what the journal will not ask for again
      void this.#parts.journal.acknowledged(this.key, acked).then(() => this.#reportKept());
    }
    return outcome;
  }

  /**
   * Puts something that can be delivered in the place of an event that was refused by itself; the journal keeps what it
   * was until all of the attempt is delivered. False where that was refused as well: then it is next told as it was.
   */
  replace(event: EventOut, why: string): boolean {
    if (event.type === 'started') {
      // its end says enough
      this.#started = null;
      return true;
    }
    if (event.type === 'finished') {
      const end = this.#finished;
      if (end) end.instead = end.instead ? undefined : bareEnd(end.body, why);
      return end?.instead !== undefined;
    }
    const chunk = this.#chunks.find(({ seq }) => seq === event.seq);
    if (chunk) chunk.instead = chunk.instead ? undefined : blankLog(chunk);
    return chunk?.instead !== undefined;
  }

  /** Gives the room in the spool back. */
  dispose(): void {
    for (const chunk of this.#chunks) if (chunk.spooled) this.#parts.spool.free(chunk.bytes);
    this.#chunks = [];
  }

  #accepted(seq: number): Position | undefined {
    const head = this.#chunks[0];
    if (head?.seq !== seq) return undefined;
    this.#chunks.shift();
    if (head.spooled) this.#parts.spool.free(head.bytes);
    return positionAfter(head);
  }

  #take(pieces: readonly Piece[]): void {
    const now = nowNs();
    for (const { stream, offset, bytes } of pieces) this.#cutter.push(stream, offset, bytes, now);
  }

  #cut(options: Parameters<LogCutter['cut']>[0]): void {
    for (const chunk of this.#cutter.cut(options)) {
      this.#chunks.push(chunk);
      step('log.cut');
      void this.#parts.journal.cut(this.key, chunk, null);
    }
  }

  #spoolChunks(): void {
    for (const chunk of this.#chunks) {
      if (chunk.spooled || !chunk.data) continue;
      if (!this.#parts.spool.take(chunk.bytes)) return;
      void this.#parts.journal.cut(this.key, chunk, chunk.data);
      chunk.spooled = true;
    }
  }

  #reportKept(): void {
    const held = this.#chunks.find((chunk) => !chunk.spooled);
    const place = this.#source.placeBefore(held ? held.offset : this.#cutter.cutOffset);
    if (place.raw <= this.#kept.raw && place.offset <= this.#kept.offset) return;
    this.#kept = place;
    if (!this.#parts.hidden.isEmpty) void this.#parts.journal.source(this.key, place);
    this.#parts.journal.afterCommit(() => this.#parts.kept(place.raw));
  }

  #logEvent(chunk: Waiting): LogOut {
    const { seq, stream, offset, line, bytes, lines, atNs, instead } = chunk;
    const encoding = instead ? 'zstd' : chunk.encoding;
    const data = instead ?? chunk.data ?? this.#parts.journal.data(this.key, seq);
    return {
      type: 'log',
      ...this.ref,
      seq,
      stream,
      offset,
      line,
      bytes,
      lines,
      encoding,
      data,
      age_ms: this.#age(atNs),
    };
  }

  #finishedEvent({ body, endedNs, instead = body }: Told): FinishedEvent {
    return {
      type: 'finished',
      ...this.ref,
      last_seq: this.#cutter.lastSeq,
      ...instead,
      age_ms: endedNs === null ? null : this.#age(endedNs),
    };
  }

  #age(ns: number): number | null {
    return this.#isSameBoot ? ageMs(ns) : null;
  }
}

function positionAfter(chunk: ChunkRow | Chunk | undefined): Position | undefined {
  return chunk && { seq: chunk.seq, offset: chunk.offset + chunk.bytes, line: chunk.line + chunk.lines };
}
