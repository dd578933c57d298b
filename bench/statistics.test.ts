import fc from 'fast-check';
import { expect, test } from 'vitest';
import { median, quantile } from './statistics.ts';

test('a quantile is one of the values, and so many of them are no greater', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 1, maxLength: 50 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, share) => {
        const found = quantile(values, share);
        expect(values).toContain(found);
        expect(values.filter((value) => value <= found).length).toBeGreaterThanOrEqual(share * values.length);
        expect(values.filter((value) => value < found).length).toBeLessThan(share * values.length);
      },
    ),
  );
});

test('a median of nothing is refused', () => {
  expect(() => median([])).toThrow('nothing');
});
