import { expect, test } from 'vitest';
import { CHILDREN_SHOWN, fileIn, jsonOf, rowsOf, WrittenNumber, type Folds } from './json-value.ts';

const folds = (open: Record<string, boolean> = {}, shown: Record<string, number> = {}): Folds => ({
  open: new Map(Object.entries(open)),
  shown: new Map(Object.entries(shown)),
});

test('objects and arrays are JSON, other texts are not, whatever they begin with', () => {
  expect(jsonOf(' {"a": [1, null]}')).toEqual({ a: [1, null] });
  for (const text of ['', 'done', '12', '"a"', '{not}', '[1,']) expect(jsonOf(text)).toBeUndefined();
});

test('a number stays as it was written', () => {
  const value = jsonOf('[12345678901234567890, 1.10, 7]') as unknown[];
  expect(value[0]).toEqual(new WrittenNumber('12345678901234567890'));
  expect(value[1]).toEqual(new WrittenNumber('1.10'));
  expect(value[2]).toBe(7);
});

test('what is small is open at first, what is large is shut, and both can be changed', () => {
  const value = { small: { a: 1 }, large: Array.from({ length: 80 }, (_, index) => index), none: [] };
  const paths = (given: Folds) => rowsOf(value, given).map(({ path }) => path);
  expect(paths(folds())).toEqual(['', '/0', '/0/0', '/1', '/2']);
  expect(paths(folds({ '/0': false, '/1': true }))).toHaveLength(4 + 80);
  expect(paths(folds({ '': false }))).toEqual(['']);
});

test('of many children the first are shown, and a line that brings the next', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => index);
  const rows = rowsOf(many, folds());
  expect(rows).toHaveLength(1 + CHILDREN_SHOWN + 1);
  expect(rows.at(-1)).toMatchObject({ kind: 'more', left: 900, place: 101, of: 101 });
  expect(rowsOf(many, folds({}, { '': 1_000 }))).toHaveLength(1_001);
});

test('of a value of a megabyte only what is seen is laid out', () => {
  const text = JSON.stringify(Array.from({ length: 40_000 }, (_, id) => ({ id, name: `row ${id}` })));
  expect(text.length).toBeGreaterThan(1_000_000);
  expect(rowsOf(jsonOf(text), folds())).toHaveLength(302);
});

test('a data URL is a file with its name, its kind and its size', () => {
  expect(fileIn('data:text/csv;name=a%20b.csv;base64,AAAA')).toEqual({
    name: 'a b.csv',
    type: 'text/csv',
    bytes: 3,
  });
  expect(fileIn('data:,hello')).toEqual({ name: undefined, type: 'text/plain', bytes: 5 });
  expect(fileIn('data:text/csv;name=%E0%A4%A;base64,')?.name).toBe('%E0%A4%A');
  for (const text of ['data', 'data: the rows, all of them', 'see data:text/csv,1'])
    expect(fileIn(text)).toBeUndefined();
});
