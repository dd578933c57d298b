import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filled, fillingOf, isExpected, sorted } from './rules.ts';

test('placeholders are values by position and by label, and what a value holds is not read again', () => {
  expect(filled('{0} owes {Amount}, {9} {nobody}', ['{1}', '5'], ['Who', 'Amount'], 'text')).toBe(
    '{1} owes 5, {9} {nobody}',
  );
});

test('a value stays one value: of an address, of a header, of JSON', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const url = new URL(filled('https://example.org/a?q={0}&r=1', [value], [], 'address'));
      expect([...url.searchParams.keys()]).toEqual(['q', 'r']);
      expect(url.pathname).toBe('/a');
      const json = filled('{"a": "{0}", "b": 1}', [value], [], 'json');
      expect(JSON.parse(json)).toEqual({ a: value, b: 1 });
      expect(filled('x {0}', [value], [], 'line')).not.toMatch(/[\r\n]/);
    }),
  );
});

test.each([
  [{ headers: {}, body: '{"a": 1}' }, 'json'],
  [{ headers: { 'Content-Type': 'application/vnd.api+json' }, body: 'x' }, 'json'],
  [{ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a={0}' }, 'address'],
  [{ headers: { 'content-type': 'text/plain' }, body: '{0}' }, 'text'],
  [{ headers: {}, body: 'hello {0}' }, 'text'],
])('a body %j is filled as %s', (request, filling) => expect(fillingOf(request)).toBe(filling));

test.each([
  ['', 204, true],
  ['', 301, false],
  ['200, 404', 404, true],
  ['2xx,4xx', 418, true],
  ['200', 201, false],
])('%j expects %i: %s', (expected, status, is) => expect(isExpected(expected, status)).toBe(is));

test('recipients are addresses, channels, or members', () => {
  const members = [{ email: 'Ada@example.org', user_id: '1' }];
  expect(sorted(['ada@example.org', 'out@example.com', 'ops', '01a19b45cb88d0a1b2c3d4e5'], members)).toEqual({
    addresses: ['out@example.com'],
    channels: ['01a19b45cb88d0a1b2c3d4e5'],
  });
});
