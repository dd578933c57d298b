import type { Client } from '@argus/client';
import type { Host } from '@argus/contract';
import { Command } from 'commander';
import { columns } from '../columns.ts';
import { CliError, tokenClient } from '../instance.ts';

/** Bots as the server knows them; `argus bot` is the bot of this machine. */
export function hostCommand(): Command {
  const host = new Command('host').description('list bots, give them labels, drain and enable them');
  host
    .command('list')
    .description('list bots: name, status, jobs, labels')
    .action(async () => {
      const client = await tokenClient();
      const rows = (await client.listHosts()).map(({ hostname, status, running, slots, labels }) => [
        hostname,
        status,
        `${running} of ${slots}`,
        labels.join(' '),
      ]);
      process.stdout.write(columns([['BOT', 'STATUS', 'JOBS', 'LABELS'], ...rows]));
    });
  host
    .command('labels <bot> [labels...]')
    .description('set the labels that people give it; without any it keeps only what it brings itself')
    .action((bot: string, labels: string[]) => update(bot, { labels }));
  host
    .command('slots <bot> <n>')
    .description('take at most so many jobs at once; `all` for as many as it offers')
    .action((bot: string, n: string) => update(bot, { max_slots: n === 'all' ? null : slotsOf(n) }));
  host
    .command('drain <bot>')
    .description('let it finish what it runs and take no more')
    .action((bot: string) => update(bot, { disabled: true }));
  host
    .command('enable <bot>')
    .description('let it take jobs again')
    .action((bot: string) => update(bot, { disabled: false }));
  return host;
}

async function update(
  wanted: string,
  body: { labels?: string[]; max_slots?: number | null; disabled?: boolean },
): Promise<void> {
  const client = await tokenClient();
  const { id } = await hostNamed(client, wanted);
  const { hostname, status, running, slots, labels } = await client.updateHost({ params: { id }, body });
  process.stdout.write(`${hostname}: ${status}, ${running} of ${slots} jobs, labels ${labels.join(' ')}\n`);
}

async function hostNamed(client: Client, wanted: string): Promise<Host> {
  const found = (await client.listHosts()).find(({ id, hostname }) => id === wanted || hostname === wanted);
  if (found === undefined) throw new CliError(`There is no bot "${wanted}"; \`argus host list\` shows them.`);
  return found;
}

function slotsOf(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new CliError(`"${text}" is no number of jobs: 0 to 1000, or "all".`);
  return Number(text);
}
