import { inOrder, startsOf, type WorkflowOutlook, type WorkflowStep } from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import { visibleTo } from '../access/index.ts';
import { durationOf, placeOf, setsOf } from '../jobs/index.ts';
import type { TaskQueries, TaskRow } from '../tasks/index.ts';
import { usedBy, type WorkflowQueries, type WorkflowRow } from './queries.ts';
import type { RunQueries } from './run-queries.ts';

/** So many steps are told of: a dialog shows no more. */
const STEPS_TOLD = 10;

interface OutlookServices {
  db: Database;
  queries: Pick<WorkflowQueries, 'names'>;
  runs: Pick<RunQueries, 'usualDuration' | 'givenBy' | 'lastUnfinished'>;
  tasks: Pick<TaskQueries, 'find'>;
}

/** What a run of a workflow would meet if it were started now; tasks that the caller may not see are not told of. */
export async function workflowOutlook(
  { db, queries, runs, tasks }: OutlookServices,
  caller: Actor,
  workflow: WorkflowRow,
): Promise<WorkflowOutlook> {
  const { graph } = workflow;
  const used = [...new Set(graph.steps.flatMap(({ task }) => task ?? []))];
  const [names, found, durations, given, unfinished] = await Promise.all([
    queries.names(workflow.customer_id, usedBy(graph)),
    Promise.all(used.map((id) => tasks.find(id))),
    runs.usualDuration(workflow.id),
    caller.userId === null ? [] : runs.givenBy(workflow.id, caller.userId),
    workflow.multitasking ? undefined : runs.lastUnfinished(workflow.id),
  ]);
  const seen = new Map(
    found.flatMap((task) =>
      task?.customer_id === caller.customer.id && visibleTo(caller, { taskId: task.id, acls: task.acls })
        ? [[task.id, task] as const]
        : [],
    ),
  );
  const byId = new Map(graph.steps.map((step) => [step.id, step]));
  const named = (step: WorkflowStep) => ({
    step: step.id,
    name: step.name ?? names.get(step.task ?? step.workflow ?? '')?.name ?? step.id,
  });
  const starts = startsOf(graph).flatMap((id) => byId.get(id) ?? []);
  const asking = inOrder(graph)
    .flatMap((id) => byId.get(id) ?? [])
    .flatMap((step) => {
      const task = seen.get(step.task ?? '');
      const asked = task && askedBy(task);
      return asked ? [{ ...named(step), ...asked }] : [];
    });
  return {
    waits_for_run: unfinished ?? null,
    first: await Promise.all(
      starts.slice(0, STEPS_TOLD).map(async (step) => {
        const task = seen.get(step.task ?? '');
        const nowhere = { bot: null, waits_for: null, reason: null, jobs_before: 0 };
        if (task === undefined)
          return { ...named(step), type: step.workflow === undefined ? null : 'workflow', ...nowhere };
        const { bot, waits_for, reason, jobs_before } = await placeOf(db, {
          ...task,
          priority: step.priority ?? task.priority,
        });
        return { ...named(step), type: task.type, bot, waits_for, reason, jobs_before };
      }),
    ),
    asks: asking.slice(0, STEPS_TOLD),
    duration: durationOf(durations),
    last_values: setsOf(given).map(({ id, ...set }) => ({ run: id, ...set })),
  };
}

/** Whom a step of a task may wait for. */
function askedBy({
  type,
  settings,
}: TaskRow): Pick<WorkflowOutlook['asks'][number], 'type' | 'who' | 'people'> | undefined {
  const asked = type === 'approval' ? settings.approval : type === 'input' ? settings.inputs : undefined;
  if (!asked) return undefined;
  return { type: type === 'approval' ? 'approval' : 'input', who: asked.who, people: asked.people };
}
