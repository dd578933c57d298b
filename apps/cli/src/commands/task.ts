import { Command } from 'commander';
import { CliError, tokenClient } from '../instance.ts';
import { readRecipe, tellReport } from '../recipe.ts';
import { followToEnd } from './job.ts';

export function taskCommand(): Command {
  const task = new Command('task').description('list, run, export and import tasks');
  task
    .command('list')
    .description('list tasks: id, name, bot')
    .action(async () => {
      const client = await tokenClient();
      for await (const { id, name, hostname } of client.paginate('listTasks', { query: { unassigned: '1' } }))
        process.stdout.write(`${id}\t${name}\t${hostname ?? ''}\n`);
    });
  task
    .command('run <task> [arguments...]')
    .description('run a task by id or name and follow its log; ends with 0 only when the job succeeds')
    .option(
      '-a, --arg <label=value>',
      'an argument by its label, in place of the list; may come several times, and what is not named has its default',
      (given: string, before: string[]) => [...before, given],
      [],
    )
    .option('--detach', 'print the job’s id and do not wait')
    .action(async (wanted: string, list: string[], { arg, detach }: { arg: string[]; detach?: boolean }) => {
      const client = await tokenClient();
      const id = await taskIdOf(client, wanted);
      const job = await client.runTask({ params: { id }, body: { task_arguments: given(list, arg) } });
      if (detach) process.stdout.write(`${job.id}\n`);
      else await followToEnd(client, job.id);
    });
  task
    .command('export <task>')
    .description(
      'write a task and its script to stdout as a recipe: argus task export backup > backup.recipe.json',
    )
    .option(
      '--deep',
      'with the values of arguments and environment, the access list and the bot: keep it private',
    )
    .action(async (wanted: string, { deep }: { deep?: boolean }) => {
      const client = await tokenClient();
      const id = await taskIdOf(client, wanted);
      const recipe = await client.getTaskRecipe({
        params: { id },
        query: { mode: deep ? 'deep' : 'shallow' },
      });
      process.stdout.write(`${JSON.stringify(recipe, null, 2)}\n`);
    });
  task
    .command('import <file>')
    .description('make a task and its script from a recipe, also of the reference system; - reads stdin')
    .option('--host <name>', 'the bot that runs it')
    .option('--name <name>', 'another name for the task')
    .action(async (file: string, { host, name }: { host?: string; name?: string }) => {
      const recipe = await readRecipe(file);
      const client = await tokenClient();
      const { id, others, report } = await client.importTask({
        body: recipe,
        query: { ...(host !== undefined && { hostname: host }), ...(name !== undefined && { name }) },
      });
      tellReport(report);
      for (const made of [id, ...others.map((one) => one.id)]) process.stdout.write(`${made}\n`);
    });
  return task;
}

/** The id of a task that somebody names by its id or its name. */
/** The values as a list, or by label where they are given so. */
function given(list: string[], named: readonly string[]): string[] | Record<string, string> {
  if (named.length === 0) return list;
  if (list.length > 0) throw new CliError('Give the arguments in their order, or each with --arg: not both.');
  return Object.fromEntries(
    named.map((text) => {
      const [, label, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
      if (label === undefined) throw new CliError(`--arg ${text}: write it as label=value.`);
      return [label, value ?? ''];
    }),
  );
}

export async function taskIdOf(
  client: Awaited<ReturnType<typeof tokenClient>>,
  wanted: string,
): Promise<string> {
  if (/^[0-9a-f]{24}$/.test(wanted)) return wanted;
  const found: string[] = [];
  for await (const { id, name } of client.paginate('listTasks', { query: { unassigned: '1' } }))
    if (name === wanted) found.push(id);
  const [only] = found;
  if (only === undefined) throw new CliError(`There is no task "${wanted}"; \`argus task list\` shows them.`);
  if (found.length > 1)
    throw new CliError(
      `${found.length} tasks are called "${wanted}": name one by its id (${found.join(', ')}).`,
    );
  return only;
}
