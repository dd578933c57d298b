import { ArgusError, invalid, type RecipeReport, type TaskCreate } from '@argus/contract';
import { hashToken, newSecretKey } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Platform } from '../../platform/platform.ts';
import type { HostQueries } from '../bots/index.ts';
import type { EventQueries } from '../events/index.ts';
import type { PoolQueries } from '../pools/index.ts';
import { contentFrom, type ScriptQueries } from '../scripts/index.ts';
import { taskValues, type TaskQueries, type TaskValues } from '../tasks/index.ts';
import { adapt, type AdaptedTask, type HostWish } from './adapt.ts';

export interface RecipeServices {
  tasks: TaskQueries;
  events: EventQueries;
  pools: PoolQueries;
  scripts: ScriptQueries;
  hosts: HostQueries;
}

export interface ImportOptions {
  host: HostWish;
  /** Another name for the recipe's one task. */
  name: string | undefined;
}

type FindHost = (wish: HostWish) => string | undefined;

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
  { tasks, events, pools, scripts, hosts }: RecipeServices,
  caller: Actor,
  recipe: unknown,
  { host, name }: ImportOptions,
): Promise<Imported> {
  const adapted = adapt(recipe);
  assertCustomer(adapted.customer, caller.customer.name);
  if (name !== undefined && adapted.tasks.length > 1)
    throw invalid('name', `this recipe holds ${adapted.tasks.length} tasks, and a name is for one`);
  const customerId = caller.customer.id;
  const bots = await hosts.list(customerId);
  const find: FindHost = ({ id, name }) =>
    bots.find((bot) => (id === undefined ? bot.hostname === name : bot.id === id))?.id;

  const wish = host.id === undefined && host.name === undefined ? adapted.wanted : host;
  const wished = wish.id ?? wish.name;
  const chosen = wished === undefined ? undefined : find(wish);
  if (wished !== undefined && chosen === undefined)
    throw invalid(
      wish.id === undefined ? 'hostname' : 'host_id',
      `there is no bot ${wished.slice(0, 200)} here`,
    );

  const prepared: { task: AdaptedTask; values: TaskValues }[] = [];
  for (const task of adapted.tasks) {
    const host_id = chosen ?? hostHere(task, find);
    const given: TaskCreate = {
      ...task.values,
      ...(name !== undefined && { name }),
      host_id: host_id ?? null,
      // a bot that is named here, or known here, stands in place of the labels
      ...(host_id !== undefined && { host_labels: [] }),
    };
    prepared.push({
      task,
      values: await taskValues(platform, { queries: tasks, events, pools }, customerId, given, undefined),
    });
  }

  const ids = await platform.db.kysely.transaction().execute(async (tx) => {
    const made: string[] = [];
    for (const { task, values } of prepared) {
      const script_id = await scriptOf(task, tx);
      const secret = newSecretKey();
      const sealed = { hash: hashToken(secret), cipher: platform.box.seal(secret) };
      made.push(await tasks.insert(customerId, { ...values, script_id }, sealed, caller.name, tx));
    }
    return made as Imported['tasks'];
  });
  return { tasks: ids, report: { format: adapted.format, ...adapted.findings } };

  async function scriptOf({ script, notes }: AdaptedTask, tx: Parameters<typeof scripts.same>[3]) {
    if (script === undefined) return null;
    const content = contentFrom(script.filename, script.data);
    const same = await scripts.same(customerId, content, script.description, tx);
    if (same === undefined)
      return (await scripts.create(customerId, script.description, content, caller.name, tx)).id;
    notes.at('script').adapted(`${script.filename} is here already with the same content: that one is used`);
    return same.id;
  }
}

/** The bot of that name or id, where there is one; else it is noted as missing. */
function hostHere({ host, notes }: AdaptedTask, find: FindHost): string | undefined {
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
function assertCustomer(named: unknown, own: string): void {
  if (typeof named !== 'string' || named === '' || /^[0-9a-f]{24}$/.test(named)) return;
  if (named.replace(/^"(.*)"$/, '$1') !== own) throw new ArgusError('wrong_customer');
}
