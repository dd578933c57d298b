import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROW_HEIGHT, rowAt, scrollOf, sliceAt, SPACE_MOST, spaceHeight } from './rows.ts';

const spaces = fc.record({
  count: fc.nat(20_000_000),
  view: fc.integer({ min: 100, max: 2000 }),
  rowHeight: fc.integer({ min: ROW_HEIGHT, max: 500 }),
});

test('where a row is scrolled to, that row is found', () => {
  fc.assert(
    fc.property(spaces, fc.double({ min: 0, max: 1, noNaN: true }), (space, share) => {
      const rows = space.count - space.view / space.rowHeight;
      fc.pre(rows > 0);
      const row = share * rows;
      const scroll = scrollOf(row, space);
      expect(scroll).toBeGreaterThanOrEqual(0);
      expect(scroll).toBeLessThanOrEqual(spaceHeight(space) - space.view);
      expect(rowAt(scroll, { scroll: 0, row: 0 }, space)).toBeCloseTo(row, 3);
    }),
  );
});

test('scrolling up leads up, scrolling down leads down, and to the ends, wherever it begins', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(spaces, share, share, share, (space, at, by, to) => {
      const pixels = spaceHeight(space) - space.view;
      const rows = space.count - space.view / space.rowHeight;
      fc.pre(rows > 0 && pixels > 0);
      const from = { scroll: at * pixels, row: by * rows };
      const row = rowAt(to * pixels, from, space);
      if (to <= at) expect(row).toBeLessThanOrEqual(from.row);
      else expect(row).toBeGreaterThanOrEqual(from.row);
      expect(rowAt(0, from, space)).toBe(0);
      fc.pre(at < 1);
      expect(rowAt(pixels, from, space)).toBeCloseTo(rows, 3);
    }),
  );
});

test('rows of a log that fits are where their height puts them', () => {
  const space = { count: SPACE_MOST / ROW_HEIGHT, view: 400, rowHeight: ROW_HEIGHT };
  expect(rowAt(123 * ROW_HEIGHT + 5, { scroll: 0, row: 0 }, space)).toBeCloseTo(123.25);
});

test('what is drawn holds what is seen, and is short whatever the log is', () => {
  fc.assert(
    fc.property(spaces, fc.nat(20_000_000), (space, row) => {
      const { first, last } = sliceAt(row, space);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(last).toBeLessThanOrEqual(space.count);
      expect(last - first).toBeLessThan(200);
      const seen = Math.min(row, space.count - 1);
      if (space.count > 0) expect(first <= seen && seen < last).toBe(true);
      // the last view is drawn whole
      if (row >= space.count) expect(last).toBe(space.count);
    }),
  );
});
