import type { AttemptRef, EventsResponse, Instruction } from '@argus/contract';
import { nowNs } from '../clock.ts';
import { PROTOCOL_VERSION } from '@argus/contract/limits';
import { reasonOf, type Log } from '../log.ts';
import { Backoff } from './backoff.ts';
import type { Journal } from './journal.ts';
import type { Outbox } from './outbox.ts';
import type { EventOut, EventsOut } from './packing.ts';
import { isOfContent } from './refused.ts';
import type { VersionedHttp } from './versions.ts';

const REQUEST_MAX_BYTES = 4 * 1024 * 1024;
const REQUEST_MAX_EVENTS = 1000;
/** One attempt takes at least this share of a request. */
const SHARE_MIN_BYTES = 256 * 1024;
const TIMEOUT_MS = 30_000;
/** An answer that takes longer is no reason yet to give up, but to keep the log elsewhere. */
const STALLED_MS = 2_000;
const SPOOL_EVERY_MS = 50;
/**
 * What is no end waits this long for more: a short run is then told in one request instead of three, and its report
 * does not take the processor from the script that just starts. Live logs have 200 ms to reach a reader.
 */
const GATHER_MS = 15;
/** What is refused by itself, and cannot be put in another way, is tried again after this long. */
const REFUSED_AGAIN_MS = 5_000;

type Batch = { outbox: Outbox; event: EventOut }[];

export interface EventSenderParts {
  http: VersionedHttp;
  journal: Journal;
  log: Log;
  outboxes: () => Iterable<Outbox>;
  /** The supervisor gave the attempt to somebody else, or to nobody. */
  stale: (outbox: Outbox) => void;
  /** The supervisor gave the attempt up and wants to know no more than its end. */
  late: (outbox: Outbox) => void;
  /** The supervisor has all of the attempt. */
  done: (outbox: Outbox) => void;
  /** Whether more work is welcome with an answer. */
  wantsMore: () => boolean;
  take: (instructions: Instruction[], sentAtNs: number) => Promise<void>;
  /** A request that was sent at this time and named these attempts was answered. */
  renewed: (sentAtNs: number, named: Iterable<Pick<AttemptRef, 'job' | 'attempt'>>) => void;
}

/**
 * Sends what happened, one request at a time; what happens meanwhile goes with the next one. Where a request is refused
 * for what it says, the attempts in it are sent one by one, and the one that is refused by itself in halves, until it is
 * clear which event it is: that one is put in another way, or waits, and no other waits for it.
 */
export class EventSender {
  #parts: EventSenderParts;
  #backoff = new Backoff();
  #wake = Promise.withResolvers<void>();
  #hurry = Promise.withResolvers<void>();
  #isAnswered = true;
  #isIdle = true;
  #spoolTimer: NodeJS.Timeout | undefined;
  #lineTimer: NodeJS.Timeout | undefined;
  #maxEvents = REQUEST_MAX_EVENTS;
  /** Whose turn it is to be first. */
  #turn = 0;
  /** Had a part in a request that was refused for what it says: each is sent by itself next. */
  #suspects = new Set<Outbox>();
  /** Until when nothing is sent of those whose event was refused for good, monotonic. */
  #waiting = new Map<Outbox, number>();

  constructor(parts: EventSenderParts) {
    this.#parts = parts;
  }

