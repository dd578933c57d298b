import { expect, test } from 'vitest';
import { needsReason, quorumText, shownValues, suggestedValues } from './pending-words.ts';

const people = (count: number) =>
  Array.from({ length: count }, (_, place) => ({ user_id: `u${place}`, email: `u${place}@example.org` }));

test.each([
  [1, 1, undefined],
  [1, 3, 'One of 3 decides'],
  [2, 3, '2 of 3 must approve'],
  [3, 3, 'All 3 must approve'],
])('%i of %i is told as %s', (needed, asked, text) => {
  expect(quorumText({ needed, people: people(asked) })).toBe(text);
});

test('a reason is needed as the rule says', () => {
  const needs = (['never', 'on_reject', 'always'] as const).map((rule) =>
    (['approve', 'reject'] as const).map((decision) => needsReason(rule, decision)),
  );
  expect(needs).toEqual([
    [false, false],
    [false, true],
    [true, true],
  ]);
});

test('values are shown by their labels, masked ones and empty ones are told apart', () => {
  expect(
    shownValues({
      task_arguments: [{ label: 'Amount' }, { label: '' }, { label: 'Key', masked: true }, { label: 'Note' }],
      task_arguments_values: ['250', 'lunch', null, ''],
    }),
  ).toEqual([
    { label: 'Amount', value: '250', isText: true, files: [] },
    { label: 'Argument 2', value: 'lunch', isText: true, files: [] },
    { label: 'Key', value: '••• (masked)', isText: false, files: [] },
    { label: 'Note', value: 'left out', isText: false, files: [] },
  ]);
});

test('what was not given leaves the defaults of the form alone', () => {
  expect(suggestedValues({ task_arguments_values: ['a', '', null] })).toEqual(['a', null, null]);
});
