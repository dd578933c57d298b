export interface BatcherOptions {
  /** Items in one run at most. */
  max: number;
  /** Runs under way at once at most. */
  concurrency: number;
}

/**
 * Turns single calls into shared runs. An idle batcher runs a call at once, so it adds no wait; while all runs
 * are busy, calls gather and share the next one. Results come back in the order of the items; an Error among
 * them fails its call alone, a failed run fails each of its calls.
 */
export function createBatcher<I, O>(
  run: (items: I[]) => Promise<readonly (O | Error)[]>,
  { max, concurrency }: BatcherOptions,
): (item: I) => Promise<O> {
  interface Call {
    item: I;
    resolve(value: O): void;
    reject(reason: unknown): void;
  }
  let waiting: Call[] = [];
  let running = 0;
  let scheduled = false;

  function schedule(): void {
    if (scheduled || running >= concurrency || waiting.length === 0) return;
    scheduled = true;
    // one microtask later: calls made in the same turn share the run
    queueMicrotask(() => {
      scheduled = false;
      const batch = waiting.slice(0, max);
      waiting = waiting.slice(max);
      void execute(batch);
      schedule();
    });
  }

  async function execute(batch: Call[]): Promise<void> {
    running++;
    try {
      const results = await run(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index] as O | Error;
        if (result instanceof Error) reject(result);
        else resolve(result);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      running--;
      schedule();
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      schedule();
    });
}
