import { ArgusError, type WebhookTriggered } from '@argus/contract';
import { hashToken, sameBytes } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Context, Handlers } from '../../platform/http/operations.ts';
import { newId } from '../../platform/ids.ts';
import type { Platform } from '../../platform/platform.ts';
import { glimpseOf, readContent } from './content.ts';
import type { Deliver, Delivered, Incoming } from './deliver.ts';
import type { Once, WebhookQueries, WebhookRow } from './queries.ts';
import { withoutSecrets } from './rules.ts';
import { senderKey, verify, type Sender } from './signature.ts';

type TriggerOperations = 'triggerWebhook' | 'triggerWebhookBySecret' | 'triggerSignedWebhook';
type Call = Pick<Context, 'request' | 'bytes' | 'address' | 'namedCustomer'> & { query: object };

/** Of one webhook what is kept of refusals: after a burst one in ten seconds. */
const KEPT_REFUSALS = { burst: 20, everyMs: 10_000 };

/** How far the clocks of our own machines may be apart. */
const CLOCKS_APART_S = 60;

/** Everything by which deliveries come in. */
export function triggerRoutes(
  platform: Pick<Platform, 'throttle' | 'box'>,
  {
    queries,
    deliver,
    visible,
  }: {
    queries: WebhookQueries;
    deliver: Deliver;
    visible(caller: Actor, id: string): Promise<WebhookRow>;
  },
): Pick<Handlers, TriggerOperations> {
  const { throttle, box } = platform;

  /** Undefined for an unknown id, and for the name of another organization beside it: both are told as wrong secrets are. */
  async function known(id: string, { namedCustomer }: Call): Promise<WebhookRow | undefined> {
    const webhook = /^[0-9a-f]{24}$/.test(id) ? await queries.find(id) : undefined;
    return namedCustomer === undefined || namedCustomer === webhook?.customer_name ? webhook : undefined;
  }

  /** What is told to whoever does not know the secret. Of a webhook that exists it is kept, for its admins. */
  async function refuse(webhook: WebhookRow | undefined, call: Call, reason: string): Promise<never> {
    await throttle.wrongSecret(call.address);
    if (webhook !== undefined) await keepRefused(webhook, call, reason);
    throw new ArgusError('wrong_secret', 'Unknown webhook, or wrong secret or signature.');
  }

  async function keepRefused(webhook: WebhookRow, call: Call, reason: string): Promise<void> {
    try {
      await throttle.take([{ who: `refused deliveries ${webhook.id}`, limit: KEPT_REFUSALS }]);
    } catch (error) {
      if (error instanceof ArgusError) return;
      throw error;
    }
    await queries.refuse({
      id: newId(),
      webhook_id: webhook.id,
      address: call.address,
      sent_by: null,
      outcome: 'refused',
      reason,
      resent_of: null,
      ...shownOf(call),
      ...glimpseOf(call.bytes),
      size: call.bytes.length,
    });
  }

  async function letIn(
    webhook: WebhookRow,
    call: Call,
    { sentBy = null, once }: { sentBy?: string | null; once?: Once | undefined } = {},
  ): Promise<WebhookTriggered> {
    const incoming: Incoming = {
      ...shownOf(call),
      content: readContent(call.bytes, call.request.headers['content-type']),
      size: call.bytes.length,
      address: call.address,
      sentBy,
      resentOf: null,
      once,
    };
    return triggered(await deliver(webhook, incoming));
  }

  return {
    async triggerWebhook({ caller, params, ...call }) {
      return letIn(await visible(caller, params.id), call, { sentBy: caller.name });
    },

    async triggerWebhookBySecret({ params, ...call }) {
      const webhook = await known(params.id, call);
      if (webhook !== undefined && webhook.auth !== 'secret')
        return refuse(webhook, call, 'it came with a key in the URL: this webhook takes signed deliveries');
      if (webhook === undefined || !sameBytes(hashToken(params.secret), webhook.secret_hash))
        return refuse(webhook, call, 'its secret key is wrong');
      return letIn(webhook, call);
    },

    async triggerSignedWebhook({ params, ...call }) {
      const webhook = await known(params.id, call);
      if (webhook === undefined || webhook.auth === 'secret')
        return refuse(webhook, call, 'it has no secret key: this webhook has it in the URL');
      const verdict = verify(
        { auth: webhook.auth, tolerance: webhook.tolerance, secret: box.open(webhook.secret_cipher) },
        { headers: headersOf(call), body: call.bytes, now: Date.now() / 1000 },
      );
      if (verdict.kind === 'wrong') return refuse(webhook, call, verdict.reason);
      if (verdict.kind === 'late') {
        await keepRefused(webhook, call, verdict.reason);
        throw new ArgusError('invalid_input', `The delivery is not taken: ${verdict.reason}.`);
      }
      return letIn(webhook, call, { once: onceOf(verdict.sender, webhook) });
    },
  };
}

function onceOf({ id, at }: Sender, { tolerance }: WebhookRow): Once | undefined {
  if (id === undefined) return undefined;
  // what has a time is let in by the clock of a supervisor, and remembered by that of the database
  const seconds = at === undefined ? tolerance : tolerance + CLOCKS_APART_S;
  return { key: senderKey(id), at: at ?? null, seconds };
}

function triggered({ id, outcome }: Delivered): WebhookTriggered {
  return { message: 'success', delivery_id: id, outcome };
}

function headersOf({ request }: Call): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

function shownOf(call: Call): Pick<Incoming, 'headers' | 'query'> {
  return {
    headers: withoutSecrets(headersOf(call)),
    query: withoutSecrets(call.query as Record<string, unknown>),
  };
}
