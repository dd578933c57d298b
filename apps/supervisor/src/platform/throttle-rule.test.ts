import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { giveBack, take, type Limit } from './throttle-rule.ts';

const limits = fc.record({
  burst: fc.integer({ min: 1, max: 50 }),
  everyMs: fc.integer({ min: 1, max: 60_000 }),
});
/** Times of tries, in order, each some milliseconds after the one before. */
const gaps = fc.array(fc.nat({ max: 20_000 }), { maxLength: 300 });

/** The times of all tries that were let through. */
function admittedOf(limit: Limit, tries: readonly number[]): number[] {
  let freeAt = 0;
  return tries.filter((now) => {
    const decided = take(freeAt, now, limit);
    if (decided.admitted) freeAt = decided.freeAt;
    return decided.admitted;
  });
}

function timesOf(steps: readonly number[]): number[] {
  let now = 1_000_000_000;
  return steps.map((step) => (now += step));
}

describe('a limit', () => {
  test('lets a burst through at once, and the next one not', () => {
    fc.assert(
      fc.property(limits, (limit) => {
        const tries = Array.from({ length: limit.burst + 1 }, () => 1_000_000);
        expect(admittedOf(limit, tries)).toHaveLength(limit.burst);
      }),
    );
  });

  test('lets no more through in any time than a burst and one each step', () => {
    fc.assert(
      fc.property(limits, gaps, (limit, steps) => {
        const admitted = admittedOf(limit, timesOf(steps));
        admitted.forEach((from, first) =>
          admitted.slice(first).forEach((to, index) => {
            expect(index + 1).toBeLessThanOrEqual(limit.burst + (to - from) / limit.everyMs);
          }),
        );
      }),
    );
  });

  test('never keeps anybody waiting for longer than a step, however many try meanwhile', () => {
    fc.assert(
      fc.property(limits, gaps, (limit, steps) => {
        let freeAt = 0;
        for (const now of timesOf(steps)) {
          const decided = take(freeAt, now, limit);
          if (decided.admitted) freeAt = decided.freeAt;
          else {
            expect(decided.waitMs).toBeLessThanOrEqual(limit.everyMs);
            expect(take(freeAt, now + decided.waitMs, limit).admitted).toBe(true);
          }
        }
      }),
    );
  });

  test('keeps nobody waiting longer where the clock was set back', () => {
    fc.assert(
      fc.property(limits, fc.nat(), fc.nat(), (limit, freeAt, now) => {
        const decided = take(freeAt, now, limit);
        if (!decided.admitted) expect(decided.waitMs).toBeLessThanOrEqual(limit.everyMs);
      }),
    );
  });

  test('never binds who is always right: each try is given back', () => {
    fc.assert(
      fc.property(limits, gaps, (limit, steps) => {
        let freeAt = 0;
        for (const now of timesOf(steps)) {
          const decided = take(freeAt, now, limit);
          expect(decided.admitted).toBe(true);
          if (decided.admitted) freeAt = giveBack(decided.freeAt, limit);
        }
      }),
    );
  });
});
