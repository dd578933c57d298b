import { expect, test } from 'vitest';
import { isWorkflowRecipe } from './recipe-kind.ts';

test.each([
  [true, { format: 'argus/1', workflow: {}, tasks: [] }],
  [true, { graph: { nodes: [] }, tasks: [] }],
  [false, { format: 'argus/1', task: {}, script: null }],
  [false, { format: 'argus/1', graph: {} }],
  [false, { task: {}, file: {} }],
  [false, { type: 'script', name: 'x', workflow: '6'.repeat(24) }],
  [false, { tasks: [] }],
  [false, []],
  [false, null],
])('it is %s of %j that it is the recipe of a workflow', (expected, recipe) => {
  expect(isWorkflowRecipe(recipe)).toBe(expected);
});
