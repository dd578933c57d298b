import type { Task, Workflow, WorkflowStep } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { useMemo } from 'react';
import { useApi } from '../../api/hooks.ts';
import { hasBot, wordsOf } from '../../ui/task-types.tsx';
import { whereText } from '../tasks/policy-words.ts';

/** What can be a step. */
export interface Usable {
  type: 'task' | 'workflow';
  id: string;
  name: string;
  /** The bot, or what it must carry; what it is where it needs none; of a workflow how many steps it has. */
  where: string;
}

const INCLUDE = { name: 1, type: 1, hostname: 1, host_labels: 1 };

/** The tasks and workflows that one may see, by id; without one that would run itself. */
export function useUsable(without?: string): ReadonlyMap<string, Usable> {
  const tasks = useApi('listTasks', { query: { unassigned: '1', include: INCLUDE } }).data;
  const workflows = useApi('listWorkflows', { query: {} }).data;
  return useMemo(
    () =>
      new Map([
        ...(tasks ?? []).map((task) => [task.id, ofTask(task)] as const),
        ...(workflows ?? [])
          .filter(({ id }) => id !== without)
          .map((workflow) => [workflow.id, ofWorkflow(workflow)] as const),
      ]),
    [tasks, workflows, without],
  );
}

function ofTask(task: Pick<Task, 'id' | 'name' | 'type' | 'hostname' | 'host_labels'>): Usable {
  const { id, name, type } = task;
  const noBot = hasBot(type) ? t`no bot yet` : wordsOf(type).label.toLowerCase();
  return { type: 'task', id, name, where: whereText(task) ?? noBot };
}

function ofWorkflow({ id, name, steps }: Workflow): Usable {
  const count = steps.length;
  const where = plural(count, { one: 'workflow of # step', other: 'workflow of # steps' });
  return { type: 'workflow', id, name, where };
}

/** What a step is called: its own name, else that of what it runs, else its id. */
export function stepTitle(
  { id, name, task, workflow }: Pick<WorkflowStep, 'id' | 'name' | 'task' | 'workflow'>,
  usable: ReadonlyMap<string, Pick<Usable, 'name'>>,
): string {
  return name?.trim() || (usable.get(task ?? workflow ?? '')?.name ?? id);
}
