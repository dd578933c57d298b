export interface BatcherOptions<I> {
  /** Items in one run at most. */
  max: number;
  /** Runs under way at once at most. */
  concurrency: number;
  /**
   * Whose item it is. Where more wait than one run takes, each of them gets an equal share of it, so that nobody waits
   * behind another one's thousands. Left out: first come, first served.
   */
  fairBy?: (item: I) => string;
  /**
   * After a run that several calls shared it waits as long as that took: under load more calls share the next one, which
   * costs less for each. Calls that come alone never wait.
   */
  breathes?: boolean;
}

/** A breath is no longer than this, milliseconds, however long a run took. */
const BREATH_MOST_MS = 15;
/** Calls that make a load: fewer are better off without waiting for each other. */
const BREATH_FROM = 4;

interface Call<I, O> {
  item: I;
  resolve(value: O): void;
  reject(reason: unknown): void;
}

/**
 * Turns single calls into shared runs. An idle batcher runs a call at once, so it adds no wait; while all runs
 * are busy, calls gather and share the next one. Results come back in the order of the items; an Error among
 * them fails its call alone, a failed run fails each of its calls.
 */
export function createBatcher<I, O>(
  run: (items: I[]) => Promise<readonly (O | Error)[]>,
  { max, concurrency, fairBy, breathes = false }: BatcherOptions<I>,
): (item: I) => Promise<O> {
  let waiting: Call<I, O>[] = [];
  let running = 0;
  let scheduled = false;

  function schedule(): void {
    if (scheduled || running >= concurrency || waiting.length === 0) return;
    scheduled = true;
    // after all sockets of this turn are read, not after the first one: what came together shares the run
    setImmediate(() => {
      scheduled = false;
      const { batch, rest } = share(waiting, max, fairBy && ((call) => fairBy(call.item)));
      waiting = rest;
      void execute(batch);
      schedule();
    });
  }

  async function execute(batch: Call<I, O>[]): Promise<void> {
    running++;
    const begin = performance.now();
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
      const isLoad = breathes && batch.length >= BREATH_FROM && waiting.length < max;
      const ms = isLoad ? performance.now() - begin : 0;
      if (ms >= 1) setTimeout(leave, Math.min(ms, BREATH_MOST_MS));
      else leave();
    }
  }

  function leave(): void {
    running--;
    schedule();
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      schedule();
    });
}

/** The next batch: round after round one of each owner, oldest first, until it is full; what is left keeps its order. */
export function share<T>(
  waiting: readonly T[],
  max: number,
  ownerOf?: (item: T) => string,
): { batch: T[]; rest: T[] } {
  if (ownerOf === undefined || waiting.length <= max)
    return { batch: waiting.slice(0, max), rest: waiting.slice(max) };
  const queues = [...Map.groupBy(waiting, ownerOf).values()];
  const taken = new Set<T>();
  for (let round = 0; taken.size < max; round++) {
    for (const queue of queues) {
      const item = queue[round];
      if (item !== undefined && taken.size < max) taken.add(item);
    }
  }
  return {
    batch: waiting.filter((item) => taken.has(item)),
    rest: waiting.filter((item) => !taken.has(item)),
  };
}
