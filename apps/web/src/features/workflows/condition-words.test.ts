import { describe, expect, test } from 'vitest';
import { conditionWords, edgeWords } from './condition-words.ts';

describe('what is written at an edge', () => {
  test('is nothing for the usual way', () => {
    expect(edgeWords({})).toBe('');
    expect(edgeWords({ on: 'success' })).toBe('');
  });

  test('is the event, and the condition in words', () => {
    expect(edgeWords({ on: 'failure' })).toBe('failure');
    expect(edgeWords({ on: 'any' })).toBe('in any case');
    expect(edgeWords({ when: { path: 'output[0].percent', op: 'ge', value: 90 } })).toBe(
      'output[0].percent ≥ 90',
    );
    expect(edgeWords({ on: 'disk_full', when: { path: 'output[0]', op: 'exists' } })).toBe(
      'disk_full, if output[0] exists',
    );
  });
});

test('conditions in conditions keep their brackets', () => {
  const a = { path: 'output[0]', op: 'eq' as const, value: 'a' };
  const b = { path: 'event', op: 'in' as const, value: ['x', 1] };
  expect(conditionWords({ all: [a, { any: [a, b] }] })).toBe(
    'output[0] = a and (output[0] = a or event is one of x, 1)',
  );
  expect(conditionWords({ not: { path: 'output[1]', op: 'exists', value: false } })).toBe(
    'not output[1] does not exist',
  );
  expect(conditionWords({ path: 'output[0]', op: 'eq', value: '' })).toBe('output[0] = ""');
});
