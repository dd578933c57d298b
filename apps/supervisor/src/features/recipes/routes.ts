import { ArgusError, invalid, RECIPE_MAX_BYTES, type Operations, type Workflow } from '@argus/contract';
import type { FastifyRequest } from 'fastify';
import { parseJson } from '../../platform/http/body.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Context, Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { assertUnlimited } from '../access/index.ts';
import { taskView, visibleTask } from '../tasks/index.ts';
import { visibleWorkflow, workflowViews } from '../workflows/index.ts';
import { exportWorkflow, fileOf } from './export.ts';
import { importWorkflow } from './import-workflow.ts';
import { importRecipe, type ImportOptions, type RecipeServices } from './import.ts';
import { recipeFilename, recipeOf } from './rules.ts';

type RecipeOperations =
  | 'getTaskRecipe'
  | 'importTask'
  | 'importTaskByGet'
  | 'getWorkflowRecipe'
  | 'importWorkflow';

/** What fits into an address beside everything else that a proxy allows there. */
const RECIPE_IN_ADDRESS_MAX_BYTES = 12 * 1024;

export function recipeRoutes(platform: Platform, services: RecipeServices): Pick<Handlers, RecipeOperations> {
  const { tasks, workflows } = services;

  const taskViews = (caller: Actor, ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => taskView(platform, await visibleTask(tasks, caller, id), caller)));

  async function importAndShow(
    recipe: unknown,
    {
      caller,
      query,
      note,
    }: Pick<Context<Operations['importTaskByGet']>, 'query' | 'note'> & { caller: Actor },
  ) {
    assertUnlimited(caller);
    const imported = await importRecipe(platform, services, caller, recipe, optionsOf(query));
    const { tasks: ids, report } = imported;
    const views = await taskViews(caller, ids);
    const [task, ...others] = views as [(typeof views)[number], ...typeof views];
    note({
      target: { type: 'task', id: task.id },
      details: { name: task.name, format: report.format, ...(others.length > 0 && { tasks: ids }) },
    });
    return { ...task, report, others };
  }

  return {
    async getTaskRecipe({ caller, params, query, reply, note }) {
      const task = await visibleTask(tasks, caller, params.id);
      const mode = query.mode ?? 'shallow';
      const recipe = recipeOf(taskView(platform, task, caller), await fileOf(services, task), mode);
      note({ target: { type: 'task', id: task.id }, details: { name: task.name, mode } });
      void reply.header('content-disposition', `attachment; filename="${recipeFilename(task.name)}"`);
      return recipe;
    },

    async importTask(context) {
      return importAndShow(context.body, context);
    },

    async getWorkflowRecipe({ caller, params, query, reply, note }) {
      assertUnlimited(caller);
      const workflow = await visibleWorkflow(workflows, caller, params.id);
      const mode = query.mode ?? 'shallow';
      const recipe = await exportWorkflow(platform, services, caller, workflow, mode);
      note({ target: { type: 'workflow', id: workflow.id }, details: { name: workflow.name, mode } });
      const filename = recipeFilename(workflow.name, 'workflow');
      void reply.header('content-disposition', `attachment; filename="${filename}"`);
      return recipe;
    },

    async importWorkflow({ caller, query, body, note }) {
      assertUnlimited(caller);
      const imported = await importWorkflow(platform, services, caller, body, optionsOf(query));
      const ids = [imported.workflow, ...imported.workflows];
      const rows = await Promise.all(ids.map((id) => visibleWorkflow(workflows, caller, id)));
      const [workflow, ...others] = await workflowViews(platform, workflows, caller, rows);
      const made = workflow as Workflow;
      note({
        target: { type: 'workflow', id: made.id },
        details: {
          name: made.name,
          format: imported.report.format,
          tasks: imported.tasks,
          ...(others.length > 0 && { workflows: imported.workflows }),
        },
      });
      return {
        ...made,
        report: imported.report,
        tasks: await taskViews(caller, imported.tasks),
        workflows: others,
      };
    },

    async importTaskByGet(context) {
      const { request, query, tokenFrom } = context;
      // a link or a picture of another page brings the cookie along, and addresses end up in logs
      if (tokenFrom !== 'header')
        throw new ArgusError(
          'unauthorized',
          'An import by GET takes its token in the Authorization header only; or use POST.',
        );
      if (request.method === 'HEAD') throw new ArgusError('method_not_allowed', 'Use POST.');
      return importAndShow(await recipeOfGet(request, query.recipe), context);
    },
  };
}

function optionsOf({
  host_id,
  host,
  hostname,
  name,
}: Context<Operations['importTask']>['query']): ImportOptions {
  return { host: { id: host_id ?? host, name: hostname }, name };
}

/** The recipe of a GET: its body, or the text in its address. */
async function recipeOfGet(request: FastifyRequest, inAddress: string | undefined): Promise<unknown> {
  if (inAddress !== undefined && Buffer.byteLength(inAddress) > RECIPE_IN_ADDRESS_MAX_BYTES)
    throw new ArgusError(
      'uri_too_long',
      'A recipe in the address has at most 12 KiB: send it by POST to the same path.',
    );
  const body = await bodyOf(request);
  if (body.trim() === '' && inAddress === undefined)
    throw invalid('recipe', 'is missing: send it in the body, best by POST to the same path');
  if (body.trim() !== '' && inAddress !== undefined)
    throw invalid('recipe', 'is there twice: send it in the body or in the address');
  return parseJson(inAddress ?? body);
}

/** The body of a GET, which the server does not read by itself. */
async function bodyOf({ raw }: FastifyRequest): Promise<string> {
  const tooLarge = () => new ArgusError('too_large', `A recipe has at most ${RECIPE_MAX_BYTES} bytes.`);
  if (Number(raw.headers['content-length'] ?? 0) > RECIPE_MAX_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of raw as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > RECIPE_MAX_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
