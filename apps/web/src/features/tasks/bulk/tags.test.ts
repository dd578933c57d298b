import { expect, test } from 'vitest';
import { retagged } from './tags.ts';

test('tags are added once and taken away, and what is to stay stays in its order', () => {
  expect(retagged(['a', 'b'], ['c', 'A'], ['B'])).toEqual(['a', 'c']);
  expect(retagged(['a'], ['a'], ['a'])).toEqual(['a']);
});

test('where nothing changes there is nothing to save', () => {
  const tags = ['a'];
  expect(retagged(tags, ['a'], ['x'])).toBe(tags);
});
