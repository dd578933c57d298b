import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rangeOf } from './selection.ts';

const ids = ['a', 'b', 'c', 'd'];

test('a range has both its ends, in whichever direction it was drawn', () => {
  expect(rangeOf(ids, 'b', 'd')).toEqual(['b', 'c', 'd']);
  expect(rangeOf(ids, 'd', 'b')).toEqual(['b', 'c', 'd']);
  expect(rangeOf(ids, undefined, 'c')).toEqual(['c']);
});

test('a range from what is listed no more is its end alone', () => {
  expect(rangeOf(ids, 'gone', 'c')).toEqual(['c']);
  expect(rangeOf(ids, 'a', 'gone')).toEqual([]);
});

test('a range is the same from both sides', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ids), fc.constantFrom(...ids), (from, to) => {
      expect(rangeOf(ids, from, to)).toEqual(rangeOf(ids, to, from));
    }),
  );
});
