import type { ArgumentDefinition, Source } from '@argus/contract';
import { expect, test } from 'vitest';
import { choiceOf, keyFor, keyIn, sourceOf, startOf } from './source-draft.ts';

const argument = (order: number, label?: string) =>
  ({ order, type: 'input', ...(label !== undefined && { label }) }) as ArgumentDefinition;

test('where a value comes from is read and written without loss', () => {
  const sources: (Source | undefined)[] = [
    undefined,
    { value: 'ops@example.org' },
    { from: 'input[1]' },
    { from: 'output[0].disk' },
    { from: 'steps.report.output[0].disk' },
    { from: 'steps.report.event' },
    { from: 'run.id' },
  ];
  for (const source of sources) expect(sourceOf(choiceOf(source))).toEqual(source);
  expect(choiceOf({ from: 'steps.report.output[0].disk' })).toEqual({
    from: 'step:report',
    rest: 'output[0].disk',
  });
  expect(choiceOf({ from: 'steps.report.event' }).from).toBe('path');
  const isFile = false;
  expect(startOf('step:report', { position: 2, isFile })).toBe('output[2]');
  expect(startOf('step:report', { position: 2, isFile: true })).toBe('artifacts["report.csv"]');
  expect(startOf('input', { position: 1, isFile })).toBe('input[1]');
});

test('an argument is named by its label where that is clear, else by its position', () => {
  const all = [argument(0, 'Name'), argument(1, 'Path'), argument(2, 'Path'), argument(3), argument(4, '1')];
  expect(all.map((one) => keyFor(one, all))).toEqual(['Name', '1', '2', '3', '4']);
  expect(keyIn({ Name: { value: 1 } }, argument(0, 'Name'))).toBe('Name');
  expect(keyIn({ '0': { value: 1 } }, argument(0, 'Name'))).toBe('0');
  expect(keyIn({ Other: { value: 1 } }, argument(0, 'Name'))).toBeUndefined();
});
