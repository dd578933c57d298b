import type { Task } from '@argus/contract';
import { expect, test } from 'vitest';
import { bodyOf, draftOf, EMPTY_DRAFT, namedTrigger } from './task-draft.ts';

const task = {
  name: 'Deploy',
  type: 'script',
  inputs: null,
  host_labels: ['gpu', 'linux'],
  limits: {},
  description: '',
  tags: ['web'],
  host_id: null,
  script_id: 'a'.repeat(24),
  script_version: 3,
  run_as: 'bash %script%',
  acls: ['user'],
  triggers: ['e'.repeat(24)],
  trigger_arguments: { ['e'.repeat(24)]: { 1: { from: 'output[0].place' } } },
  priority: -5,
  grace_time: 30,
  multitasking: false,
  result_rule: 'exit_code',
  retention_days: 90,
  retention_jobs: 10_000,
  timeout: null,
  env: { A: '1', B: 'x=y' },
  task_arguments: [
    {
      order: 0,
      type: 'fixed',
      value: 'prod',
      label: '',
      help: '',
      required: true,
      masked: false,
      multiple: false,
    },
    {
      order: 1,
      type: 'select',
      label: 'Where',
      help: 'The place.',
      required: false,
      masked: false,
      multiple: false,
      readonly: true,
      charset: 'alnum',
      charsmin: 1,
      charsmax: 5,
      pattern: '^.$',
      endpoint_url: 'https://example.org/',
      id_attribute: 'key',
      text_attribute: 'text',
      version: 3,
      options: [
        { id: 'a', label: 'a', order: 0 },
        { id: 'b', label: 'The b', order: 1 },
      ],
    },
  ],
} as unknown as Task;

test('a task that is opened and saved is the same task', () => {
  const draft = draftOf(task);
  const body = bodyOf(draft, draft.script_id);
  expect(body).toMatchObject({ ...task, env: 'A=1\nB=x=y' });
});

test('a fixed argument that has no value yet stays without one until it is given', () => {
  const definition = { order: 0, type: 'fixed', label: 'Key' };
  const draft = draftOf({ ...task, task_arguments: [definition] });
  expect(bodyOf(draft, null).task_arguments?.[0]).not.toHaveProperty('value');
  const [argument] = draft.task_arguments;
  const given = { ...draft, task_arguments: [{ ...argument, value: 'x' } as typeof argument & object] };
  expect(bodyOf(given, null).task_arguments?.[0]).toMatchObject({ value: 'x' });
});

test('a script that is written with the task has no version to stay with', () => {
  expect(bodyOf({ ...draftOf(task), writesScript: true }, 'b'.repeat(24)).script_version).toBeNull();
});

test('an environment with values of several lines is edited as JSON', () => {
  const env = { A: 'one\ntwo' };
  expect(JSON.parse(draftOf({ ...task, env }).env)).toEqual(env);
});

test('numbers left empty are the defaults of the server', () => {
  const body = bodyOf({ ...EMPTY_DRAFT, name: ' New ' }, null);
  expect(body).toMatchObject({ name: 'New', timeout: null, grace_time: null, priority: 0 });
  expect(body).not.toHaveProperty('retention_days');
});

test('an event without an id is sent by its task and name, whatever is in the name', () => {
  const id = 'a'.repeat(24);
  const triggers = [namedTrigger(id, 'disk/full'), 'b'.repeat(24)];
  expect(bodyOf({ ...EMPTY_DRAFT, triggers }, null).triggers).toEqual([
    { task: id, event: 'disk/full' },
    'b'.repeat(24),
  ]);
});

test('a mapping follows its argument when that is moved, whether it was saved by label or position', () => {
  const event = 'e'.repeat(24);
  const mapped = { ...task, trigger_arguments: { [event]: { Where: { value: 7 } } } } as Task;
  const draft = draftOf(mapped);
  expect(bodyOf(draft, null).trigger_arguments).toEqual({ [event]: { 1: { value: 7 } } });
  const moved = { ...draft, task_arguments: draft.task_arguments.toReversed() };
  expect(bodyOf(moved, null).trigger_arguments).toEqual({ [event]: { 0: { value: 7 } } });
});

test('a mapping goes with its trigger, and is told with an event that has no id yet', () => {
  const event = namedTrigger('a'.repeat(24), 'disk_full');
  const draft = draftOf(task);
  const [, where] = draft.task_arguments;
  const mapping = { [where?.key ?? '']: { kind: 'path', text: ' emitter.name ' } as const };
  const named = {
    ...draft,
    triggers: [event],
    trigger_arguments: { ...draft.trigger_arguments, [event]: mapping },
  };
  expect(bodyOf(named, null)).toMatchObject({
    triggers: [{ task: 'a'.repeat(24), event: 'disk_full', arguments: { 1: { from: 'emitter.name' } } }],
    trigger_arguments: {},
  });
});
