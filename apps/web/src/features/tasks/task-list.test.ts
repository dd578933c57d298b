import { expect, test } from 'vitest';
import { choicesOf, filterTasks, otherProblems, type ListedTask } from './task-list.ts';

const task = (name: string, more: Partial<ListedTask> = {}): ListedTask => ({
  id: name,
  type: 'script',
  name,
  description: '',
  tags: [],
  host_id: null,
  hostname: null,
  host_labels: [],
  script_id: null,
  script_name: null,
  paused: null,
  problems: [],
  ...more,
});
const backup = task('Back up', { tags: ['nightly', 'db'], host_id: 'h1', hostname: 'web-1' });
const deploy = task('Deploy', { tags: ['shop'], host_id: 'h2', hostname: 'app-1', description: 'To web-1' });
const all = [backup, deploy, task('Nothing yet')];
const names = (filter: Parameters<typeof filterTasks>[1]) => filterTasks(all, filter).map(({ name }) => name);

test('every word of the text is somewhere in the task', () => {
  expect(names({ q: 'WEB-1' })).toEqual(['Back up', 'Deploy']);
  expect(names({ q: 'web-1 shop' })).toEqual(['Deploy']);
  expect(names({})).toEqual(['Back up', 'Deploy', 'Nothing yet']);
  const ask = task('Ask', { type: 'approval' });
  expect(filterTasks([...all, ask], { q: 'approval' })).toEqual([ask]);
});

test('tag and bot are compared whole', () => {
  expect(names({ tag: 'night' })).toEqual([]);
  expect(names({ tag: 'db', host: 'h1' })).toEqual(['Back up']);
  expect(names({ tag: 'db', host: 'h2' })).toEqual([]);
});

test('one chooses from the tags and bots that there are', () => {
  expect(choicesOf(all)).toEqual({
    tags: ['db', 'nightly', 'shop'],
    hosts: [
      { value: 'h2', label: 'app-1' },
      { value: 'h1', label: 'web-1' },
    ],
  });
});

test('that a task is paused is told apart from what else keeps it from running', () => {
  const paused = { at: '2026-01-31T00:00:00.000Z', by: 'Ada', reason: '' };
  expect(otherProblems({ paused, problems: ['It was paused by Ada.', 'It has no bot.'] })).toEqual([
    'It has no bot.',
  ]);
  expect(otherProblems({ paused: null, problems: ['It has no bot.'] })).toEqual(['It has no bot.']);
});
