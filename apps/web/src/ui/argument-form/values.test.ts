import { expect, test } from 'vitest';
import {
  askedArguments,
  byPosition,
  initialValues,
  multipartOf,
  serverErrors,
  validate,
  valueOf,
  withKeptFiles,
} from './values.ts';

const asked = askedArguments([
  { type: 'fixed', value: 'deploy' },
  { type: 'options', label: 'Where', options: [{ id: 'a' }, { id: 'b' }] },
  { type: 'input', label: 'Who', required: false, pattern: '^[a-z]+$' },
  { type: 'input', label: 'Hosts', multiple: true, value: ['x'] },
]);

test('fixed arguments are not asked for, and the others keep their positions', () => {
  expect(asked.map(({ order, type }) => [order, type])).toEqual([
    [1, 'select'],
    [2, 'input'],
    [3, 'input'],
  ]);
});

test('a form starts with the defaults, or with the values of an earlier job', () => {
  expect(initialValues(asked)).toEqual({ 1: '', 2: '', 3: ['x'] });
  expect(initialValues(asked, ['deploy', 'b', null, '["y","z"]'])).toEqual({ 1: 'b', 2: '', 3: ['y', 'z'] });
});

test('a read-only argument keeps its own value, and a file of an earlier job is to be chosen again', () => {
  const definitions = askedArguments([
    { type: 'input', readonly: true, value: 'mine' },
    { type: 'file' },
    { type: 'file', multiple: true, required: false },
  ]);
  expect(initialValues(definitions, ['theirs', 'report.csv', 'a, b'])).toEqual({ 0: 'mine', 1: [], 2: [] });
  expect(validate(definitions, { 0: 'mine', 1: [], 2: [] })).toEqual({ 1: 'is required' });
});

test('files go under their positions, and what is left out is an empty text', () => {
  const definitions = askedArguments([
    { type: 'fixed', value: 'f' },
    { type: 'file', multiple: true },
    { type: 'input', required: false },
    { type: 'select', multiple: true, options: [{ id: 'a' }] },
  ]);
  const [one, two] = [new File(['1'], '1.txt'), new File(['2'], '2.txt')];
  expect([...multipartOf(definitions, [[one, two], null, ['a']])]).toEqual([
    ['task_arguments[1][]', one],
    ['task_arguments[1][]', two],
    ['task_arguments[2]', ''],
    ['task_arguments[3][]', 'a'],
  ]);
});

test('what a run of a workflow was given stands at the positions of its arguments, with its files', () => {
  const files = [{ position: 2, id: 'f', filename: 'a.csv', size: 3 }];
  expect(byPosition(asked, withKeptFiles('run', ['a', null, 'a.csv'], files))).toEqual([
    null,
    'a',
    null,
    [{ job: 'run', id: 'f', name: 'a.csv', size: 3 }],
  ]);
  expect(byPosition([], ['a'])).toEqual([]);
});

test('what is left out is sent as null', () => {
  expect([valueOf(''), valueOf([]), valueOf(undefined), valueOf('0')]).toEqual([null, null, null, '0']);
});

test('values are held against the rules of the contract', () => {
  expect(validate(asked, { 1: '', 2: '7', 3: ['x'] })).toEqual({
    1: 'is required',
    2: 'must match ^[a-z]+$',
  });
  expect(validate(asked, { 1: 'a', 2: '', 3: ['x'] })).toEqual({});
});

test('a pattern that the browser does not understand is left to the server', () => {
  const [definition] = askedArguments([{ type: 'regexp', pattern: '(?i)^abc$' }]);
  expect(definition && validate([definition], { 0: 'xyz' })).toEqual({});
});

test('errors of the server find their argument', () => {
  const errors = [
    { field: 'task_arguments[3]', message: 'is wrong' },
    { field: 'task', message: 'no' },
  ];
  expect(serverErrors(errors)).toEqual({ 3: 'is wrong' });
});
