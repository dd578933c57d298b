import {
  invalid,
  RECIPE_FORMAT,
  RECIPE_TASK_FIELDS,
  type Recipe,
  type RecipeMode,
  type RecipeShape,
  type Task,
} from '@argus/contract';

/** What a task runs, as its recipe carries it. */
export type RecipeFile = NonNullable<Recipe['script']>;

/**
 * The recipe of a task. Shallow leaves out what is private to its place: values of arguments, of the environment
 * (the names stay, so that it is known what to fill in), access list, bot. Neither has ids, dates or masked values,
 * so that an import exports the same again.
 */
export function recipeOf(task: Task, script: RecipeFile | null, mode: RecipeMode): Recipe {
  const shallow = mode === 'shallow';
  const left = new Set<string>(shallow ? ['acls', 'hostname'] : task.hostname === null ? ['hostname'] : []);
  const fields: Recipe['task'] = Object.fromEntries(
    RECIPE_TASK_FIELDS.filter((name) => !left.has(name)).map((name) => [name, task[name]]),
  );
  if (shallow) {
    fields.task_arguments = task.task_arguments.map(({ value: _value, ...definition }) => definition);
    fields.env = Object.fromEntries(Object.keys(task.env ?? {}).map((name) => [name, '']));
  }
  return { format: RECIPE_FORMAT, task: fields, script };
}

/** The name of a recipe's file: ASCII, without anything that a shell or a header would take for itself. */
export function recipeFilename(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80)
    .toLowerCase();
  return `${plain || 'task'}.recipe.json`;
}

type Fields = Record<string, unknown>;

/** One task of a recipe, as it stands there. */
export interface RecipePart {
  /** Where it stands: the path that findings about it begin with. */
  field: string;
  task: Fields;
  script: unknown;
  scriptField: string;
}

export interface RecognizedRecipe {
  format: RecipeShape;
  /** Times are in seconds and values are exact; else it comes from the reference system. */
  own: boolean;
  /** The first is the one that a workflow starts with. */
  parts: RecipePart[];
  /** What stands beside the recipe in the same object, of the request rather than of the task. */
  beside: Fields;
  /** Elements of a workflow that are no task. */
  rest: string[];
}

/** A workflow with more tasks than this is more likely a mistake. */
const TASKS_MAX = 100;
/** Fields of which a flat task has at least one; a name alone is no task. */
const FLAT_FIELDS = [
  'type',
  '_type',
  'task_arguments',
  'script_arguments',
  'script_runas',
  'run_as',
  'script',
];
const WORKFLOW_PARTS = ['graph', 'resources', 'triggers', 'files', 'events'];

/** Tells the shapes of recipes apart. Throws `invalid_input` for what is none of them. */
export function recognize(recipe: unknown): RecognizedRecipe {
  if (Array.isArray(recipe))
    throw invalid(
      'recipe',
      'is a list: a recipe is an object that holds a task (a list of arguments is not one)',
    );
  if (!isFields(recipe)) throw invalid('recipe', 'must be a JSON object: the export of a task');
  const { format, task, tasks } = recipe;
  const own = typeof format === 'string' && format.startsWith('argus/');
  if (own && format !== RECIPE_FORMAT)
    throw invalid('format', `is ${format.slice(0, 40)}; this server reads ${RECIPE_FORMAT}`);
  if (own && !isFields(task)) throw invalid('task', 'is missing: the recipe holds no task');
  if (isFields(task)) {
    const scriptField = own ? 'script' : 'file' in recipe ? 'file' : 'task.script';
    const script = own ? recipe['script'] : 'file' in recipe ? recipe['file'] : task['script'];
    return {
      format: own ? RECIPE_FORMAT : 'task and file',
      own,
      parts: [{ field: 'task', task, script, scriptField }],
      beside: recipe,
      rest: [],
    };
  }
  if (Array.isArray(tasks)) return workflow(recipe, tasks);
  if (FLAT_FIELDS.some((name) => name in recipe)) {
    const part = { field: '', task: recipe, script: recipe['script'], scriptField: 'script' };
    return { format: 'flat task', own: false, parts: [part], beside: {}, rest: [] };
  }
  throw invalid('recipe', 'holds no task: send the JSON that an export of a task gave');
}

function workflow(recipe: Fields, tasks: unknown[]): RecognizedRecipe {
  if (tasks.length > TASKS_MAX) throw invalid('tasks', `are more than ${TASKS_MAX}`);
  const parts = tasks.flatMap((task, index): RecipePart[] => {
    const field = `tasks[${index}]`;
    return isFields(task) ? [{ field, task, script: task['script'], scriptField: `${field}.script` }] : [];
  });
  if (parts.length === 0) throw invalid('tasks', 'is empty: the recipe holds no task');
  const start = recipe['start_task_id'];
  const first = parts.findIndex(({ task }) => start !== undefined && task['id'] === start);
  if (first > 0) parts.unshift(...parts.splice(first, 1));
  return {
    format: 'workflow',
    own: false,
    parts,
    beside: recipe,
    rest: WORKFLOW_PARTS.filter((name) => isFilled(recipe[name])),
  };
}

function isFilled(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
