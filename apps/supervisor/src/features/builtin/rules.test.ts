import { expect, test } from 'vitest';
import { isExpected, sorted } from './rules.ts';

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
