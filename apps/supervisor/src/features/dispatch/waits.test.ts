import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { createWaits, type Waiting } from './waits.ts';

const TICK_MS = 250;

afterEach(() => void vi.useRealTimers());

test('a wait runs out once, never before its time and at most two ticks after it, and not where it was ended', () => {
  const wanted = fc.record({
    ms: fc.nat({ max: 5_000 }),
    after: fc.nat({ max: 900 }),
    isEnded: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(wanted, { minLength: 1, maxLength: 20 }), (list) => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
      using waits = createWaits();
      const late: number[][] = list.map(({ ms, after, isEnded }) => {
        vi.advanceTimersByTime(after);
        const due = performance.now() + ms;
        const ran: number[] = [];
        const waiting: Waiting = { tick: 0, runOut: () => void ran.push(performance.now() - due) };
        waits.add(waiting, ms);
        if (isEnded) waits.remove(waiting);
        return ran;
      });
      vi.advanceTimersByTime(5_000 + 2 * TICK_MS);
      late.forEach((ran, place) => {
        expect(ran).toHaveLength(list[place]?.isEnded ? 0 : 1);
        for (const ms of ran) {
          expect(ms).toBeGreaterThanOrEqual(0);
          expect(ms).toBeLessThanOrEqual(2 * TICK_MS);
        }
      });
    }),
    { numRuns: 100 },
  );
});
