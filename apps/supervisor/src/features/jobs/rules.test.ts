import { ArgusError } from '@argus/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRun } from './rules.ts';

describe('what a caller wants to run', () => {
  test.each([
    ['an object', { task_arguments: ['a', 1] }, {}, 2, ['a', 1]],
    ['a bare array', ['a', null], {}, 2, ['a', null]],
    ['an empty body', undefined, {}, 0, []],
    ['null', null, {}, 0, []],
    ['null arguments', { task_arguments: null }, {}, 0, []],
    ['the query', undefined, { task_arguments: ['q'] }, 1, ['q']],
    ['one form value', { task_arguments: 'only' }, {}, 1, ['only']],
    ['any object for one argument', { order: 7, user: { id: 1 } }, {}, 1, [{ order: 7, user: { id: 1 } }]],
    ['any object beside the fields of a run', { task: 'x', a: 1 }, {}, 1, [{ a: 1 }]],
  ])('is read from %s', (_name, body, query, count, given) => {
    expect(readRun(body, query, count).given).toEqual(given);
  });

  test('the body wins over the query', () => {
    expect(
      readRun(
        { task: 'b', priority: 1, task_arguments: ['b'] },
        { task: 'q', priority: '2', task_arguments: ['q'] },
        1,
      ),
    ).toMatchObject({
      task: 'b',
      priority: 1,
      given: ['b'],
    });
  });

  test('the task of a bare array comes from the query', () => {
    expect(readRun(['a'], { task: 'q' }, 1)).toMatchObject({ task: 'q', given: ['a'] });
  });

  test('quotes around the task are taken off', () => {
    expect(readRun({ task: '"abc"' }, {}, 0).task).toBe('abc');
  });

  test.each([0, 2, 3])('an unknown field is refused by name for a task of %i arguments', (count) => {
    expect(() => readRun({ task_argument: ['typo'] }, {}, count)).toThrow(/task_argument: is not a field/);
  });

  test.each([['11.5'], [101], [-101], ['high'], [true], [{}]])('the priority %j is refused', (priority) => {
    expect(() => readRun({ priority }, {}, 0)).toThrow(/priority/);
  });

  test.each([
    [5, 5],
    ['-100', -100],
    ['', undefined],
    [undefined, undefined],
  ])('the priority %j is %j', (priority, read) => {
    expect(readRun({ priority }, {}, 0).priority).toBe(read);
  });

  test('is read or refused whatever it is', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.nat(3),
        (body, query, count) => {
          try {
            expect(Array.isArray(readRun(body, query, count).given)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(ArgusError);
          }
        },
      ),
    );
  });
});
