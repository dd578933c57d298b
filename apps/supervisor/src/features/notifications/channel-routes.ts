import { ArgusError, invalid, type Channel, type ChannelType, type ChannelTest } from '@argus/contract';
import { isUniqueViolation } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { newId } from '../../platform/ids.ts';
import type { Platform } from '../../platform/platform.ts';
import { changes } from '../audit/index.ts';
import { post, sendMail } from './carry.ts';
import { factsOf, type Message } from './facts.ts';
import type { ChannelRow, ChannelValues, NotificationQueries } from './queries.ts';
import { hintOf, type Outcome } from './rules.ts';
import { newWebhookSecret } from './shapes.ts';

type ChannelOperations =
  | 'listChannels'
  | 'createChannel'
  | 'getChannel'
  | 'updateChannel'
  | 'deleteChannel'
  | 'testChannel'
  | 'getChannelCredentials'
  | 'changeChannelSecret';

export function channelRoutes(
  platform: Pick<Platform, 'box' | 'mail' | 'outbound' | 'publicUrl'>,
  queries: NotificationQueries,
): Pick<Handlers, ChannelOperations> {
  const { box, mail } = platform;

  async function found(caller: Actor, id: string): Promise<ChannelRow> {
    const row = await queries.channel(caller.customer.id, id);
    if (row === undefined) throw new ArgusError('not_found');
    return row;
  }

  function view(row: ChannelRow): Channel {
    const { id, name, type, addresses, url_hint, used_by, created_by, created_at, updated_at } = row;
    return {
      id,
      name,
      type,
      addresses,
      url: url_hint,
      problem:
        type === 'email' && !mail.configured
          ? 'This server sends no mail: its administrator sets ARGUS_SMTP_URL and ARGUS_MAIL_FROM.'
          : null,
      used_by,
      created_by,
      creation_date: created_at.toISOString(),
      last_update: updated_at.toISOString(),
    };
  }

  const shown = async (caller: Actor, id: string) => view(await found(caller, id));

  /** What a body says of a channel, checked. An address that comes back as it is shown stays what it is. */
  function valuesOf(
    type: ChannelType,
    {
      name,
      addresses,
      url,
    }: { name?: string | undefined; addresses?: string[] | undefined; url?: string | undefined },
    old: ChannelRow | undefined,
  ): ChannelValues {
    const newName = (name ?? old?.name ?? '').trim();
    if (newName === '') throw invalid('name', 'give the channel a name');
    if (type === 'email') {
      if (url !== undefined) throw invalid('url', 'is for webhooks: an e-mail channel has `addresses`');
      const wanted = uniqueAddresses(addresses ?? old?.addresses ?? []);
      if (wanted.length === 0) throw invalid('addresses', 'name at least one e-mail address');
      return { name: newName, addresses: wanted, url_cipher: null, url_hint: null };
    }
    if (addresses !== undefined && addresses.length > 0)
      throw invalid('addresses', 'are for e-mail: this channel has a `url`');
    if (old !== undefined && (url === undefined || url === old.url_hint))
      return { name: newName, addresses: [], url_cipher: old.url_cipher, url_hint: old.url_hint };
    if (url === undefined) throw invalid('url', 'is required: the address that is posted to');
    const parsed = URL.parse(url.trim());
    if (parsed === null || !['https:', 'http:'].includes(parsed.protocol))
      throw invalid('url', 'must be an address that begins with https:// or http://');
    return { name: newName, addresses: [], url_cipher: box.seal(parsed.href), url_hint: hintOf(parsed.href) };
  }

  async function saving(save: () => Promise<unknown>): Promise<void> {
    try {
      await save();
    } catch (error) {
      if (isUniqueViolation(error))
        throw new ArgusError('conflict', 'There is a channel with this name already.');
      throw error;
    }
  }

  function secretOf({ secret_cipher }: ChannelRow): string {
    if (secret_cipher === null)
      throw new ArgusError('conflict', 'Only a webhook channel has a secret: the others are not signed.');
    return box.open(secret_cipher);
  }

  async function test(caller: Actor, row: ChannelRow): Promise<ChannelTest> {
    const text = `This is a test, sent by ${caller.name}. What rules tell by the channel "${row.name}" arrives here.`;
    const link = `${platform.publicUrl()}/app/${caller.customer.name}/settings/notifications`;
    const message: Message = {
      id: newId(),
      subject: `Test of the channel ${row.name}`,
      text,
      link,
      fields: [],
      detail: { kind: 'text', text },
      buttons: [{ title: 'Open the settings', url: link }],
      facts: factsOf({ kind: 'test' }),
      gathered: null,
    };
    const outcomes =
      row.type === 'email'
        ? await Promise.all(
            row.addresses.map(async (to) => ({ to, outcome: await sendMail(platform, to, message, []) })),
          )
        : [{ to: row.name, outcome: await testPost(row, row.type, message) }];
    const results = outcomes.map(({ to, outcome }) => ({
      to,
      sent: outcome.kind === 'sent',
      answer: outcome.kind === 'sent' ? outcome.answer : outcome.reason,
    }));
    return { sent: results.every(({ sent }) => sent), results };
  }

  async function testPost(
    { url_cipher, secret_cipher }: ChannelRow,
    type: Exclude<ChannelType, 'email'>,
    message: Message,
  ): Promise<Outcome> {
    if (url_cipher === null) return { kind: 'failed', reason: 'it has no address' };
    return post(
      platform,
      { type, url: box.open(url_cipher), secret: secret_cipher && box.open(secret_cipher) },
      message,
    );
  }

  return {
    listChannels: async ({ caller }) => (await queries.channels(caller.customer.id)).map(view),

    getChannel: ({ caller, params }) => shown(caller, params.id),

    async createChannel({ caller, body, note }) {
      const values = valuesOf(body.type, body, undefined);
      const id = newId();
      await saving(() =>
        queries.insertChannel(caller.customer.id, {
          ...values,
          id,
          type: body.type,
          secret_cipher: body.type === 'webhook' ? box.seal(newWebhookSecret()) : null,
          created_by: caller.name,
        }),
      );
      note({ target: { type: 'channel', id }, details: { name: values.name, type: body.type } });
      return shown(caller, id);
    },

    async updateChannel({ caller, params, body, note }) {
      const old = await found(caller, params.id);
      const values = valuesOf(old.type, body, old);
      await saving(() => queries.updateChannel(old.id, values));
      const updated = await shown(caller, old.id);
      const { last_update: _before, ...before } = view(old);
      const { last_update: _after, ...after } = updated;
      note({ details: { name: values.name, changed: changes(before, after) } });
      return updated;
    },

    async deleteChannel({ caller, params, note }) {
      const row = await found(caller, params.id);
      if (!(await queries.deleteChannel(row.id))) {
        const { used_by } = await found(caller, row.id);
        throw new ArgusError(
          'conflict',
          `Rules send by it: ${used_by.map(({ name }) => `"${name}"`).join(', ')}. Take it out of them first.`,
        );
      }
      note({ details: { name: row.name } });
      return { numRemoved: 1 };
    },

    async testChannel({ caller, params, note }) {
      const row = await found(caller, params.id);
      const result = await test(caller, row);
      note({ details: { name: row.name, sent: result.sent } });
      return result;
    },

    async getChannelCredentials({ caller, params, note }) {
      const row = await found(caller, params.id);
      const secret = secretOf(row);
      note({ target: { type: 'channel', id: row.id }, details: { name: row.name } });
      return { id: row.id, secret };
    },

    async changeChannelSecret({ caller, params, note }) {
      const row = await found(caller, params.id);
      secretOf(row);
      const secret = newWebhookSecret();
      await queries.setChannelSecret(row.id, box.seal(secret));
      note({ target: { type: 'channel', id: row.id }, details: { name: row.name } });
      return { id: row.id, secret };
    },
  };
}

/** Each once, whatever its case. */
function uniqueAddresses(addresses: readonly string[]): string[] {
  return [...new Map(addresses.map((one) => [one.toLowerCase(), one])).values()];
}
