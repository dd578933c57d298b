import { expect, test } from 'vitest';
import { isSameSearch, viewOf } from './view-search.ts';

test('a view is what an address says, without where one is in the list', () => {
  expect(viewOf({ q: ' tag:a ', state: undefined, cursor: '1', open: '2', first: '' })).toEqual({
    q: 'tag:a',
  });
});

test('two searches are the same in whatever order they are said', () => {
  expect(isSameSearch({ q: 'a', state: 'failure' }, { state: 'failure', q: 'a ' })).toBe(true);
  expect(isSameSearch({ q: 'a' }, { q: 'a', state: 'failure' })).toBe(false);
  expect(isSameSearch({}, { cursor: '9' })).toBe(true);
});
