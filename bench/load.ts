/** How often something is done per second. */
export interface Rate {
  perSecond: number;
  /** How often it was done. */
  n: number;
}

/** Each worker does its work again and again for so many milliseconds; what is under way then still counts. */
export async function rateOf(workers: readonly (() => Promise<unknown>)[], ms: number): Promise<Rate> {
  const begin = performance.now();
  let n = 0;
  await Promise.all(
    workers.map(async (work) => {
      while (performance.now() - begin < ms) {
        await work();
        n++;
      }
    }),
  );
  return { perSecond: (n / (performance.now() - begin)) * 1000, n };
}

/** The workers share out so many pieces of work; answers when all are done. */
export async function shareOut(workers: readonly (() => Promise<unknown>)[], pieces: number): Promise<void> {
  let left = pieces;
  await Promise.all(
    workers.map(async (work) => {
      while (left-- > 0) await work();
    }),
  );
}
