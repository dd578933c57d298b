import { exampleOf, type Workflow } from '@argus/contract';
import { expect, test } from 'vitest';
import { graphDraft } from './graph-draft.ts';
import { EMPTY_SETTINGS, settingsDraft, workflowBody } from './workflow-draft.ts';

const workflow = exampleOf('getWorkflow').response as Workflow;

test('a workflow that is opened and saved stays as it is', () => {
  const body = workflowBody(settingsDraft(workflow), graphDraft(workflow), workflow.own_arguments);
  const { name, description, tags, acls, steps, edges, triggers, multitasking, retention_days } = workflow;
  expect(body).toMatchObject({ name, description, tags, acls, steps, edges, triggers, multitasking });
  expect(body).toMatchObject({ retention_days, env: 'REGION=eu', task_arguments: [], grace_time: 0 });
  expect(body).not.toHaveProperty('start');
});

test('its own arguments are sent where it has some', () => {
  const draft = settingsDraft(workflow);
  expect(workflowBody(draft, graphDraft(workflow), true).task_arguments).toMatchObject([
    { order: 0, type: 'input', label: 'Limit in percent', value: '90' },
  ]);
  expect(workflowBody(EMPTY_SETTINGS, graphDraft(workflow), true).task_arguments).toEqual([]);
});
