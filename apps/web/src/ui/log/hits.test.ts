import type { LogMatch } from '@argus/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Hits } from './hits.ts';

const matchOf = (index: number): LogMatch => ({
  index,
  line: index,
  offset: 0,
  bytes: 1,
  stream: 'stdout',
  at: '2026-11-24T09:30:00.150Z',
  text: 'x',
  cut: false,
  ranges: [[0, 1]],
});

test('any of many hits is found again by its number and by its row, whichever were read at first', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(500), { minLength: 1, maxLength: 80 }),
      fc.integer({ min: 1, max: 7 }),
      fc.nat(20),
      fc.nat(600),
      (found, size, first, row) => {
        const rows = found.toSorted((a, b) => a - b);
        const blocks = [];
        for (let at = 0; at < rows.length; at += size)
          blocks.push({ index: rows[at] as number, lines: Math.min(size, rows.length - at) });
        const hits = new Hits();
        hits.add(rows.slice(0, first).map(matchOf), blocks);
        expect(hits.count).toBe(rows.length);
        const read = (block: number) => {
          const range = hits.toRead(block);
          if (range)
            hits.hold(
              block,
              rows
                .filter((index) => index >= range.from_line)
                .slice(0, range.limit)
                .map(matchOf),
            );
        };
        for (const [number, index] of rows.entries()) {
          read(hits.blockOf(number));
          expect(hits.rowOf(number)).toBe(index);
        }
        read(hits.blockAt(row));
        const next = rows.findIndex((index) => index >= row);
        expect(hits.firstFrom(row)).toBe(next === -1 ? 0 : next);
        expect(hits.rangesOf(row)).toEqual(rows.includes(row) ? [[0, 1]] : undefined);
      },
    ),
  );
});

test('what a second answer found comes behind the first', () => {
  const hits = new Hits();
  hits.add([matchOf(1), matchOf(2)], [{ index: 1, lines: 2 }]);
  hits.add([matchOf(9)], [{ index: 9, lines: 1 }]);
  expect([hits.count, hits.rowOf(2), hits.firstFrom(3)]).toEqual([3, 9, 2]);
});
