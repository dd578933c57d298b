import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, LATE_MS, USUAL_POLICY, type DueFacts } from './rules.ts';

const NOW = 1_800_000_000_000;
const facts = (more: Partial<DueFacts> & { ago?: number[] }): DueFacts => ({
  due: (more.ago ?? [0]).map((ago) => NOW - ago),
  now: NOW,
  policy: USUAL_POLICY,
  isRunning: false,
  ...more,
});
const hours = (...of: number[]) => of.map((hour) => hour * 3_600_000);

describe('due times that nothing could start', () => {
  const ago = hours(4, 3, 2, 1);
  const queue = { ...USUAL_POLICY, overlap: 'queue' as const };
  test('are made up for by one run', () => expect(decide(facts({ ago })).starts).toEqual([NOW - 3_600_000]));
  test('need none where one is on time', () =>
    expect(decide(facts({ ago: [...ago, 0], policy: queue })).starts).toEqual([NOW]));
  test('are skipped where that is wanted', () =>
    expect(decide(facts({ ago, policy: { ...queue, missed: 'skip' } }))).toEqual({
      starts: [],
      cancels: false,
      skipped: 'nothing could start it in time',
    }));
  test('are caught up with, the last of them', () =>
    expect(
      decide(facts({ ago, policy: { ...queue, missed: 'catch_up', catch_up_limit: 2 } })).starts,
    ).toEqual(hours(2, 1).map((ms) => NOW - ms)));
});

describe('a due time while the last run goes on', () => {
  test.each([
    ['skip', { starts: [], cancels: false, skipped: 'its last run had not ended' }],
    ['queue', { starts: [NOW], cancels: false, skipped: null }],
    ['cancel', { starts: [NOW], cancels: true, skipped: null }],
  ] as const)('%s', (overlap, decision) =>
    expect(decide(facts({ isRunning: true, policy: { ...USUAL_POLICY, overlap } }))).toEqual(decision),
  );
});

test('only due times start, in their order, and either something starts or the reason is told', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 10 * LATE_MS }), { minLength: 1, maxLength: 20 }),
      fc.record({
        missed: fc.constantFrom('skip', 'once', 'catch_up'),
        catch_up_limit: fc.integer({ min: 1, max: 5 }),
        overlap: fc.constantFrom('skip', 'queue', 'cancel'),
      }),
      fc.boolean(),
      (ago, policy, isRunning) => {
        const due = ago.map((ms) => NOW - ms).sort((a, b) => a - b);
        const { starts, cancels, skipped } = decide({
          due,
          now: NOW,
          policy,
          isRunning,
        });
        expect(due.filter((at) => starts.includes(at))).toEqual(starts);
        expect(starts.length === 0).toBe(skipped !== null);
        if (policy.overlap !== 'queue') expect(starts.length).toBeLessThanOrEqual(1);
        if (cancels) expect(isRunning).toBe(true);
      },
    ),
  );
});
