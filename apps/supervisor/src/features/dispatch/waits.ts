import type { Instruction } from '@argus/contract';

/**
 * Waits end together in this rhythm, milliseconds: of thousands of polls, tens are answered at once and come again at
 * once, which costs less than one by one.
 */
const TICK_MS = 250;

export interface Waiting {
  /** Its tick, while it waits. */
  tick: number;
  runOut(): void;
}

/** When waits run out: one timer for all. */
export interface Waits extends Disposable {
  /** It runs out `ms` from now, or up to a tick later. */
  add(waiting: Waiting, ms: number): void;
  remove(waiting: Waiting): void;
}

export function createWaits(tickMs = TICK_MS): Waits {
  const ticks = new Map<number, Set<Waiting>>();
  const tickOf = (ms: number) => Math.floor(ms / tickMs);
  let next = tickOf(performance.now());

  function tick(): void {
    for (const now = tickOf(performance.now()); next <= now; next++) {
      const due = ticks.get(next);
      ticks.delete(next);
      for (const waiting of due ?? []) waiting.runOut();
    }
  }

  const timer = setInterval(tick, tickMs);
  return {
    add(waiting, ms) {
      waiting.tick = Math.max(next, tickOf(performance.now() + ms) + 1);
      const due = ticks.get(waiting.tick);
      if (due === undefined) ticks.set(waiting.tick, new Set([waiting]));
      else due.add(waiting);
    },
    remove: (waiting) => void ticks.get(waiting.tick)?.delete(waiting),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

export interface Waited {
  instructions: Instruction[];
  /** Whether the time ran out: nothing else ended the wait. */
  ranOut: boolean;
}

/** The wait of one bot. What comes in one turn goes out together, at the turn's end. */
export class Waiter implements Waiting {
  tick = 0;
  readonly #told: Instruction[];
  readonly #done: (waited: Waited) => void;
  #isEnding = false;

  constructor(first: readonly Instruction[], done: (waited: Waited) => void) {
    this.#told = [...first];
    this.#done = done;
  }

  /** Ends the wait with these instructions and what else comes in this turn. */
  hand(instructions: readonly Instruction[]): void {
    this.#told.push(...instructions);
    if (this.#isEnding) return;
    this.#isEnding = true;
    setImmediate(() => this.#done({ instructions: this.#told, ranOut: false }));
  }

  runOut(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#done({ instructions: this.#told, ranOut: true });
  }
}
