import type { TaskActivity } from '@argus/contract';
import { expect, test } from 'vitest';
import type { ListedTask } from './task-list.ts';
import { taskFields } from './task-fields.ts';
import { asksForState, findTasks, searchFor, unknownStates } from './task-search.ts';

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
const paused = { at: '2026-01-31T00:00:00.000Z', by: 'Ada', reason: '' };
const all = [
  task('Back up', { tags: ['nightly', 'db'], host_id: 'h1', hostname: 'web-1', script_name: 'backup.sh' }),
  task('Deploy', { tags: ['Shop front'], host_labels: ['linux'], description: 'To web-1' }),
  task('Ask', { type: 'approval', paused, problems: ['It was paused.'] }),
  task('Nothing yet', { problems: ['It has no bot.'] }),
];
const did = (task_id: string, more: Partial<TaskActivity>): [string, TaskActivity] => [
  task_id,
  { task_id, running: 0, waiting: 0, grace: 0, next_run_at: null, ended: null, last: null, ...more },
];
const last = {
  id: '1',
  lifecycle: 'started',
  state: 'in_progress',
  reason_code: null,
  creation_date: '',
  started_at: null,
  finished_at: null,
} as const;
const activity = new Map([
  did('Back up', { running: 1, ended: 'timeout', last, next_run_at: '2026-12-01T00:00:00.000Z' }),
  did('Deploy', { ended: 'success', last }),
  did('Ask', { grace: 1 }),
]);
const found = (q: string) => findTasks(all, activity, q).map(({ name }) => name);

test('every word of the text is somewhere in the task', () => {
  expect(found('WEB-1')).toEqual(['Back up', 'Deploy']);
  expect(found('web-1 shop')).toEqual(['Deploy']);
  expect(found('')).toHaveLength(4);
  expect(found('approval')).toEqual(['Ask']);
});

test('a task is found by its id, and a short number in it is none', () => {
  const known = { ...task('Named'), id: '6a1b90002f3c4d5e6f708192' };
  const by = (q: string) => findTasks([known], activity, q);
  expect(by('6a1b90002f3c4d5e6f708192')).toEqual([known]);
  expect(by('6A1B9000')).toEqual([known]);
  expect(by('9000')).toEqual([]);
});

test('fields are compared whole, unless a star says otherwise', () => {
  expect(found('tag:night')).toEqual([]);
  expect(found('tag:night*')).toEqual(['Back up']);
  expect(found('tag:"shop front"')).toEqual(['Deploy']);
  expect(found('bot:web-1')).toEqual(['Back up']);
  expect(found('bot:linux,h1')).toEqual(['Back up', 'Deploy']);
  expect(found('-tag:db type:script')).toEqual(['Deploy', 'Nothing yet']);
  expect(found('script:backup.sh')).toEqual(['Back up']);
});

test.each([
  ['running', ['Back up']],
  ['waiting', ['Ask']],
  ['failing', ['Back up']],
  ['succeeding', ['Deploy']],
  ['scheduled', ['Back up']],
  ['paused', ['Ask']],
  ['cannot-run', ['Nothing yet']],
  ['never-run', ['Ask', 'Nothing yet']],
  ['on-fire', []],
])('in the state %s are %j', (state, names) => {
  expect(found(`state:${state}`)).toEqual(names);
});

test('a search that asks for what there is not says so', () => {
  expect([asksForState('state:running'), asksForState('state')]).toEqual([true, false]);
  expect(unknownStates('state:running,burning -state:Failing')).toEqual(['burning']);
});

test('a link to a tag finds it, whatever it is', () => {
  expect(found(searchFor('tag', 'Shop front').q)).toEqual(['Deploy']);
});

test('the tags, bots and labels that there are can be chosen', () => {
  const values = Object.fromEntries(
    taskFields(all).map(({ name, values: of }) => [name, of().map(({ value }) => value)]),
  );
  expect(values).toMatchObject({ tag: ['db', 'nightly', 'Shop front'], bot: ['linux', 'web-1'] });
});
