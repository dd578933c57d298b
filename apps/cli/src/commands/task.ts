import { Command } from 'commander';
import { CliError, tokenClient } from '../instance.ts';
import { followToEnd } from './job.ts';

export function taskCommand(): Command {
  const task = new Command('task').description('list and run tasks');
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
    .option('--detach', 'print the job’s id and do not wait')
    .action(async (wanted: string, given: string[], { detach }: { detach?: boolean }) => {
      const client = await tokenClient();
      const id = await idOf(client, wanted);
      const job = await client.runTask({ params: { id }, body: { task_arguments: given } });
      if (detach) process.stdout.write(`${job.id}\n`);
      else await followToEnd(client, job.id);
    });
  return task;
}

async function idOf(client: Awaited<ReturnType<typeof tokenClient>>, wanted: string): Promise<string> {
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
