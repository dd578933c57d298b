import {
  invalid,
  isSecretReference,
  RECIPE_FORMAT,
  RECIPE_TASK_FIELDS,
  RECIPE_TASKS_MAX,
  RECIPE_WORKFLOWS_MAX,
  type Recipe,
  type RecipeMode,
  type RecipeShape,
  type Task,
} from '@argus/contract';

/** What a task runs, as its recipe carries it. */
export type RecipeFile = NonNullable<Recipe['script']>;

/**
 * The recipe of a task. Shallow leaves out what is private to its place: values of arguments, of the environment and of
 * headers (the names stay, so that it is known what to fill in), access list, bot, addresses of people. Neither has ids,
 * dates or masked values, so that an import exports the same again.
 */
export function recipeOf(task: Task, script: RecipeFile | null, mode: RecipeMode): Recipe {
  const shallow = mode === 'shallow';
  const left = new Set<string>(shallow ? ['acls', 'hostname'] : task.hostname === null ? ['hostname'] : []);
  const fields: Recipe['task'] = Object.fromEntries(
    RECIPE_TASK_FIELDS.filter((name) => !left.has(name)).map((name) => [name, task[name]]),
  );
  const { approval, inputs, notification, request } = task;
  // channels are told apart by ids of this place
  if (approval) fields.approval = asked(approval, shallow);
  if (inputs) fields.inputs = asked(inputs, shallow);
  if (notification)
    fields.notification = {
      ...notification,
      recipients: notification.recipients.filter((one) => !ID.test(one) && !(shallow && isAddress(one))),
    };
  if (shallow) {
    fields.task_arguments = withoutValues(task.task_arguments);
    fields.env = blank(task.env);
    if (request) fields.request = { ...request, headers: blank(request.headers) };
  }
  return { format: RECIPE_FORMAT, task: fields, script };
}

function asked<T extends { people: string[]; channels?: string[] }>(settings: T, shallow: boolean) {
  const { channels: _channels, ...rest } = settings;
  return shallow ? { ...rest, people: rest.people.filter((one) => !isAddress(one)) } : rest;
}

const ID = /^[0-9a-f]{24}$/;
const isAddress = (entry: string): boolean => entry.includes('@');

/** Names without their values, but those that name a secret: that is none itself. */
export function blank(values: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, text]) => [name, isSecretReference(text) ? text : '']),
  );
}

export function withoutValues(definitions: Task['task_arguments']): Task['task_arguments'] {
  return definitions.map(({ value, ...definition }) =>
    definition.type === 'fixed' && typeof value === 'string' && isSecretReference(value)
      ? { ...definition, value }
      : definition,
  );
}

/** The name of a recipe's file: ASCII, without anything that a shell or a header would take for itself. */
export function recipeFilename(name: string, kind: 'task' | 'workflow' = 'task'): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 80)
    .toLowerCase();
  return `${plain || kind}.recipe.json`;
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

/** An import of single tasks with more of them than this is more likely a mistake. */
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
const WORKFLOW_PARTS = ['graph', 'workflow', 'workflows', 'resources', 'triggers', 'files', 'events'];

/** A recipe as an object, and whether it is one of ours. Throws `invalid_input` for what can be none. */
function opened(recipe: unknown): { recipe: Fields; own: boolean } {
  if (Array.isArray(recipe))
    throw invalid(
      'recipe',
      'is a list: a recipe is an object that holds a task (a list of arguments is not one)',
    );
  if (!isFields(recipe)) throw invalid('recipe', 'must be a JSON object: the export of a task');
  const { format } = recipe;
  const own = typeof format === 'string' && format.startsWith('argus/');
  if (own && format !== RECIPE_FORMAT)
    throw invalid('format', `is ${format.slice(0, 40)}; this server reads ${RECIPE_FORMAT}`);
  return { recipe, own };
}

