import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RETRY_CAUSES } from './retry-values.ts';
import { nextAttempt } from './retry.ts';
import type { Retries } from './run-policy.ts';

const FAILED = { state: 'failure', reason_code: 'exit_code' } as const;
const retries = fc.record<Retries>(
  {
    limit: fc.integer({ min: 1, max: 100 }),
    on: fc.uniqueArray(fc.constantFrom(...RETRY_CAUSES), { minLength: 1 }),
    delay: fc.integer({ min: 0, max: 86_400 }),
    backoff: fc.constantFrom('fixed', 'exponential'),
    max_delay: fc.integer({ min: 0, max: 86_400 }),
  },
  { requiredKeys: ['limit'] },
);
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('another attempt', () => {
  test('follows at most as often as the task says', () => {
    fc.assert(
      fc.property(retries, chance, (policy, luck) => {
        const every = { ...policy, on: [...RETRY_CAUSES] };
        expect(nextAttempt(FAILED, policy.limit, every, luck)).toBeDefined();
        expect(nextAttempt(FAILED, policy.limit + 1, every, luck)).toBeUndefined();
      }),
    );
  });

  test('never waits longer than the task says, nor less than half of what it should', () => {
    fc.assert(
      fc.property(retries, fc.integer({ min: 1, max: 100 }), chance, (policy, attempt, luck) => {
        const next = nextAttempt(FAILED, attempt, { ...policy, on: ['failure'], limit: 100 }, luck);
        const { delay = 10, max_delay: most = 3600 } = policy;
        const isFixed = policy.backoff !== 'exponential';
        const grown = isFixed ? delay : Math.min(most, delay * 2 ** (attempt - 1));
        expect(next?.delay).toBeGreaterThanOrEqual(isFixed ? delay : grown / 2);
        expect(next?.delay).toBeLessThanOrEqual(grown);
      }),
    );
  });

  test.each([
    ['a failure', FAILED, 'failure'],
    ['a limit that was hit', { state: 'error', reason_code: 'limit' }, 'failure'],
    ['a timeout', { state: 'timeout', reason_code: 'timeout' }, 'timeout'],
    ['a bot that is not heard of', { state: 'error', reason_code: 'lost' }, 'lost'],
    ['an end that nobody saw', { state: 'error', reason_code: 'unknown' }, 'lost'],
    ['a bot that fenced itself', { state: 'error', reason_code: 'fenced' }, 'lost'],
  ] as const)('follows on %s where the task names it, and only then', (_what, verdict, cause) => {
    expect(nextAttempt(verdict, 1, { limit: 1, on: [cause] }, 0)).toEqual({ delay: 10 });
    const others = RETRY_CAUSES.filter((other) => other !== cause);
    expect(nextAttempt(verdict, 1, { limit: 1, on: others }, 0)).toBeUndefined();
  });

  test.each([
    ['success', { state: 'success', reason_code: 'exit_code' }],
    ['a stop by a person', { state: 'canceled', reason_code: 'stopped' }],
    ['what could not be started', { state: 'error', reason_code: 'not_started' }],
  ] as const)('never follows on %s', (_what, verdict) => {
    expect(nextAttempt(verdict, 1, { limit: 9 }, 0)).toBeUndefined();
  });
});
