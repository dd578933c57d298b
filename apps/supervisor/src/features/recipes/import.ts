import { ArgusError, invalid, type RecipeReport, type TaskCreate } from '@argus/contract';
import { hashToken, newSecretKey } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Transaction } from '../../platform/database.ts';
import type { Platform } from '../../platform/platform.ts';
import type { HostQueries } from '../bots/index.ts';
import type { EventQueries } from '../events/index.ts';
import type { PoolQueries } from '../pools/index.ts';
import { contentFrom, type ScriptQueries } from '../scripts/index.ts';
import { taskValues, type TaskQueries, type TaskValues } from '../tasks/index.ts';
import type { WorkflowQueries } from '../workflows/index.ts';
import { adapt, type AdaptedTask, type HostWish } from './adapt.ts';

export interface RecipeServices {
  tasks: TaskQueries;
  events: EventQueries;
  pools: PoolQueries;
  scripts: ScriptQueries;
  hosts: HostQueries;
  workflows: WorkflowQueries;
}

export interface ImportOptions {
  host: HostWish;
  /** Another name for the recipe's one task. */
  name: string | undefined;
}

/** Finds bots by name or id: of the recipes, and the one that the caller named for all of them. */
interface Bots {
  find(wish: HostWish): string | undefined;
  chosen: string | undefined;
}

export interface Imported {
  /** The ids of the tasks that were made; the first is the recipe's own. */
  tasks: [string, ...string[]];
  report: RecipeReport;
}

/**
 * Makes the tasks of a recipe and their scripts, all of them or none. A script that is there already, with the same
 * name, content and description, is used again. Throws `invalid_input` where the recipe cannot be read, or names a
 * bot beside itself that does not exist.
 */
export async function importRecipe(
  platform: Platform,
  services: RecipeServices,
  caller: Actor,
  recipe: unknown,
  { host, name }: ImportOptions,
): Promise<Imported> {
  const adapted = adapt(recipe);
  assertCustomer(adapted.customer, caller.customer.name);
  if (name !== undefined && adapted.tasks.length > 1)
    throw invalid('name', `this recipe holds ${adapted.tasks.length} tasks, and a name is for one`);
  const bots = await botsFor(services, caller, host, adapted.wanted);
  const prepared: PreparedTask[] = [];
  for (const task of adapted.tasks)
    prepared.push(await prepareTask(platform, services, caller, { task, name, bots }));
  const ids = await platform.db.kysely.transaction().execute(async (tx) => {
    const made: string[] = [];
    const scripts = new Set<string>();
    for (const one of prepared) made.push(await insertTask(platform, services, caller, one, { tx, scripts }));
    return made as Imported['tasks'];
  });
  return { tasks: ids, report: { format: adapted.format, ...adapted.findings } };
}

/** The bots here. Throws `invalid_input` where one is named, by the caller or beside the recipe, that does not exist. */
export async function botsFor(
  { hosts }: Pick<RecipeServices, 'hosts'>,
  caller: Actor,
  host: HostWish,
  beside: HostWish,
): Promise<Bots> {
  const bots = await hosts.list(caller.customer.id);
  const find: Bots['find'] = ({ id, name }) =>
    bots.find((bot) => (id === undefined ? bot.hostname === name : bot.id === id))?.id;
  const wish = host.id === undefined && host.name === undefined ? beside : host;
  const wished = wish.id ?? wish.name;
  const chosen = wished === undefined ? undefined : find(wish);
  if (wished !== undefined && chosen === undefined)
    throw invalid(
      wish.id === undefined ? 'hostname' : 'host_id',
      `there is no bot ${wished.slice(0, 200)} here`,
    );
  return { find, chosen };
}

/** A task of a recipe as it will be stored, but for its script. */
export interface PreparedTask {
  task: AdaptedTask;
  values: TaskValues;
}

/** Throws `invalid_input` for what a task cannot be. */
export async function prepareTask(
  platform: Platform,
  { tasks, events, pools }: Pick<RecipeServices, 'tasks' | 'events' | 'pools'>,
  caller: Actor,
  { task, name, bots }: { task: AdaptedTask; name?: string | undefined; bots: Bots },
): Promise<PreparedTask> {
  const host_id = task.host === undefined ? undefined : (bots.chosen ?? hostHere(task, task.host, bots));
  const given: TaskCreate = {
    ...task.values,
    ...(name !== undefined && { name }),
    host_id: host_id ?? null,
    // a bot that is named here, or known here, stands in place of the labels
    ...(host_id !== undefined && { host_labels: [] }),
  };
  const services = { queries: tasks, events, pools };
  return { task, values: await taskValues(platform, services, caller.customer.id, given, undefined) };
}

/**
 * Makes the task, and its script where there is none like it. `made`: the scripts of this import, which it adds to. Answers
 * the id of the task.
 */
export async function insertTask(
  { box }: Pick<Platform, 'box'>,
  { tasks, scripts }: Pick<RecipeServices, 'tasks' | 'scripts'>,
  caller: Actor,
  { task: { script, notes }, values }: PreparedTask,
  { tx, scripts: made }: { tx: Transaction; scripts: Set<string> },
): Promise<string> {
  const customerId = caller.customer.id;
  const secret = newSecretKey();
  const sealed = { hash: hashToken(secret), cipher: box.seal(secret) };
  return tasks.insert(customerId, { ...values, script_id: await scriptId() }, sealed, caller.name, tx);

  async function scriptId(): Promise<string | null> {
    if (script === undefined) return null;
    const content = contentFrom(script.filename, script.data);
    const same = await scripts.same(customerId, content, script.description, tx);
    if (same === undefined) {
      const { id } = await scripts.create(customerId, script.description, content, caller.name, tx);
      made.add(id);
      return id;
    }
    if (!made.has(same.id))
      notes
        .at('script')
        .adapted(`${script.filename} is here already with the same content: that one is used`);
    return same.id;
  }
}

/** The bot of that name or id, where there is one; else it is noted as missing. */
function hostHere({ notes }: AdaptedTask, host: HostWish, { find }: Bots): string | undefined {
  // an id of another place says nothing, a name may mean the same machine
  const byName = host.name === undefined ? undefined : find({ name: host.name });
  const found = byName ?? (host.id === undefined ? undefined : find({ id: host.id }));
  if (found === undefined) {
    const gone = host.name === undefined ? '' : `there is no bot "${host.name.slice(0, 200)}" here: `;
    notes.at('host_id').missing(`${gone}choose the bot that runs it`);
  }
  return found;
}

/** A name beside a recipe has to be the caller's organization, as everywhere; ids of other places say nothing. */
export function assertCustomer(named: unknown, own: string): void {
  if (typeof named !== 'string' || named === '' || /^[0-9a-f]{24}$/.test(named)) return;
  if (named.replace(/^"(.*)"$/, '$1') !== own) throw new ArgusError('wrong_customer');
}
