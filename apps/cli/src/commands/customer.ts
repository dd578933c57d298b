import { Command } from 'commander';
import { administratorClient } from '../instance.ts';

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
    .command('list')
    .description('list organizations')
    .action(async () => {
      const client = await administratorClient();
      for (const { name, display_name } of await client.listCustomers())
        process.stdout.write(`${name}\t${display_name}\n`);
    });
  return customer;
}
