import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idAt, newId } from './ids.ts';

const time = fc.integer({ min: 0, max: 2 ** 47 });

test('ids are 24 lower-case hex digits and never the same', () => {
  const ids = Array.from({ length: 1000 }, () => newId());
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{24}$/);
});

test('ids of later times sort later, and the bound of a time lies before its ids', () => {
  fc.assert(
    fc.property(time, time, (a, b) => {
      const [earlier, later] = a < b ? [a, b] : [b, a];
      if (earlier !== later) expect(newId(earlier) < newId(later)).toBe(true);
      expect(idAt(later) <= newId(later)).toBe(true);
      if (earlier !== later) expect(newId(earlier) < idAt(later)).toBe(true);
    }),
  );
});
