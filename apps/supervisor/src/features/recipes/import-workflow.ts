import { ArgusError, type RecipeReport, type WorkflowStep } from '@argus/contract';
import { hashToken, newSecretKey } from '../../platform/crypto.ts';
import type { Transaction } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Platform } from '../../platform/platform.ts';
import { workflowValues, type UsedTask, type UsedWorkflow } from '../workflows/index.ts';
import { adaptWorkflowRecipe, type AdaptedWorkflow } from './adapt.ts';
import {
  assertCustomer,
  botsFor,
  insertTask,
  prepareTask,
  type ImportOptions,
  type PreparedTask,
  type RecipeServices,
} from './import.ts';

export interface ImportedWorkflow {
  /** Ids of what was made, tasks in the order of the recipe. */
  workflow: string;
  tasks: string[];
  workflows: string[];
  report: RecipeReport;
}

type Made<T> = Map<string, T & { id: string }>;

/**
 * Makes the workflow of a recipe with its tasks, their scripts and the workflows within it: all of it or nothing. Throws
 * `invalid_input` where the recipe cannot be read, or names what is not in it.
 */
export async function importWorkflow(
  platform: Platform,
  services: RecipeServices,
  caller: Actor,
  recipe: unknown,
  { host, name }: ImportOptions,
): Promise<ImportedWorkflow> {
  const adapted = adaptWorkflowRecipe(recipe);
  assertCustomer(adapted.customer, caller.customer.name);
  const bots = await botsFor(services, caller, host, adapted.wanted);
  const prepared: (PreparedTask & { reference: string })[] = [];
  for (const task of adapted.tasks) {
    const { field, reference } = task;
    const one = await within(field, () => prepareTask(platform, services, caller, { task, bots }));
    prepared.push({ ...one, reference });
  }

  return platform.db.kysely.transaction().execute(async (tx) => {
    const tasks: Made<UsedTask> = new Map();
    const scripts = new Set<string>();
    for (const one of prepared) {
      const id = await insertTask(platform, services, caller, one, { tx, scripts });
      tasks.set(one.reference, {
        id,
        customer_id: caller.customer.id,
        task_arguments: JSON.parse(one.values.task_arguments) as UsedTask['task_arguments'],
      });
    }
    const inner: Made<UsedWorkflow> = new Map();
    let workflow = '';
    for (const one of adapted.workflows) {
      const isMain = one.reference === undefined;
      const renamed = isMain && name !== undefined ? { ...one, values: { ...one.values, name } } : one;
      const made = await within(one.field, () =>
        insertWorkflow(platform, services, caller, renamed, { tasks, inner }, tx),
      );
      if (one.reference === undefined) workflow = made.id;
      else inner.set(one.reference, made);
    }
    const ids = (made: Made<unknown>) => [...made.values()].map(({ id }) => id);
    return {
      workflow,
      tasks: ids(tasks),
      workflows: ids(inner),
      report: { format: adapted.format, ...adapted.findings },
    };
  });
}

/** Makes one workflow of what the same transaction has made before it. */
async function insertWorkflow(
  platform: Platform,
  { workflows, events }: Pick<RecipeServices, 'workflows' | 'events'>,
  caller: Actor,
  { values: { steps, ...rest } }: AdaptedWorkflow,
  { tasks, inner }: { tasks: Made<UsedTask>; inner: Made<UsedWorkflow> },
  tx: Transaction,
): Promise<UsedWorkflow & { id: string }> {
  const customerId = caller.customer.id;
  const wanted = {
    ...rest,
    steps: steps.map(({ task, workflow, ...step }): WorkflowStep => ({
      ...step,
      ...(task !== undefined && { task: tasks.get(task)?.id }),
      ...(workflow !== undefined && { workflow: inner.get(workflow)?.id }),
    })),
  };
  const values = await workflowValues(
    platform,
    { queries: { find: byId(inner) }, tasks: { find: byId(tasks) }, events },
    customerId,
    wanted,
    undefined,
  );
  const secret = newSecretKey();
  const sealed = { hash: hashToken(secret), cipher: platform.box.seal(secret) };
  const id = await workflows.insert(customerId, values, sealed, caller.name, tx);
  const own = JSON.parse(values.task_arguments as string) as UsedWorkflow['task_arguments'];
  const first = [...tasks.values()].find((task) => task.id === values.first_task_id);
  return {
    id,
    customer_id: customerId,
    task_arguments: own.length > 0 ? own : (first?.task_arguments ?? []),
  };
}

function byId<T extends { id: string }>(made: ReadonlyMap<string, T>) {
  return async (id: string): Promise<T | undefined> => [...made.values()].find((one) => one.id === id);
}

/** Errors that name a field say where in the recipe it is. */
async function within<T>(field: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ArgusError) || error.code !== 'invalid_input' || field === '') throw error;
    const errors = (error.errors ?? []).map((one) => ({ ...one, field: `${field}.${one.field}` }));
    const [first] = errors;
    throw new ArgusError('invalid_input', first ? `${first.field}: ${first.message}` : error.message, errors);
  }
}
