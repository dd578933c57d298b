/** Lets few through at a time. Owners take turns, so that one with much to do does not keep the others waiting. */
export interface Turns {
  /**
   * Runs the work when its turn comes; undefined, without running it, where too many wait already.
   * @throws the signal's reason where it ends before
   */
  run<T>(owner: string, work: () => Promise<T>, signal: AbortSignal): Promise<{ value: T } | undefined>;
}

export function createTurns({ width, waiting }: { width: number; waiting: number }): Turns {
  /** Who waits, by owner; the owner whose turn is next comes first. */
  const queues = new Map<string, Set<() => void>>();
  let running = 0;
  let count = 0;

  function passOn(): void {
    const [next] = queues;
    if (next === undefined) {
      running--;
      return;
    }
    const [owner, queue] = next;
    const [go] = queue as Set<() => void>;
    remove(owner, queue, go as () => void);
    // to the back of the line of owners
    if (queues.delete(owner)) queues.set(owner, queue);
    (go as () => void)();
  }

  function remove(owner: string, queue: Set<() => void>, go: () => void): void {
    if (!queue.delete(go)) return;
    count--;
    if (queue.size === 0) queues.delete(owner);
  }

  async function turn(owner: string, signal: AbortSignal): Promise<void> {
    const queue = queues.get(owner) ?? new Set();
    queues.set(owner, queue);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      remove(owner, queue, resolve);
      reject(signal.reason);
    };
    queue.add(resolve);
    count++;
    signal.addEventListener('abort', leave);
    return promise.finally(() => signal.removeEventListener('abort', leave));
  }

  return {
    async run(owner, work, signal) {
      signal.throwIfAborted();
      if (running < width) running++;
      else if (count >= waiting) return undefined;
      else await turn(owner, signal);
      try {
        return { value: await work() };
      } finally {
        passOn();
      }
    },
  };
}
