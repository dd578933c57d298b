import { ERRORS } from '@argus/contract';
import { expect, test } from 'vitest';
import { ERROR_WORDS } from './error-words.ts';

test('every error that an answer can carry has a headline and what to do next', () => {
  expect(Object.keys(ERROR_WORDS).toSorted()).toEqual(Object.keys(ERRORS).toSorted());
  for (const { title, next } of Object.values(ERROR_WORDS)) {
    expect(title).toMatch(/[^.!]$/);
    expect(next).toMatch(/\.$/);
  }
});
