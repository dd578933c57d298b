import { Type } from 'typebox';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { Closed, OneOf } from '../schema.ts';
import { id } from './shared.ts';

const importOptions = {
  host_id: Type.Optional(
    Type.String({ maxLength: 64, description: 'The bot that runs what is imported with a script.' }),
  ),
  host: Type.Optional(Type.String({ maxLength: 64, description: 'Another spelling of host_id.' })),
  hostname: Type.Optional(Type.String({ maxLength: 253, description: 'The bot by its name.' })),
  name: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Another name of the task or workflow.' }),
  ),
};
const mode = Closed({ mode: Type.Optional(OneOf(R.RECIPE_MODES, 'shallow if left out.')) });

/** Recipes: tasks with their scripts, and workflows with their tasks, as one JSON file. */
export const recipesOperations = {
  getTaskRecipe: operation({
    method: 'GET',
    path: '/task/{id}/recipe',
    aliases: ['/task/{id}/serialize'],
    permission: 'admin',
    tag: 'recipes',
    audit: 'recipe.read',
    summary: 'A task and its script as a recipe (audited)',
    description:
      '`shallow`, the default, is made to be shared: values of arguments, environment and headers are blank; access ' +
      'list, bot and e-mail addresses are left out. `deep` keeps them, but for masked values. No recipe has ids, dates ' +
      'or the secret key.',
    params: id,
    query: mode,
    response: R.Recipe,
  }),
  importTask: operation({
    method: 'POST',
    path: '/task/import',
    permission: 'admin',
    tag: 'recipes',
    audit: 'task.import',
    summary: 'Make a task, and its script, from a recipe',
    description: 'All of it or nothing. The report says what was adapted, left out, and is still missing.',
    query: Closed(importOptions),
    document: true,
    maxBodyBytes: R.RECIPE_MAX_BYTES,
    body: R.RecipeImport,
    status: 201,
    response: R.ImportedTask,
  }),
  importTaskByGet: operation({
    method: 'GET',
    path: '/task/import',
    permission: 'admin',
    tag: 'recipes',
    audit: 'task.import',
    summary: 'The same by GET, for existing callers; POST is the better way',
    description:
      'The recipe is the body, or `recipe` in the address up to 12 KiB. The token must be in the Authorization header: ' +
      'a link or a page must not be able to make tasks.',
    query: Closed({
      ...importOptions,
      recipe: Type.Optional(Type.String({ description: 'The recipe as JSON text.' })),
    }),
    status: 201,
    response: R.ImportedTask,
    errors: ['uri_too_long'],
  }),
  getWorkflowRecipe: operation({
    method: 'GET',
    path: '/workflow/{id}/recipe',
    aliases: ['/workflow/{id}/serialize', '/workflows/{id}/recipe', '/workflows/{id}/serialize'],
    permission: 'admin',
    tag: 'recipes',
    audit: 'recipe.read',
    summary: 'A workflow with its tasks, scripts and inner workflows as a recipe (audited)',
    description: 'As of a task. Steps name what they run by references of the recipe, in place of ids.',
    params: id,
    query: mode,
    response: R.WorkflowRecipe,
    errors: ['conflict', 'too_large'],
  }),
  importWorkflow: operation({
    method: 'POST',
    path: '/workflow/import',
    aliases: ['/workflows/import'],
    permission: 'admin',
    tag: 'recipes',
    audit: 'workflow.import',
    summary: 'Make a workflow with its tasks and scripts from a recipe',
    description:
      'All of it or nothing. Workflows of the reference system are read too; the report says what was adapted, left ' +
      'out, and is still missing.',
    query: Closed(importOptions),
    document: true,
    maxBodyBytes: R.RECIPE_MAX_BYTES,
    maxFields: R.RECIPE_FIELDS_MAX,
    body: R.RecipeImport,
    status: 201,
    response: R.ImportedWorkflow,
  }),
} as const satisfies Record<string, Operation>;
