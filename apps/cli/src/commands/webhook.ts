import { WEBHOOK_AUTHS, type Webhook, type WebhookAuth } from '@argus/contract';
import type { Client } from '@argus/client';
import { Command, Option } from 'commander';
import { columns } from '../columns.ts';
import { CliError, tokenClient } from '../instance.ts';

export function webhookCommand(): Command {
  const webhook = new Command('webhook').description('addresses that other systems call');
  webhook
    .command('list')
    .description('list webhooks: id, name, how a caller is known, what came in last')
    .action(async () => {
      const client = await tokenClient();
      const rows = (await client.listWebhooks()).map((one) => [
        one.id,
        one.name,
        one.auth,
        one.paused
          ? 'paused'
          : one.last_delivery
            ? `${one.last_delivery.outcome} ${one.last_delivery.at}`
            : '-',
      ]);
      process.stdout.write(columns([['WEBHOOK', 'NAME', 'AUTH', 'LAST'], ...rows]));
    });
  webhook
    .command('add <name>')
    .description('make a webhook; writes its URL and, where deliveries are signed, its secret')
    .addOption(
      new Option('--auth <way>', 'how a caller is known').choices([...WEBHOOK_AUTHS]).default('secret'),
    )
    .option('--filter <json>', 'only what this holds for: {"path":"body.action","op":"eq","value":"closed"}')
    .action(async (name: string, { auth, filter }: { auth: WebhookAuth; filter?: string }) => {
      const client = await tokenClient();
      const body = { name, auth, ...(filter !== undefined && { filter: conditionOf(filter) }) };
      const { id } = await client.createWebhook({ body });
      const { url, secret } = await client.getWebhookCredentials({ params: { id } });
      process.stdout.write(`${id}\n`);
      process.stderr.write(auth === 'secret' ? `URL: ${url}\n` : `URL: ${url}\nsecret: ${secret}\n`);
    });
  webhook
    .command('rm <webhook>')
    .description('delete a webhook, by id or name')
    .option('--force', 'also where it starts something')
    .action(async (wanted: string, { force = false }: { force?: boolean }) => {
      const client = await tokenClient();
      await client.deleteWebhook({ params: { id: await webhookIdOf(client, wanted) }, query: { force } });
    });
  webhook
    .command('deliveries <webhook>')
    .description('what came in at a webhook, newest first: id, time, outcome, from, what it started')
    .action(async (wanted: string) => {
      const client = await tokenClient();
      const id = await webhookIdOf(client, wanted);
      const rows = (await client.listDeliveries({ params: { id } })).map((one) => [
        one.id,
        one.at,
        [one.outcome, one.reason].filter(Boolean).join(': '),
        one.sent_by ?? one.address,
        one.started.map((job) => job.id).join(' ') || '-',
      ]);
      process.stdout.write(columns([['DELIVERY', 'AT', 'OUTCOME', 'FROM', 'STARTED'], ...rows]));
    });
  webhook
    .command('resend <webhook> <delivery>')
    .description('let a delivery come in again')
    .action(async (wanted: string, delivery: string) => {
      const client = await tokenClient();
      const id = await webhookIdOf(client, wanted);
      const made = await client.resendDelivery({ params: { id, delivery } });
      process.stdout.write(`${made.id}\n`);
      process.stderr.write(`${made.outcome}, ${made.listeners} to start\n`);
    });
  return webhook;
}

function conditionOf(text: string): NonNullable<Webhook['filter']> {
  try {
    return JSON.parse(text) as NonNullable<Webhook['filter']>;
  } catch {
    throw new CliError('--filter is no JSON: {"path":"body.action","op":"eq","value":"closed"}');
  }
}

async function webhookIdOf(client: Client, wanted: string): Promise<string> {
  if (/^[0-9a-f]{24}$/.test(wanted)) return wanted;
  const found = (await client.listWebhooks()).filter(({ name }) => name === wanted);
  const [first] = found;
  if (first === undefined) throw new CliError(`There is no webhook called "${wanted}".`);
  if (found.length > 1)
    throw new CliError(`${found.length} webhooks are called "${wanted}": name one by its id.`);
  return first.id;
}
