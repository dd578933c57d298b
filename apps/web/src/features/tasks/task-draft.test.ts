import type { Task } from '@argus/contract';
import { expect, test } from 'vitest';
import { bodyOf, draftOf, EMPTY_DRAFT, formErrors } from './task-draft.ts';

const task = {
  name: 'Deploy',
  description: '',
  tags: ['web'],
  host_id: null,
  script_id: 'a'.repeat(24),
  script_version: 3,
  run_as: 'bash %script%',
  acls: ['user'],
  grace_time: 0,
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
      charsmax: 5,
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
  expect(body).toMatchObject({ name: 'New', timeout: null, grace_time: 0 });
  expect(body).not.toHaveProperty('retention_days');
});

test('errors of the server find their inputs', () => {
  const errors = [
    { field: 'name', message: 'a' },
    { field: 'task_arguments[1].pattern', message: 'b' },
    { field: 'task_arguments[0].options[2].id', message: 'c' },
  ];
  expect(formErrors(errors)).toEqual({
    name: 'a',
    'task_arguments.1.pattern': 'b',
    'task_arguments.0.options': 'c',
  });
});
