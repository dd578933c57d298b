/**
 * Wake-up calls: "something about this key changed, look again". They carry no data and may be lost without harm;
 * every listener also looks by itself from time to time.
 */
export interface Bus {
  /** Rings here, and at the other supervisors on the database. A key holds no space. */
  publish(key: string): void;
  /** A doorbell that rings at every publication of the key, until it is disposed. */
  doorbell(key: string): Doorbell;
  /**
   * Calls back for every key that begins with `prefix` and was published by another supervisor, with the rest of the
   * key; with undefined where so much changed there at once that it is not named.
   */
  fromOthers(prefix: string, take: (rest: string | undefined) => void): Disposable;
  /** As `fromOthers`, and for what is published here too. */
  everyCall(prefix: string, take: (rest: string | undefined) => void): Disposable;
}

interface Taker {
  prefix: string;
  take: (rest: string | undefined) => void;
}

/** The doorbells of this process. */
export interface Bells extends Bus {
  /** What another supervisor published; undefined for more than can be named. */
  receive(keys: readonly string[] | undefined): void;
}

/** `tellOthers` gets each key that is published here. */
export function createBus(tellOthers: (key: string) => void = () => undefined): Bells {
  const doorbells = new Map<string, Set<Doorbell>>();
  const takers = new Set<Taker>();
  const takersOfAll = new Set<Taker>();

  function call(called: ReadonlySet<Taker>, key: string): void {
    for (const { prefix, take } of called) if (key.startsWith(prefix)) take(key.slice(prefix.length));
  }

  function taker(set: Set<Taker>, prefix: string, take: Taker['take']): Disposable {
    const added = { prefix, take };
    set.add(added);
    return { [Symbol.dispose]: () => void set.delete(added) };
  }

  function ring(key: string): void {
    for (const doorbell of doorbells.get(key) ?? []) doorbell.ring();
  }

  return {
    publish(key) {
      ring(key);
      call(takersOfAll, key);
      tellOthers(key);
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
    fromOthers: (prefix, take) => taker(takers, prefix, take),
    everyCall: (prefix, take) => taker(takersOfAll, prefix, take),
    receive(keys) {
      if (keys === undefined) {
        for (const key of doorbells.keys()) ring(key);
        for (const { take } of [...takers, ...takersOfAll]) take(undefined);
        return;
      }
      for (const key of keys) {
        ring(key);
        call(takers, key);
        call(takersOfAll, key);
      }
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
