import type { Recipe, WorkflowRecipe } from '../resources/index.ts';
import type { Static } from 'typebox';
import { APPROVAL_DEFAULTS } from '../task-type-values.ts';
import { SHA256, task, type Examples } from './shared.ts';
import { workflow } from './workflows.ts';

const { name, type, description, tags, run_as, grace_time, timeout, multitasking, priority } = task;
const recipe: Static<typeof Recipe> = {
  format: 'argus/1',
  task: {
    name,
    type,
    description,
    tags,
    run_as,
    task_arguments: [{ order: 0, type: 'input', label: 'Limit in percent', charset: 'num', charsmax: 3 }],
    env: { LANG: '' },
    grace_time,
    timeout,
    multitasking,
    priority,
  },
  script: {
    filename: 'disk-report.sh',
    description: 'How full the disks are',
    sha256: SHA256,
    data: 'IyEvYmluL2Jhc2gKZGYgLWhQVAo=',
  },
};

const imported = {
  ...task,
  host_id: null,
  hostname: null,
  problems: ['It has no bot: choose the bot that runs it.'],
  report: {
    format: 'argus/1' as const,
    adapted: [],
    dropped: [],
    missing: [{ field: 'host_id', message: 'choose the bot that runs it' }],
  },
  others: [],
};

const workflowRecipe: WorkflowRecipe = {
  format: 'argus/1',
  workflow: {
    name: workflow.name,
    description: workflow.description,
    tags: workflow.tags,
    task_arguments: [],
    env: { REGION: '' },
    grace_time: 0,
    multitasking: false,
    retention_days: 90,
    steps: [
      { id: 'report', task: 'task-1' },
      { id: 'ask', task: 'task-2' },
    ],
    edges: [{ from: 'report', to: 'ask' }],
  },
  tasks: [
    { id: 'task-1', task: recipe.task, script: recipe.script },
    { id: 'task-2', task: { name: 'Ask', type: 'approval', approval: APPROVAL_DEFAULTS }, script: null },
  ],
  workflows: [],
};
const { others: _others, ...madeTask } = imported;

export const recipesExamples = {
  getTaskRecipe: { response: recipe },
  importTask: { body: recipe, response: imported },
  importTaskByGet: { response: imported },
  getWorkflowRecipe: { response: workflowRecipe },
  importWorkflow: {
    body: workflowRecipe,
    response: { ...workflow, report: imported.report, tasks: [madeTask], workflows: [] },
  },
} satisfies Partial<Examples>;
