import { expect, test } from 'vitest';
import { problemsOfDraft } from './draft-rules.ts';
import { emptyArgument, EMPTY_DRAFT } from './task-draft.ts';

const draft = { ...EMPTY_DRAFT, name: 'Backup' };

test('what the server would refuse is said at its input', () => {
  expect(problemsOfDraft(draft)).toEqual({});
  const wrong = problemsOfDraft({
    ...draft,
    name: ' ',
    run_as: "bash '%script%",
    env: '9LIVES=1',
    acls: ['nobody'],
    task_arguments: [{ ...emptyArgument(), type: 'regexp', pattern: '' }],
  });
  expect(Object.keys(wrong).toSorted()).toEqual([
    'acls',
    'env',
    'name',
    'run_as',
    'task_arguments.0.pattern',
  ]);
  expect(wrong['env']).toContain('9LIVES is not a valid name');
});

test('a masked value that only the server has is no mistake', () => {
  const task_arguments = [{ ...emptyArgument(), masked: true, readonly: true, value: '' }];
  expect(problemsOfDraft({ ...draft, task_arguments })).toEqual({});
});
