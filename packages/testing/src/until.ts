import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is there (neither undefined, null nor false); fails after 30 s: a busy machine stands still for more than 10. */
export async function until<T>(
  ask: () => Promise<T> | T,
  { what = ask.toString(), timeoutMs = 30_000 } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false)
      return answer as NonNullable<Exclude<T, false>>;
    if (Date.now() > giveUpAt) throw new Error(`still not so after ${timeoutMs} ms: ${what}`);
    await pause(10);
  }
}
