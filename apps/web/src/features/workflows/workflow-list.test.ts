import type { Workflow } from '@argus/contract';
import { exampleOf } from '@argus/contract';
import { expect, test } from 'vitest';
import { filterWorkflows, otherProblems } from './workflow-list.ts';

const [disks] = exampleOf('listWorkflows').response as [Workflow];
const backup: Workflow = { ...disks, id: 'b', name: 'Back up', tags: [], uses: [], description: '' };

test('workflows are found by their words, tags and the tasks of their steps, and listed by name', () => {
  const found = (filter: object) => filterWorkflows([disks, backup], filter).map(({ name }) => name);
  expect(found({})).toEqual(['Back up', 'Keep the disks free']);
  expect(found({ q: 'DISKS free' })).toEqual(['Keep the disks free']);
  expect(found({ q: 'tidy up' })).toEqual(['Keep the disks free']);
  expect(found({ tag: 'disk' })).toEqual(['Keep the disks free']);
  expect(found({ q: 'nothing' })).toEqual([]);
});

test('that it is paused is no other problem', () => {
  const paused = { at: '', by: '', reason: '' };
  expect(otherProblems({ paused, problems: ['It was paused.', 'A task is gone.'] })).toEqual([
    'A task is gone.',
  ]);
  expect(otherProblems({ paused: null, problems: ['A task is gone.'] })).toEqual(['A task is gone.']);
});
