import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fenceOf } from './fence.ts';

test('a fence leaves time for its grace and for killing before its seconds are over', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 86_400 }),
      fc.integer({ min: 0, max: 3_600 }),
      fc.integer({ min: 0, max: 2 ** 52 }),
      (fence, kill_grace, sentAtNs) => {
        const { deadlineNs, graceMs } = fenceOf({ fence, kill_grace }, sentAtNs);
        expect(graceMs).toBeLessThanOrEqual(Math.min(kill_grace, fence / 4) * 1000);
        const goneNs = deadlineNs + (graceMs + 6_000) * 1e6;
        expect(goneNs).toBeLessThanOrEqual(sentAtNs + fence * 1e9 + 1);
      },
    ),
  );
});

test('a later request never brings it forward', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(100), fc.nat(), fc.nat(), (fence, kill_grace, first, more) => {
      const [earlier, later] = [first, first + more].map(
        (at) => fenceOf({ fence, kill_grace }, at).deadlineNs,
      );
      expect(later).toBeGreaterThanOrEqual(earlier!);
    }),
  );
});
