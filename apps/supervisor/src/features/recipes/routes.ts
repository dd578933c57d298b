import { ArgusError, invalid, RECIPE_MAX_BYTES, type Operations } from '@argus/contract';
import type { FastifyRequest } from 'fastify';
import { parseJson } from '../../platform/http/body.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Context, Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { taskView, visibleTask, type TaskRow } from '../tasks/index.ts';
import { importRecipe, type RecipeServices } from './import.ts';
import { recipeFilename, recipeOf, type RecipeFile } from './rules.ts';

type RecipeOperations = 'getTaskRecipe' | 'importTask' | 'importTaskByGet';

/** What fits into an address beside everything else that a proxy allows there. */
const RECIPE_IN_ADDRESS_MAX_BYTES = 12 * 1024;

export function recipeRoutes(platform: Platform, services: RecipeServices): Pick<Handlers, RecipeOperations> {
  const { tasks, scripts } = services;

  /** The file that a task would run now. */
  async function fileOf(task: TaskRow): Promise<RecipeFile | null> {
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

  async function importAndShow(
    recipe: unknown,
    {
      caller,
      query,
      note,
    }: Pick<Context<Operations['importTaskByGet']>, 'query' | 'note'> & { caller: Actor },
  ) {
    const options = { host: { id: query.host_id ?? query.host, name: query.hostname }, name: query.name };
    const { tasks: ids, report } = await importRecipe(platform, services, caller, recipe, options);
    const views = await Promise.all(
      ids.map(async (id) => taskView(platform, await visibleTask(tasks, caller, id), caller)),
    );
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
      const recipe = recipeOf(taskView(platform, task, caller), await fileOf(task), mode);
      note({ target: { type: 'task', id: task.id }, details: { name: task.name, mode } });
      void reply.header('content-disposition', `attachment; filename="${recipeFilename(task.name)}"`);
      return recipe;
    },

    async importTask(context) {
      return importAndShow(context.body, context);
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
