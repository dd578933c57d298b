import type { AttemptRef, Instruction, PollRequest, RunInstruction } from '@argus/contract';
import { Attempt, keyOf, type Shared } from './attempt.ts';
import type { Outbox } from './link/outbox.ts';
import { step } from './step.ts';

interface AttemptsHost {
  /** Whether scripts may start now; `resume` tells when they may again. */
  mayStart: () => boolean;
  /** Nothing is held any more. */
  emptied: () => void;
}

/** All attempts that this bot holds, and the slots they run in. */
export class Attempts {
  #shared: Shared;
  #slots: number;
  #attempts = new Map<string, Attempt>();
  #waiting: Attempt[] = [];
  #starting = new Map<Attempt, Promise<void>>();
  #unkept = new Set<Attempt>();
  #host: AttemptsHost;
  /**
   * What ended since the poll under way was sent. Its answer may tell these again: it did not name them, and the answer to
   * other events brought them. Running them again would start them twice.
   */
  #endedMeanwhile = new Set<string>();

  constructor(shared: Omit<Shared, 'slotFree' | 'removed'>, slots: number, host: AttemptsHost) {
    this.#host = host;
    this.#shared = {
      ...shared,
      slotFree: () => this.#fillSlots(),
      removed: (attempt) => void this.#remove(attempt),
    };
    this.#slots = slots;
  }

  /** Takes up what an earlier process left: connects to running scripts, ends what nobody asked for. */
  async recover(): Promise<void> {
    const { journal, pool, log } = this.#shared;
    const found = await pool.find();
    for (const row of journal.attempts()) {
      const attempt = new Attempt(row.instruction, this.#shared, row);
      this.#attempts.set(row.key, attempt);
      if (row.phase === 'accepted' && row.sameBoot) this.#enqueue(attempt);
      else {
        const shim = row.shim === null ? undefined : found.get(row.shim);
        attempt.resume(row, shim);
        if (shim?.running?.attempt === row.key) found.delete(row.shim!);
      }
    }
    for (const { shim, running } of found.values()) {
      if (!running) pool.release(shim);
      else {
        log.warn('a script runs that the journal does not know: it is stopped', { attempt: running.attempt });
        shim.link.listen({
          started: () => {},
          output: () => {},
          ended: () => shim.link.done(),
          closed: () => pool.gone(shim.id),
        });
        shim.link.stop('cancel');
        shim.link.goOn(Number.MAX_SAFE_INTEGER);
      }
    }
    this.#fillSlots();
  }

  /** The supervisor answered a request that was sent at this time, monotonic, and named these: their leases go on. */
  renewed(sentAtNs: number, named: Iterable<Pick<AttemptRef, 'job' | 'attempt'>>): void {
    for (const ref of named) this.#attempts.get(keyOf(ref))?.renewed(sentAtNs);
    if (this.#waiting.length > 0) this.#fillSlots();
  }

  /** What a poll names that is about to be sent. What is not in the journal yet is not: a forgotten name ends its job. */
  held(): PollRequest['attempts'] {
    this.#endedMeanwhile.clear();
    return [...this.#attempts.values()].flatMap((attempt) => {
      if (attempt.isDropped || this.#unkept.has(attempt)) return [];
      const phase = attempt.phase === 'starting' ? 'running' : attempt.phase;
      return [{ ...attempt.ref, phase }];
    });
  }

  /** Whether this attempt is here, in the journal or about to be. */
  knows(ref: AttemptRef): boolean {
    const attempt = this.#attempts.get(keyOf(ref));
    return attempt !== undefined && !attempt.isDropped && attempt.instruction.lease === ref.lease;
  }

  /** Attempts that may have something to send. */
  *outboxes(): Generator<Outbox> {
    for (const attempt of this.#attempts.values()) if (!attempt.isDropped) yield attempt.outbox;
  }

  /**
   * Carries out instructions that came with the answer to a request sent at this time; repeated ones change nothing.
   * Resolves when what could start is on its way.
   */
  async take(instructions: readonly Instruction[], sentAtNs: number): Promise<void> {
    for (const instruction of instructions) {
      const known = this.#attempts.get(keyOf(instruction));
      const isSame = known?.instruction.lease === instruction.lease;
      const isOver = this.#endedMeanwhile.has(keyOf(instruction));
      if (instruction.type === 'run' && !known && !isOver) this.#accept(instruction, sentAtNs);
      else if (instruction.type === 'cancel' && isSame) known.cancel();
      else if (instruction.type === 'forget' && isSame) known.drop();
    }
    this.#fillSlots();
    // what waits for files is not waited for: a slow one would keep polls, and the leases with them, from going on
    const starts = [...this.#starting].flatMap(([attempt, begun]) => (attempt.fetchesFiles ? [] : [begun]));
    await Promise.all([this.#shared.journal.committed(), ...starts]);
  }

  /** Whether nothing at all is held. */
  get isEmpty(): boolean {
    return this.#attempts.size === 0;
  }

  /** Names all that is held, as in the journal. */
  keys(): ReadonlySet<string> {
    return new Set(this.#attempts.keys());
  }

  /** Starts what waited for `mayStart`. */
  resume(): void {
    this.#fillSlots();
  }

  stale(outbox: Outbox): void {
    this.#attempts.get(outbox.key)?.drop();
  }

  late(outbox: Outbox): void {
    this.#attempts.get(outbox.key)?.giveUp();
  }

  done(outbox: Outbox): void {
    const attempt = this.#attempts.get(outbox.key);
    if (attempt) void this.#remove(attempt);
  }

  /** How many scripts run. */
  get running(): number {
    return [...this.#attempts.values()].filter((attempt) => occupies(attempt)).length;
  }

  #accept(instruction: RunInstruction, sentAtNs: number): void {
    step('instruction.received');
    const attempt = new Attempt(instruction, this.#shared);
    attempt.renewed(sentAtNs);
    this.#attempts.set(attempt.key, attempt);
    this.#unkept.add(attempt);
    void this.#shared.journal.accept(attempt.key, instruction).then(() => {
      this.#unkept.delete(attempt);
      step('journal.accepted');
    });
    this.#enqueue(attempt);
  }

  #enqueue(attempt: Attempt): void {
    this.#waiting.push(attempt);
  }

  #fillSlots(): void {
    if (!this.#host.mayStart()) return;
    let free =
      this.#slots -
      this.#starting.size -
      [...this.#attempts.values()].filter((attempt) => occupies(attempt) && !this.#starting.has(attempt))
        .length;
    while (free > 0) {
      const next = this.#waiting.findIndex((attempt) => attempt.mayStart);
      const [attempt] = next < 0 ? [] : this.#waiting.splice(next, 1);
      if (!attempt) return;
      if (attempt.phase !== 'accepted' || attempt.isDropped) continue;
      free--;
      const begun = attempt.begin().finally(() => {
        this.#starting.delete(attempt);
        this.#fillSlots();
      });
      this.#starting.set(attempt, begun);
    }
  }

  async #remove(attempt: Attempt): Promise<void> {
    this.#attempts.delete(attempt.key);
    this.#endedMeanwhile.add(attempt.key);
    try {
      await attempt.dispose();
    } catch (error) {
      this.#shared.log.warn('the directory of an attempt could not be removed', {
        attempt: attempt.key,
        reason: String(error),
      });
    }
    this.#fillSlots();
    if (this.isEmpty) this.#host.emptied();
  }
}

function occupies({ phase }: Attempt): boolean {
  return phase === 'starting' || phase === 'running';
}
