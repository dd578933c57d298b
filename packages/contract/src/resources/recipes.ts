import { Type, type Static, type TObject } from 'typebox';
import { FieldError } from '../errors.ts';
import { OneOf, OrNull } from '../schema.ts';
import { Sha256 } from './shared.ts';
import { Task } from './tasks.ts';

/** Recipes of ours say this; one without a format comes from the reference system and counts in milliseconds. */
export const RECIPE_FORMAT = 'argus/1';

/** The largest script takes a third more in base64, which is 21.4 MiB; the rest is the task's. */
export const RECIPE_MAX_BYTES = 24 * 1024 * 1024;

/** `shallow` is made to be shared: no values of arguments and environment, no access list, no bot. */
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

export const Recipe = Type.Object({
  format: OneOf([RECIPE_FORMAT]),
  task: RecipeTask,
  script: OrNull(
    Type.Object({
      filename: Type.String(),
      description: Type.String(),
      sha256: Sha256,
      data: Type.String({ description: 'The file, base64.' }),
    }),
  ),
});
export type Recipe = Static<typeof Recipe>;

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
