import type { Verdict } from './result.ts';
import type { RetryCause } from './retry-values.ts';
import type { Retries } from './run-policy.ts';

const DELAY_DEFAULT_S = 10;
const MAX_DELAY_DEFAULT_S = 3600;

/**
 * Whether another attempt follows one that ended so, and after how many seconds; undefined where the job ends.
 *
 * `attempt` counts from 1; `chance` is a random number in [0, 1). What a person stopped is never tried again, and neither is what
 * could not be started: it would fail in the same way.
 */
export function nextAttempt(
  verdict: Pick<Verdict, 'state' | 'reason_code'>,
  attempt: number,
  retries: Retries | undefined,
  chance: number,
): { delay: number } | undefined {
  const cause = causeOf(verdict);
  if (retries === undefined || cause === undefined || attempt > retries.limit) return undefined;
  if (retries.on !== undefined && !retries.on.includes(cause)) return undefined;
  return { delay: delayAfter(attempt, retries, chance) };
}

function causeOf({ state, reason_code }: Pick<Verdict, 'state' | 'reason_code'>): RetryCause | undefined {
  if (state === 'failure' || reason_code === 'limit') return 'failure';
  if (state === 'timeout') return 'timeout';
  if (['lost', 'unknown', 'fenced'].includes(reason_code)) return 'lost';
  return undefined;
}

function delayAfter(attempt: number, retries: Retries, chance: number): number {
  const { delay = DELAY_DEFAULT_S, backoff = 'fixed', max_delay: most = MAX_DELAY_DEFAULT_S } = retries;
  if (backoff === 'fixed') return delay;
  const grown = Math.min(most, delay * 2 ** Math.min(attempt - 1, 30));
  return (grown * (1 + chance)) / 2;
}
