import { expect, test } from 'vitest';
import { entryErrors, formErrors } from './form-errors.ts';
import { emptyArgument, EMPTY_DRAFT } from './task-draft.ts';

const draft = {
  ...EMPTY_DRAFT,
  acls: ['user', 'nobody', 'x'],
  task_arguments: [emptyArgument(), emptyArgument()],
};

test('errors of the server find their inputs', () => {
  const errors = [
    { field: 'name', message: 'a' },
    { field: 'task_arguments[1].pattern', message: 'b' },
    { field: 'task_arguments[0].options[2].id', message: 'c' },
    { field: 'env.9LIVES', message: 'is not a valid name' },
    { field: 'acls[1]', message: 'is nobody' },
    { field: 'acls[2]', message: 'is nobody either' },
  ];
  expect(formErrors(errors, draft)).toEqual({
    byInput: {
      name: 'a',
      'task_arguments.1.pattern': 'b',
      'task_arguments.0.options': 'c',
      env: '9LIVES is not a valid name',
      acls: '“nobody” is nobody; “x” is nobody either',
    },
    shown: errors.map(({ field }) => field),
  });
});

test('an error that no input can show is left to the notice', () => {
  const errors = [
    { field: 'task_arguments[7].value', message: 'a' },
    { field: 'somewhere', message: 'b' },
  ];
  expect(formErrors(errors, draft)).toEqual({ byInput: {}, shown: [] });
});

test('errors of a script find the inputs below it', () => {
  const errors = [{ field: 'filename', message: 'is taken' }];
  expect(formErrors(errors, draft, 'script.').byInput).toEqual({ 'script.filename': 'is taken' });
});

test('an entry of a list is named by what it says', () => {
  expect(entryErrors([{ field: 'users[1]', message: 'is no member' }], 'users', ['a', 'b'])).toEqual([
    '“b” is no member',
  ]);
});

test('what is wrong with the path of an argument is told at that argument, whatever its position is now', () => {
  const argument = { ...emptyArgument(), label: 'Amount' };
  const event = 'e'.repeat(24);
  const trigger_arguments = { [event]: { [argument.key]: { kind: 'path', text: 'output[' } as const } };
  const mapped = { ...EMPTY_DRAFT, triggers: [event], task_arguments: [argument], trigger_arguments };
  const field = `trigger_arguments.${event}.0`;
  const { byInput, shown } = formErrors([{ field, message: 'is no path' }], mapped);
  expect(byInput).toEqual({ [`trigger_arguments.${event}.${argument.key}`]: 'is no path' });
  expect(shown).toEqual([field]);
});

test('a trigger that is refused is told by the name that people know it by', () => {
  const refused = { ...EMPTY_DRAFT, triggers: ['e1'] };
  const errors = [{ field: 'triggers[0]', message: 'would start itself again' }];
  expect(formErrors(errors, refused, '', () => 'Back up: success').byInput).toEqual({
    triggers: '“Back up: success” would start itself again',
  });
});
