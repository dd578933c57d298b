/**
 * Wake-up calls inside one process: "something about this key changed, look again". They carry no data and may
 * be lost without harm; every listener also looks by itself from time to time.
 */
export interface Bus {
  publish(key: string): void;
  /** A doorbell that rings at every publication of the key, until it is disposed. */
  doorbell(key: string): Doorbell;
}

export function createBus(): Bus {
  const doorbells = new Map<string, Set<Doorbell>>();
  return {
    publish(key) {
      for (const doorbell of doorbells.get(key) ?? []) doorbell.ring();
    },
    doorbell(key) {
      const set = doorbells.get(key) ?? new Set();
      const doorbell = new Doorbell(() => {
        set.delete(doorbell);
        if (set.size === 0) doorbells.delete(key);
      });
      doorbells.set(key, set.add(doorbell));
      return doorbell;
    },
  };
}

/** Wakes one waiter: a ring between two waits ends the next one at once, so that none is missed. */
export class Doorbell implements Disposable {
  #rung = false;
  #wake: (() => void) | undefined;
  readonly #remove: () => void;

  constructor(remove: () => void) {
    this.#remove = remove;
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves on the next ring, after `ms` milliseconds, or when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done);
        this.#wake = done;
      });
      this.#wake = undefined;
    }
    this.#rung = false;
  }

  [Symbol.dispose](): void {
    this.#remove();
  }
}
