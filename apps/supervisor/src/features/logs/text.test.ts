import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOfLines } from './text.ts';

describe('lines of a log', () => {
  test.each([
    ['a\nb\nc', 0, 'a\nb\nc'],
    ['a\nb\nc', 1, 'b\nc'],
    ['a\nb\nc', 2, 'c'],
    ['a\nb\nc', 3, ''],
    ['a\nb\n', 2, ''],
    ['\n\n', 1, '\n'],
    ['', 1, ''],
    ['abc', -1, 'abc'],
  ])('%j without its first %i', (text, count, rest) => {
    const bytes = Buffer.from(text);
    expect(bytes.subarray(endOfLines(bytes, count)).toString()).toBe(rest);
  });

  test('are counted as splitting counts them', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é') }), fc.nat(20), (text, count) => {
        const bytes = Buffer.from(text);
        expect(bytes.subarray(endOfLines(bytes, count)).toString()).toBe(
          text.split('\n').slice(count).join('\n'),
        );
      }),
    );
  });
});
