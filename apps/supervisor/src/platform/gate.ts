/** Lets few through at a time, and a bounded number wait. */
export interface Gate {
  /** Runs the work when its turn comes; undefined, without running it, where too many wait already. */
  run<T>(work: () => Promise<T>): Promise<{ value: T } | undefined>;
}

export function createGate({ width, waiting }: { width: number; waiting: number }): Gate {
  const queue: (() => void)[] = [];
  let running = 0;
  return {
    async run(work) {
      if (running >= width) {
        if (queue.length >= waiting) return undefined;
        // who ends hands the place on, so that nobody slips in between
        await new Promise<void>((resolve) => queue.push(resolve));
      } else running++;
      try {
        return { value: await work() };
      } finally {
        const next = queue.shift();
        if (next) next();
        else running--;
      }
    },
  };
}
