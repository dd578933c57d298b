import { Command } from 'commander';
import { administratorClient, CliError } from '../instance.ts';

export function customerCommand(): Command {
  const customer = new Command('customer').description('organizations of this server');
  customer
    .command('add <name>')
    .description('make an organization; its name is 2 to 63 of a-z, 0-9 and -')
    .option('--display-name <text>', 'what people read')
    .action(async (name: string, { displayName }: { displayName?: string }) => {
      const client = await administratorClient();
      const made = await client.createCustomer({
        body: { name, ...(displayName !== undefined && { display_name: displayName }) },
      });
      process.stdout.write(`${made.name}\n`);
    });
  customer
    .command('limit <name> <n>')
    .description('run at most so many jobs of an organization at once; `none` takes the limit back')
    .action(async (name: string, n: string) => {
      if (!/^(none|[1-9]\d*)$/.test(n))
        throw new CliError(`"${n}" is no number of jobs: 1 or more, or "none".`);
      const client = await administratorClient();
      const wanted = n === 'none' ? null : Number(n);
      const { max_running } = await client.updateCustomer({
        params: { name },
        body: { max_running: wanted },
      });
      process.stdout.write(`${name}: ${max_running === null ? 'no limit' : `at most ${max_running} jobs`}\n`);
    });
  customer
    .command('list')
    .description('list organizations')
    .action(async () => {
      const client = await administratorClient();
      for (const { name, display_name } of await client.listCustomers())
        process.stdout.write(`${name}\t${display_name}\n`);
    });
  return customer;
}
