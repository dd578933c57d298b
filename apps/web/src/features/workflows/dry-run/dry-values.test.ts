import { expect, test } from 'vitest';
import { definitionsOf, endOf, runInput } from './dry-values.ts';

test('an end is what was typed: its event says the state, its output is a list of texts', () => {
  expect(endOf({ event: '', output: '' })).toEqual({ event: 'success', state: 'success', output: [] });
  expect(endOf({ event: ' timeout ', output: '"a"' })).toEqual({
    event: 'timeout',
    state: 'timeout',
    output: ['a'],
  });
  expect(endOf({ event: 'mended', output: '[1, {"two": 2}]' })).toEqual({
    event: 'mended',
    state: 'success',
    output: ['1', '{"two":2}'],
  });
  expect(endOf({ event: 'success', output: '{' })).toBeUndefined();
});

test('a run gets the values that can be given, and what is missing is told', () => {
  const definitions = definitionsOf([
    { type: 'fixed', value: 'always' },
    { type: 'input', label: 'Name' },
    { type: 'input', label: 'Note', required: false },
    { type: 'file', label: 'Report', required: false },
  ]);
  const file = new File(['text'], 'report.csv');
  const { input, problems } = runInput(definitions, { 1: 'Ada', 2: '', 3: [file] });
  expect(input).toMatchObject(['Ada', null, { filename: 'report.csv', size: 4 }]);
  expect(problems).toEqual([]);
  expect(runInput(definitions, {}).problems).toEqual(['"Name" is required']);
});
