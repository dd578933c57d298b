import {
  ArgusError,
  RECIPE_FIELDS_MAX,
  RECIPE_MAX_BYTES,
  RECIPE_TASKS_MAX,
  RECIPE_WORKFLOWS_MAX,
  type RecipeMode,
  type WorkflowRecipe,
} from '@argus/contract';
import { checked } from '../../platform/http/body.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Platform } from '../../platform/platform.ts';
import type { ScriptQueries } from '../scripts/index.ts';
import { taskView, type TaskQueries, type TaskRow } from '../tasks/index.ts';
import { workflowViews, type WorkflowQueries, type WorkflowRow } from '../workflows/index.ts';
import type { RecipeFile } from './rules.ts';
import { workflowRecipeOf, type Contents, type Exported } from './workflow-recipe.ts';

export interface ExportServices {
  tasks: Pick<TaskQueries, 'find'>;
  workflows: Pick<WorkflowQueries, 'find' | 'names'>;
  scripts: Pick<ScriptQueries, 'get' | 'blob'>;
}

/** The file that a task would run now. */
export async function fileOf(
  { scripts }: Pick<ExportServices, 'scripts'>,
  task: TaskRow,
): Promise<RecipeFile | null> {
  const { script_id, script_name, script_sha256 } = task;
  if (script_id === null || script_name === null || script_sha256 === null) return null;
  const script = await scripts.get(task.customer_id, script_id);
  const data = await scripts.blob(script_sha256);
  if (script === undefined || data === undefined) throw new ArgusError('not_found', 'Its script is gone.');
  return {
    filename: script_name,
    description: script.description,
    sha256: script_sha256,
    data: data.toString('base64'),
  };
}

/**
 * The recipe of a workflow with all that it runs. Throws `conflict` where a step runs what was deleted, `too_large` for a
 * recipe that could not be imported again.
 */
export async function exportWorkflow(
  platform: Pick<Platform, 'box'>,
  services: ExportServices,
  caller: Actor,
  main: WorkflowRow,
  mode: RecipeMode,
): Promise<WorkflowRecipe> {
  const references = new Map<string, string>();
  const rows = [main];
  const tasks: Contents['tasks'][number][] = [];
  let size = 0;

  // a list that grows while it is walked: workflows within workflows come at its end
  for (const { graph } of rows)
    for (const { id: step, task, workflow } of graph.steps) {
      if (task !== undefined && !references.has(task)) {
        const row = own(await services.tasks.find(task), 'task', step);
        const reference = `task-${tasks.length + 1}`;
        references.set(task, reference);
        const script = await fileOf(services, row);
        size += script?.data.length ?? 0;
        tasks.push({ reference, task: taskView(platform, row, caller), script });
        assertFits(size, tasks.length, rows.length);
      }
      if (workflow !== undefined && !references.has(workflow)) {
        const row = own(await services.workflows.find(workflow), 'workflow', step);
        references.set(workflow, `workflow-${rows.length}`);
        rows.push(row);
        assertFits(size, tasks.length, rows.length);
      }
    }

  const views = await workflowViews(platform, services.workflows, caller, rows);
  const exported = views.map((workflow, index): Exported => {
    const { graph } = rows[index] as WorkflowRow;
    return { workflow, graph };
  });
  const [first, ...others] = exported as [Exported, ...Exported[]];
  const recipe = workflowRecipeOf(
    {
      main: first,
      tasks,
      workflows: others.map((one, index) => ({ ...one, reference: `workflow-${index + 1}` })),
    },
    references,
    mode,
  );
  assertFits(Buffer.byteLength(JSON.stringify(recipe)), tasks.length, rows.length);
  try {
    return checked(recipe, RECIPE_FIELDS_MAX);
  } catch {
    throw tooLarge();
  }

  function own<T extends { customer_id: string }>(row: T | undefined, what: string, step: string): T {
    if (row?.customer_id === main.customer_id) return row;
    throw new ArgusError('conflict', `The ${what} of its step "${step}" was deleted: choose another first.`);
  }
}

function assertFits(size: number, tasks: number, workflows: number): void {
  // the recipe's own workflow is beside those within it
  if (size > RECIPE_MAX_BYTES || tasks > RECIPE_TASKS_MAX || workflows - 1 > RECIPE_WORKFLOWS_MAX)
    throw tooLarge();
}

function tooLarge(): ArgusError {
  return new ArgusError(
    'too_large',
    `A recipe has at most ${RECIPE_MAX_BYTES} bytes, ${RECIPE_TASKS_MAX} tasks, ${RECIPE_WORKFLOWS_MAX} workflows and ${RECIPE_FIELDS_MAX} fields: export the tasks, or the workflows within, one by one.`,
  );
}
