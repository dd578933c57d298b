import type { DryUsed, WorkflowStep } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { useApi } from '../../../api/hooks.ts';
import { said } from '../../../api/sentences/said.ts';
import { definitionsOf } from './dry-values.ts';

const INCLUDE = { name: 1, type: 1, host_id: 1, inputs: 1, task_arguments: 1, problems: 1 };

/** What a step runs, and what is to be said of it before. */
export interface DryTarget extends DryUsed {
  name: string;
  /** It waits until people decide, or until they give its arguments. */
  waits: 'approval' | 'input' | undefined;
  /** Why it could not run now. */
  problems: string[];
  /** Names of events that it may end with, beside the usual ones. */
  events: string[];
}

/** The tasks and workflows that steps run, by id, as far as one may see them; undefined until they are known. */
export function useDryTargets(): ReadonlyMap<string, DryTarget> | undefined {
  const tasks = useApi('listTasks', { query: { unassigned: '1', include: INCLUDE } }).data;
  const workflows = useApi('listWorkflows', { query: {} }).data;
  const hosts = useApi('listHosts', {}).data;
  const events = useApi('listEvents', {}).data;
  if (!tasks || !workflows || !hosts || !events) return undefined;
  const disabled = new Map(hosts.filter((host) => host.disabled).map(({ id, hostname }) => [id, hostname]));
  const named = Map.groupBy(events, ({ emitter_id }) => emitter_id);
  const eventsOf = (id: string) => (named.get(id) ?? []).map(({ name }) => name);
  const asking = new Set(tasks.filter(({ inputs }) => inputs).map(({ id }) => id));
  return new Map<string, DryTarget>([
    ...tasks.map((task): [string, DryTarget] => {
      const { id, name, type, host_id } = task;
      const hostname = disabled.get(host_id ?? '');
      const asks = asking.has(id);
      return [
        id,
        {
          name,
          definitions: known(task.task_arguments),
          asks,
          waits: type === 'approval' ? 'approval' : asks ? 'input' : undefined,
          problems: [
            ...task.problems.map(said),
            ...(hostname === undefined ? [] : [t`Its bot ${hostname} is disabled.`]),
          ],
          events: eventsOf(id),
        },
      ];
    }),
    ...workflows.map((workflow): [string, DryTarget] => {
      const { id, name, own_arguments, start, steps } = workflow;
      const first = steps.find((step) => step.id === start[0])?.task;
      return [
        id,
        {
          name,
          definitions: known(workflow.task_arguments),
          asks: !own_arguments && first !== undefined && asking.has(first),
          waits: undefined,
          problems: workflow.problems.map(said),
          events: eventsOf(id),
        },
      ];
    }),
  ]);
}

/** A masked default is told nobody: that it is missing here means nothing. */
function known(given: readonly Record<string, unknown>[]): DryUsed['definitions'] {
  return definitionsOf(given).map((one) =>
    one.masked && one.type !== 'fixed' ? { ...one, required: false } : one,
  );
}

/** Those of a graph's steps. */
export function targetsOf(
  steps: readonly WorkflowStep[],
  targets: ReadonlyMap<string, DryTarget>,
): Map<string, DryTarget> {
  return new Map(
    steps.flatMap(({ id, task, workflow }) => {
      const target = targets.get(task ?? workflow ?? '');
      return target === undefined ? [] : [[id, target] as const];
    }),
  );
}
