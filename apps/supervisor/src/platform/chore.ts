import type { Log } from './log.ts';

/** What an internal chore is called where it fails: a whole sentence for the log. */
export interface Chore {
  everyMs: number;
  /** Never runs twice at once; a run that takes longer than the rhythm skips turns. */
  run(): Promise<unknown>;
  failed: string;
}

/** Runs a chore in its rhythm until it is disposed. A failed run is logged, and the next one tries again. */
export function startChore(log: Log, { everyMs, run, failed }: Chore): Disposable {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    run()
      .catch((error: unknown) => log.warn({ err: error }, failed))
      .finally(() => (busy = false));
  }, everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
