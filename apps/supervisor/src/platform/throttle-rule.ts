/** How often something may be tried: `burst` times at once, then once every `everyMs`. */
export interface Limit {
  burst: number;
  everyMs: number;
}

/**
 * Decides on a try. The state is one number, the time at which all former tries are forgiven; each try moves it on
 * by `everyMs`. Refused tries do not count, so nobody waits longer than `everyMs`, whatever others do meanwhile.
 * All numbers are milliseconds of one clock; `freeAt` is 0 where nothing was tried.
 */
export function take(
  freeAt: number,
  now: number,
  { burst, everyMs }: Limit,
): { admitted: true; freeAt: number } | { admitted: false; waitMs: number } {
  // a clock that was set back must not keep anybody out longer than a full count does
  const backlog = Math.min(Math.max(0, freeAt - now), burst * everyMs);
  const waitMs = backlog - (burst - 1) * everyMs;
  return waitMs > 0 ? { admitted: false, waitMs } : { admitted: true, freeAt: now + backlog + everyMs };
}

/** Takes back one try that turned out to be right. */
export function giveBack(freeAt: number, { everyMs }: Limit): number {
  return freeAt - everyMs;
}