  /** Something is to be sent; an end frees a slot, so it goes at once. */
  nudge({ hurry = false } = {}): void {
    this.#wake.resolve();
    if (hurry) this.#hurry.resolve();
    if (!this.#isAnswered) this.#spoolSoon();
  }

  /** Sends until the signal; what is not answered then stays in the journal. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.nudge({ hurry: true }), { once: true });
    while (!signal.aborted) {
      const batch = this.#collect();
      if (batch.length > 0) {
        await this.#send(batch, signal);
        continue;
      }
      this.#isIdle = true;
      this.#wakeWhenDue();
      await this.#wake.promise;
      await this.#gather();
      this.#wake = Promise.withResolvers<void>();
      this.#hurry = Promise.withResolvers<void>();
      clearTimeout(this.#lineTimer);
      this.#isIdle = false;
    }
    clearTimeout(this.#spoolTimer);
    clearTimeout(this.#lineTimer);
  }

  async #gather(): Promise<void> {
    const gathered = Promise.withResolvers<void>();
    const timer = setTimeout(gathered.resolve, GATHER_MS);
    await Promise.race([this.#hurry.promise, gathered.promise]);
    clearTimeout(timer);
  }

  /** Resolves when nothing is left to send, or with the signal. */
  async flushed(signal: AbortSignal): Promise<void> {
    const { setTimeout: wait } = await import('node:timers/promises');
    while (!signal.aborted && !(this.#isIdle && this.#collect().length === 0)) {
      this.nudge({ hurry: true });
      await wait(20, undefined, { signal }).catch(() => {});
    }
  }

  #collect(): Batch {
    const now = nowNs();
    for (const [outbox, untilNs] of this.#waiting) if (untilNs <= now) this.#waiting.delete(outbox);
    const all = [...this.#parts.outboxes()].filter((outbox) => !this.#waiting.has(outbox));
    for (const suspect of this.#suspects) {
      const batch = all.includes(suspect) ? this.#collectFrom([suspect]) : [];
      if (batch.length > 0) return batch;
      this.#suspects.delete(suspect);
    }
    return this.#collectFrom(all);
  }

  #collectFrom(all: readonly Outbox[]): Batch {
    // who found no room begins the next request
    const first = all.length === 0 ? 0 : this.#turn % all.length;
    const outboxes = [...all.slice(first), ...all.slice(0, first)];
    const share = Math.max(SHARE_MIN_BYTES, REQUEST_MAX_BYTES / Math.max(1, outboxes.length));
    const batch: Batch = [];
    let room = REQUEST_MAX_BYTES;
    for (const [place, outbox] of outboxes.entries()) {
      if (room <= 0 || batch.length >= this.#maxEvents) {
        this.#turn = first + place;
        break;
      }
      for (const event of outbox.collect(Math.min(share, room))) {
        if (batch.length >= this.#maxEvents) break;
        batch.push({ outbox, event });
        if (event.type === 'log') room -= event.data.length;
      }
    }
    return batch;
  }

  async #send(batch: Batch, signal: AbortSignal): Promise<void> {
    const { http, journal, log } = this.#parts;
    // the borders of the chunks must be known before the supervisor can have them
    await journal.committed();
    const stalled = setTimeout(() => this.#unanswered(), STALLED_MS);
    try {
      const request: EventsOut = {
        protocol: PROTOCOL_VERSION,
        events: batch.map(({ event }) => event),
        more: this.#parts.wantsMore(),
      };
      const sentAtNs = nowNs();
      const { results, instructions } = await http.json<EventsResponse>({
        method: 'POST',
        path: '/bot/events',
        body: request,
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      this.#parts.renewed(sentAtNs, request.events);
      if (results.length !== batch.length)
        throw new Error(`${batch.length} events were sent and ${results.length} answered`);
      if (!this.#apply(batch.map((sent, index) => ({ ...sent, result: results[index]! }))))
        throw new Error('the supervisor misses earlier log chunks');
      void this.#parts.take(instructions, sentAtNs);
      this.#backoff.reset();
      this.#isAnswered = true;
      this.#maxEvents = REQUEST_MAX_EVENTS;
      for (const { outbox } of batch) this.#suspects.delete(outbox);
    } catch (error) {
      if (signal.aborted) return;
      if (isOfContent(error)) return this.#isolate(batch, error.message);
      if (this.#backoff.failures === 0)
        log.warn('events were not delivered, the bot keeps trying', { reason: reasonOf(error) });
      this.#unanswered();
      await this.#backoff.wait(error, signal);
    } finally {
      clearTimeout(stalled);
    }
  }

  /** Sees to it that what was refused is sent in smaller parts, or, where it is one event, not again as it is. */
  #isolate(batch: Batch, reason: string): void {
    const outboxes = new Set(batch.map(({ outbox }) => outbox));
    for (const outbox of outboxes) this.#suspects.add(outbox);
    if (batch.length > 1) {
      if (outboxes.size === 1) this.#maxEvents = Math.floor(batch.length / 2);
      return;
    }
    const { outbox, event } = batch[0]!;
    const facts = {
      attempt: outbox.key,
      event: event.type,
      ...('seq' in event && { seq: event.seq }),
      reason,
    };
    if (outbox.replace(event, reason))
      return this.#parts.log.warn(
        'an event was refused by itself: what can be told without it is told',
        facts,
      );
    this.#suspects.delete(outbox);
    this.#waiting.set(outbox, nowNs() + REFUSED_AGAIN_MS * 1e6);
    this.#parts.log.error('an event is refused however it is told, the bot keeps trying', facts);
  }

  /** Hands the answers out; false where nothing at all was accepted. */
  #apply(answers: { outbox: Outbox; event: EventOut; result: EventsResponse['results'][number] }[]): boolean {
    let progress = false;
    for (const [outbox, group] of Map.groupBy(answers, (answer) => answer.outbox)) {
      const outcome = outbox.apply(group);
      progress ||= outcome.progress || outcome.stale;
      if (outcome.lost)
        this.#parts.log.error('the supervisor asks for log chunks that it had acknowledged', {
          attempt: outbox.key,
        });
      if (outcome.late && !outcome.done) this.#parts.late(outbox);
      if (outcome.stale) this.#parts.stale(outbox);
      else if (outcome.done) this.#parts.done(outbox);
    }
    return progress;
  }

  #unanswered(): void {
    this.#isAnswered = false;
    this.#spoolSoon();
  }

  #spoolSoon(): void {
    this.#spoolTimer ??= setTimeout(() => {
      this.#spoolTimer = undefined;
      if (this.#isAnswered) return;
      for (const outbox of this.#parts.outboxes()) outbox.spool();
    }, SPOOL_EVERY_MS);
  }

  #wakeWhenDue(): void {
    const due = [...this.#parts.outboxes()].flatMap((outbox) => {
      const dueNs = this.#waiting.get(outbox) ?? outbox.dueNs;
      return dueNs === null ? [] : [dueNs];
    });
    if (due.length === 0) return;
    const waitMs = Math.max(1, (Math.min(...due) - nowNs()) / 1e6);
    this.#lineTimer = setTimeout(() => this.#wake.resolve(), waitMs);
  }
}
