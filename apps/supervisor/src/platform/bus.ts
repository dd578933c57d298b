/**
 * Wake-up calls inside one process: "something about this key changed, look again". They carry no data and may
 * be lost without harm; every listener also looks by itself from time to time.
 */
export interface Bus {
  publish(key: string): void;
  subscribe(key: string, listener: () => void): Disposable;
}

export function createBus(): Bus {
  const listeners = new Map<string, Set<() => void>>();
  return {
    publish(key) {
      for (const listener of listeners.get(key) ?? []) listener();
    },
    subscribe(key, listener) {
      const set = listeners.get(key) ?? new Set();
      listeners.set(key, set.add(listener));
      return {
        [Symbol.dispose]() {
          set.delete(listener);
          if (set.size === 0) listeners.delete(key);
        },
      };
    },
  };
}

/**
 * A doorbell for one listener: `ring` wakes the waiter, or the next one if nobody waits yet, so that no ring
 * between two waits is missed.
 */
export class Doorbell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves on the next ring, after `ms` milliseconds, or when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, ms);
        const wake = done;
        function done() {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          resolve();
        }
        signal.addEventListener('abort', wake);
        this.#wake = wake;
      });
      this.#wake = undefined;
    }
    this.#rung = false;
  }
}
