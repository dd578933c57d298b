import {
  RECIPE_FORMAT,
  RECIPE_WORKFLOW_FIELDS,
  type Mapping,
  type RecipeMode,
  type RecipeWorkflow,
  type Task,
  type Workflow,
  type WorkflowGraph,
  type WorkflowRecipe,
} from '@argus/contract';
import { blank, recipeOf, withoutValues, type RecipeFile } from './rules.ts';

/** A workflow as it is shown, and its graph as it is stored: that knows whether its start was chosen. */
export interface Exported {
  workflow: Workflow;
  graph: Pick<WorkflowGraph, 'edges' | 'start'>;
}

/** What a recipe holds, each with its name in it. */
export interface Contents {
  main: Exported;
  tasks: readonly { reference: string; task: Task; script: RecipeFile | null }[];
  workflows: readonly (Exported & { reference: string })[];
}

/** The names of tasks and workflows within a recipe, by their ids. */
export type References = ReadonlyMap<string, string>;

/** The recipe of a workflow: as `recipeOf`, with names in place of ids. */
export function workflowRecipeOf(
  { main, tasks, workflows }: Contents,
  references: References,
  mode: RecipeMode,
): WorkflowRecipe {
  return {
    format: RECIPE_FORMAT,
    workflow: fieldsOf(main, references, mode),
    tasks: tasks.map(({ reference, task, script }) => {
      const { format: _format, ...parts } = recipeOf(task, script, mode);
      return { id: reference, ...parts };
    }),
    workflows: workflows.map(({ reference, ...one }) => ({
      id: reference,
      workflow: fieldsOf(one, references, mode),
    })),
  };
}

function fieldsOf({ workflow, graph }: Exported, references: References, mode: RecipeMode): RecipeWorkflow {
  const shallow = mode === 'shallow';
  const own = workflow.own_arguments ? workflow.task_arguments : [];
  const nameOf = (id: string) => references.get(id) ?? id;
  return {
    ...(Object.fromEntries(
      RECIPE_WORKFLOW_FIELDS.filter((name) => !(shallow && name === 'acls')).map((name) => [
        name,
        workflow[name],
      ]),
    ) as Partial<RecipeWorkflow>),
    task_arguments: shallow ? withoutValues(own) : own,
    env: shallow ? blank(workflow.env) : (workflow.env ?? {}),
    steps: workflow.steps.map(({ task, workflow: inner, arguments: mapping, env, ...step }) => ({
      ...step,
      ...(task !== undefined && { task: nameOf(task) }),
      ...(inner !== undefined && { workflow: nameOf(inner) }),
      ...(mapping !== undefined && { arguments: shallow ? withoutConstants(mapping) : mapping }),
      ...(env !== undefined && { env: shallow ? blank(env) : env }),
    })),
    edges: graph.edges,
    ...(graph.start !== undefined && { start: graph.start }),
  };
}

/** A value that is always the same is one of an argument. */
function withoutConstants(mapping: Mapping): Mapping {
  return Object.fromEntries(
    Object.entries(mapping).map(([name, source]) => [name, 'from' in source ? source : { value: null }]),
  );
}
