import type { Condition } from '@argus/contract';
import { expect, test } from 'vitest';
import { conditionOf, readValue, rowsOf, valueText, withOperator } from './condition-draft.ts';

const a = { path: 'output[0]', op: 'eq' as const, value: 'a' };

test('conditions that are rows are edited as rows, and are the same again', () => {
  for (const condition of [undefined, a, { all: [a, a] }, { any: [a, a] }] as (Condition | undefined)[]) {
    const rows = rowsOf(condition);
    expect(rows && conditionOf(rows)).toEqual(condition);
  }
  expect(rowsOf({ not: a })).toBeUndefined();
  expect(rowsOf({ all: [a, { any: [a] }] })).toBeUndefined();
});

test('a value is what it reads as, and is shown so that it reads the same', () => {
  for (const value of ['a', '90', 90, true, 'true', '', null, [1, 'b'], { a: 1 }, '"'])
    expect(readValue(valueText(value, 'eq'), 'eq')).toEqual(value);
  for (const list of [['a', 'b'], [1, '1'], ['a, b'], []])
    expect(readValue(valueText(list, 'in'), 'in')).toEqual(list);
  expect(readValue('open, 3', 'in')).toEqual(['open', 3]);
  expect(readValue('^90$', 'matches')).toBe('^90$');
  expect(readValue('90', 'matches')).toBe('90');
});

test('another operator reads the value again', () => {
  expect(withOperator({ ...a, value: 'a, b' }, 'in').value).toEqual(['a', 'b']);
  expect(withOperator(a, 'exists')).toEqual({ path: 'output[0]', op: 'exists' });
  expect(withOperator({ ...a, value: 90 }, 'matches').value).toBe('90');
});
