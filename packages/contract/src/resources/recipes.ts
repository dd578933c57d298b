import { Type, type Static, type TObject } from 'typebox';
import { FieldError } from '../errors.ts';
import { Closed, OneOf, OrNull } from '../schema.ts';
import { EDGES_MAX, STEPS_MAX, WorkflowEdge, WorkflowGraph, WorkflowStep } from '../workflow.ts';
import { Sha256 } from './shared.ts';
import { Task } from './tasks.ts';
import { Workflow } from './workflows.ts';

/** Recipes of ours say this; one without a format comes from the reference system and counts in milliseconds. */
export const RECIPE_FORMAT = 'argus/1';

/** The largest script takes a third more in base64, which is 21.4 MiB; the rest is the task's. */
export const RECIPE_MAX_BYTES = 24 * 1024 * 1024;

/**
 * `shallow` is made to be shared: no values of arguments, environment and headers, no access list, no bot, nobody's
 * address.
 */
export const RECIPE_MODES = ['shallow', 'deep'] as const;
export type RecipeMode = (typeof RECIPE_MODES)[number];

/**
 * The fields of a task that a recipe carries, `acls` and `hostname` only where it is deep. What is left out means
 * nothing in another place: ids, dates, versions, triggers (ids of events), the secret key.
 */
export const RECIPE_TASK_FIELDS = [
  'name',
  'type',
  'description',
  'confirm',
  'tags',
  'hostname',
  'run_as',
  'task_arguments',
  'env',
  'approval',
  'inputs',
  'notification',
  'request',
  'acls',
  'grace_time',
  'timeout',
  'multitasking',
  'max_running',
  'priority',
  'host_labels',
  'lost_after',
  'on_lost',
  'retries',
  'expires_after',
  'limits',
  'kill_grace',
  'result_rule',
  'retention_days',
  'retention_jobs',
] as const satisfies readonly (keyof Task)[];

/** Its type is said: worked out of the schemas it is too deep for the compiler. */
const RecipeTask = Type.Unsafe<Partial<Pick<Task, (typeof RECIPE_TASK_FIELDS)[number]>>>(
  Type.Partial(Type.Pick(Task as TObject, [...RECIPE_TASK_FIELDS])),
);

const TaskAndScript = {
  task: RecipeTask,
  script: OrNull(
    Type.Object({
      filename: Type.String(),
      description: Type.String(),
      sha256: Sha256,
      data: Type.String({ description: 'The file, base64.' }),
    }),
  ),
};
export const Recipe = Type.Object({ format: OneOf([RECIPE_FORMAT]), ...TaskAndScript });
export type Recipe = Static<typeof Recipe>;

/** More than this in one recipe is a mistake. */
export const RECIPE_TASKS_MAX = 1000;
export const RECIPE_WORKFLOWS_MAX = 100;
/** At any depth: a task has some 60, an edge three and its condition. */
export const RECIPE_FIELDS_MAX = 200_000;

/** The name of a task or a workflow within one recipe, in place of its id. */
const Reference = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
  description: 'Its name within this recipe.',
});
export const RecipeStep = Closed({
  ...WorkflowStep.properties,
  task: Type.Optional(Reference),
  workflow: Type.Optional(Reference),
});
export type RecipeStep = Static<typeof RecipeStep>;
export const RecipeGraph = Closed({
  ...WorkflowGraph.properties,
  steps: Type.Array(RecipeStep, { minItems: 1, maxItems: STEPS_MAX }),
  edges: Type.Array(WorkflowEdge, { maxItems: EDGES_MAX }),
});
export type RecipeGraph = Static<typeof RecipeGraph>;

/** The fields of a workflow that a recipe carries beside its graph, `acls` only where it is deep. */
export const RECIPE_WORKFLOW_FIELDS = [
  'name',
  'description',
  'tags',
  'task_arguments',
  'env',
  'acls',
  'grace_time',
  'multitasking',
  'retention_days',
] as const satisfies readonly (keyof Workflow)[];

export type RecipeWorkflow = Partial<Pick<Workflow, (typeof RECIPE_WORKFLOW_FIELDS)[number]>> & RecipeGraph;
/** Its type is said, as that of a task. */
const RecipeWorkflow = Type.Unsafe<RecipeWorkflow>(
  Type.Object({
    ...Type.Partial(Type.Pick(Workflow as TObject, [...RECIPE_WORKFLOW_FIELDS])).properties,
    ...RecipeGraph.properties,
  }),
);

export const WorkflowRecipe = Type.Object({
  format: OneOf([RECIPE_FORMAT]),
  workflow: RecipeWorkflow,
  tasks: Type.Array(Type.Object({ id: Reference, ...TaskAndScript }), {
    description: 'The tasks of its steps, and of those of the workflows within it.',
  }),
  workflows: Type.Array(Type.Object({ id: Reference, workflow: RecipeWorkflow }), {
    description: 'The workflows that are steps of it.',
  }),
});
export type WorkflowRecipe = Static<typeof WorkflowRecipe>;

/** A body that is a recipe of any known shape, with fields that are not known here. */
export const RecipeImport = Type.Unsafe<unknown>({
  description:
    'A recipe: of this system, or one of the reference system (a task and its file, a flat task, a workflow). Beside ' +
    '`task` it may name the bot to run on (`host_id` or `hostname`).',
});

/** Which shape a recipe had. */
export const RECIPE_SHAPES = [RECIPE_FORMAT, 'task and file', 'flat task', 'workflow'] as const;
export type RecipeShape = (typeof RECIPE_SHAPES)[number];

const findings = (description: string) => Type.Array(FieldError, { description });

export const RecipeReport = Type.Object({
  format: OneOf(RECIPE_SHAPES),
  adapted: findings('What was taken in another form: renamed, converted, corrected.'),
  dropped: findings('What was left out, and why.'),
  missing: findings('What is still to be filled in before it runs as it did.'),
});
export type RecipeReport = Static<typeof RecipeReport>;

export const ImportedTask = Type.Object({
  ...Task.properties,
  report: RecipeReport,
  others: Type.Array(Task, { description: 'The further tasks of a recipe that holds several.' }),
});

export const ImportedWorkflow = Type.Object({
  ...Workflow.properties,
  report: RecipeReport,
  tasks: Type.Array(Task, { description: 'The tasks that were made.' }),
  workflows: Type.Array(Workflow, { description: 'The workflows that were made to be steps of it.' }),
});
