import type { Recipe } from '../resources/index.ts';
import type { Static } from 'typebox';
import { SHA256, task, type Examples } from './shared.ts';

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

export const recipesExamples = {
  getTaskRecipe: { response: recipe },
  importTask: { body: recipe, response: imported },
  importTaskByGet: { response: imported },
} satisfies Partial<Examples>;
