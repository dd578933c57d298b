import { expect, test } from 'vitest';
import { createRecollection } from './recollection.ts';

test('what is kept is recalled until its time is over', () => {
  const memory = createRecollection<number>();
  memory.keep('a', 1);
  memory.keep('b', 2, Date.now() - 1);
  expect([memory.recall('a'), memory.recall('b'), memory.recall('c')]).toEqual([1, undefined, undefined]);
  memory.forget('a');
  expect(memory.recall('a')).toBeUndefined();
});

test('it stays small: the oldest makes room', () => {
  const memory = createRecollection<number>({ most: 2 });
  for (const [value, key] of ['a', 'b', 'a', 'c'].entries()) memory.keep(key, value);
  expect([memory.recall('a'), memory.recall('b'), memory.recall('c')]).toEqual([2, undefined, 3]);
});