/** Tells the shapes of recipes apart. Throws `invalid_input` for what is none of them. */
export function recognize(given: unknown): RecognizedRecipe {
  const { recipe, own } = opened(given);
  const { task, tasks } = recipe;
  if (own && isFields(recipe['workflow']) && Array.isArray(tasks)) return workflow(recipe, tasks);
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

/** The task at a place of a recipe's list: ours has its fields below `task`. */
function partOf(given: Fields, field: string, own: boolean): RecipePart {
  const { task, script } = given;
  const scriptField = `${field}.script`;
  return own
    ? { field: `${field}.task`, task: isFields(task) ? task : {}, script, scriptField }
    : { field, task: given, script, scriptField };
}

function workflow(recipe: Fields, tasks: unknown[]): RecognizedRecipe {
  if (tasks.length > TASKS_MAX) throw invalid('tasks', `are more than ${TASKS_MAX}`);
  const own = recipe['format'] === RECIPE_FORMAT;
  const parts = tasks.flatMap((task, index): RecipePart[] =>
    isFields(task) ? [partOf(task, `tasks[${index}]`, own)] : [],
  );
  if (parts.length === 0) throw invalid('tasks', 'is empty: the recipe holds no task');
  const start = recipe['start_task_id'];
  const first = parts.findIndex(({ task }) => start !== undefined && task['id'] === start);
  if (first > 0) parts.unshift(...parts.splice(first, 1));
  return {
    format: own ? RECIPE_FORMAT : 'workflow',
    own,
    parts,
    beside: recipe,
    rest: WORKFLOW_PARTS.filter((name) => isFilled(recipe[name])),
  };
}

/** One workflow of a recipe, as it stands there. */
export interface WorkflowPart {
  /** What steps name it by; undefined: it is the recipe's own. */
  reference: string | undefined;
  field: string;
  workflow: Fields;
}

export interface RecognizedWorkflow {
  format: RecipeShape;
  own: boolean;
  /** Each with what steps name it by. */
  tasks: (RecipePart & { reference: string })[];
  /** The first is the recipe's own. */
  workflows: [WorkflowPart, ...WorkflowPart[]];
  beside: Fields;
}

/** Reads the recipe of a workflow. Throws `invalid_input` for what is none, and for what steps could not name. */
export function recognizeWorkflow(given: unknown): RecognizedWorkflow {
  const { recipe, own } = opened(given);
  const { workflow, workflows = [], tasks } = recipe;
  if (own ? !isFields(workflow) : !isFields(recipe['graph']))
    throw invalid(
      own ? 'workflow' : 'graph',
      'is missing: this is no recipe of a workflow; tasks are imported by POST /task/import',
    );
  if (!Array.isArray(tasks)) throw invalid('tasks', 'must be a list: the tasks that the steps run');
  if (tasks.length > RECIPE_TASKS_MAX) throw invalid('tasks', `are more than ${RECIPE_TASKS_MAX}`);
  if (!Array.isArray(workflows)) throw invalid('workflows', 'must be a list');
  if (workflows.length > RECIPE_WORKFLOWS_MAX)
    throw invalid('workflows', `are more than ${RECIPE_WORKFLOWS_MAX}`);
  const inner = (own ? workflows : []) as unknown[];
  return {
    format: own ? RECIPE_FORMAT : 'workflow',
    own,
    tasks: referenced(tasks, 'tasks').map(({ reference, field, given }) => ({
      reference,
      ...partOf(given, field, own),
    })),
    workflows: [
      { reference: undefined, field: own ? 'workflow' : '', workflow: own ? (workflow as Fields) : recipe },
      ...referenced(inner, 'workflows').map(({ reference, field, given }) => {
        if (!isFields(given['workflow'])) throw invalid(`${field}.workflow`, 'must be an object');
        return { reference, field: `${field}.workflow`, workflow: given['workflow'] };
      }),
    ],
    beside: recipe,
  };
}

/** What stands in a list under a name that is there once. */
function referenced(list: readonly unknown[], name: string) {
  const seen = new Set<string>();
  return list.map((given, index) => {
    const field = `${name}[${index}]`;
    if (!isFields(given)) throw invalid(field, 'must be an object');
    const { id: reference } = given;
    if (typeof reference !== 'string' || reference === '' || reference.length > 100)
      throw invalid(`${field}.id`, 'must be the text that steps name it by');
    if (seen.has(reference)) throw invalid(`${field}.id`, `"${reference}" is there twice`);
    seen.add(reference);
    return { reference, field, given };
  });
}

function isFilled(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
