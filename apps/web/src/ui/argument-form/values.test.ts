import { expect, test } from 'vitest';
import { askedArguments, initialValues, serverErrors, validate, valueOf } from './values.ts';

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
