import { expect, test } from 'vitest';
import { argumentsOf, recipeOf } from './argument-recipe.ts';
import { argumentDraft, definitionOf, emptyArgument } from './task-draft.ts';

test('arguments that were exported are the same after their import, but for masked values', () => {
  const drafts = [
    { type: 'fixed', value: 'deploy', label: 'What' },
    { type: 'select', label: 'Where', options: [{ id: 'a', label: 'A' }, { id: 'b' }], help: 'One of them' },
    { type: 'input', label: 'Key', masked: true, value: 'hush' },
  ].map(argumentDraft);
  const text = recipeOf(drafts);
  expect(text).not.toContain('hush');
  const wanted = drafts.map((draft, order) =>
    definitionOf({ ...draft, value: draft.masked ? '' : draft.value }, order),
  );
  expect(argumentsOf(text).map(definitionOf)).toEqual(wanted);
});

test('the arguments of the recipe of a task, and a bare list, are read too', () => {
  const task_arguments = [{ type: 'input', label: 'Who' }];
  for (const recipe of [{ task: { task_arguments } }, { task_arguments }, task_arguments])
    expect(argumentsOf(JSON.stringify(recipe))).toMatchObject([{ type: 'input', label: 'Who' }]);
});

test('what is no recipe is refused with the reason', () => {
  expect(() => argumentsOf('hello')).toThrow('It is no JSON file.');
  expect(() => argumentsOf('{"name":"x"}')).toThrow('It holds no arguments');
  expect(() => argumentsOf('[{"type":"spell"}]')).toThrow('Argument 1 of the file has no type');
});

test('a draft has a key of its own', () => {
  expect(emptyArgument().key).not.toBe(emptyArgument().key);
});
