import { expect, test } from 'vitest';
import { matches } from './pattern.ts';

test('a pattern matches anywhere unless it says otherwise', () => {
  expect(matches('b+', 'abbc')).toBe(true);
  expect(matches('^b+$', 'abbc')).toBe(false);
});

test('a pattern that keeps others busy for years is answered', () => {
  expect(matches('^(a+)+$', `${'a'.repeat(20_000)}!`)).toBe(false);
});

test('a pattern that is none throws, every time', () => {
  for (let turn = 0; turn < 2; turn++) expect(() => matches('(', 'x')).toThrow();
  expect(() => matches('(?=a)', 'x')).toThrow();
});
