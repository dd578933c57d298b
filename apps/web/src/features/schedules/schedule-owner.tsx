import type { Schedule, Task } from '@argus/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';

/** What a schedule runs: a task or a workflow. */
export interface ScheduleOwner extends Pick<Task, 'id' | 'name' | 'task_arguments'> {
  type: 'task' | 'workflow';
  /** The task whose options are asked for, where an argument has some. */
  optionsOf: string;
}

type Owned = Pick<Schedule, 'task' | 'workflow' | 'task_id' | 'workflow_id'>;

export function ownerName({ task, workflow }: Pick<Schedule, 'task' | 'workflow'>): string {
  return (task ?? workflow)?.name ?? '';
}

/** The way to the task or workflow that a schedule runs. */
export function OwnerLink({ schedule, fw }: { schedule: Owned; fw?: number }) {
  const customer = useCustomer();
  const name = ownerName(schedule);
  const look = { size: 'sm', ...(fw !== undefined && { fw }) } as const;
  return schedule.workflow_id === null ? (
    <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: schedule.task_id ?? '' }} {...look}>
      {name}
    </TextLink>
  ) : (
    <TextLink
      to="/$customer/workflows/$workflowId"
      params={{ customer, workflowId: schedule.workflow_id }}
      {...look}
    >
      {name}
    </TextLink>
  );
}

/** What a schedule runs, with the arguments that it takes. */
export function useScheduleOwner({ task_id, workflow_id }: Owned) {
  const task = useApi('getTask', { params: { id: task_id ?? '' } }, { enabled: task_id !== null });
  const workflow = useApi(
    'getWorkflow',
    { params: { id: workflow_id ?? '' } },
    { enabled: workflow_id !== null },
  );
  return (workflow_id === null ? task : workflow) as UseQueryResult<Parameters<typeof scheduleOwner>[0]>;
}

/** The same for the form. The arguments of a workflow may be those of its first step. */
export function scheduleOwner(
  found: Pick<Task, 'id' | 'name' | 'task_arguments'> & {
    steps?: readonly { id: string; task?: string }[];
    start?: readonly string[];
  },
): ScheduleOwner {
  const { id, name, task_arguments, steps, start } = found;
  const first = steps?.find((step) => step.id === start?.[0]);
  return {
    type: steps === undefined ? 'task' : 'workflow',
    id,
    name,
    task_arguments,
    optionsOf: steps === undefined ? id : (first?.task ?? id),
  };
}
