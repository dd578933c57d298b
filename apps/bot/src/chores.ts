import { reasonOf, type Log } from './log.ts';

/** They begin when the first scripts have had their turn. */
const AFTER_MS = 3_000;
const EVERY_MS = 24 * 3_600_000;

/** Does something soon, and then each day. What fails is told and tried again the next day. */
export function daily(chore: () => Promise<void>, log: Log): Disposable {
  const run = () => {
    chore().catch((error: unknown) => log.warn('a daily chore failed', { reason: reasonOf(error) }));
    timer = setTimeout(run, EVERY_MS).unref();
  };
  let timer = setTimeout(run, AFTER_MS).unref();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
