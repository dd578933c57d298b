import type { AttemptRef, EventsResponse, Instruction } from '@argus/contract';
import { nowNs } from '../clock.ts';
import { PROTOCOL_VERSION } from '@argus/contract/limits';
import { reasonOf, type Log } from '../log.ts';
import { Backoff } from './backoff.ts';
import { Refused } from './http.ts';
import type { Journal } from './journal.ts';
import type { Outbox } from './outbox.ts';
import type { EventOut, EventsOut } from './packing.ts';
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

/** Sends what happened, one request at a time; what happens meanwhile goes with the next one. */
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
      this.#wakeForPartialLine();
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

  #collect(): { outbox: Outbox; event: EventOut }[] {
    const all = [...this.#parts.outboxes()];
    // who found no room begins the next request
    const first = all.length === 0 ? 0 : this.#turn % all.length;
    const outboxes = [...all.slice(first), ...all.slice(0, first)];
    const share = Math.max(SHARE_MIN_BYTES, REQUEST_MAX_BYTES / Math.max(1, outboxes.length));
    const batch: { outbox: Outbox; event: EventOut }[] = [];
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

  async #send(batch: { outbox: Outbox; event: EventOut }[], signal: AbortSignal): Promise<void> {
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
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refused && error.status === 413)
        this.#maxEvents = Math.max(1, Math.floor(batch.length / 2));
      if (this.#backoff.failures === 0)
        log.warn('events were not delivered, the bot keeps trying', { reason: reasonOf(error) });
      this.#unanswered();
      await this.#backoff.wait(error, signal);
    } finally {
      clearTimeout(stalled);
    }
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

  #wakeForPartialLine(): void {
    const due = [...this.#parts.outboxes()].flatMap(({ dueNs }) => (dueNs === null ? [] : [dueNs]));
    if (due.length === 0) return;
    const waitMs = Math.max(1, (Math.min(...due) - nowNs()) / 1e6);
    this.#lineTimer = setTimeout(() => this.#wake.resolve(), waitMs);
  }
}
