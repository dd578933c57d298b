import { ArgusError, invalid, PUSH_DEVICES_MAX, type PushDevice } from '@argus/contract';
import { hashToken } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { newId } from '../../platform/ids.ts';
import { wrongKey } from '../../platform/web-push.ts';
import { factsOf } from './facts.ts';
import type { Pusher, Subscription } from './push.ts';
import type { DeviceQueries, DeviceRow } from './statements/devices.ts';

type PushOperations =
  | 'getPushKey'
  | 'listPushDevices'
  | 'createPushDevice'
  | 'renewPushDevice'
  | 'deletePushDevice'
  | 'testPushDevice';

export function pushRoutes(
  { devices, pusher }: { devices: DeviceQueries; pusher: Pusher },
  userOfSession: (caller: Actor) => string,
): Pick<Handlers, PushOperations> {
  function assertOn(): void {
    if (!pusher.configured)
      throw new ArgusError('conflict', 'This server tells no devices: its administrator sets ARGUS_PUSH.');
  }

  /** How a browser is reached, as it is stored. */
  function stored({ endpoint, keys }: Subscription) {
    const url = URL.parse(endpoint);
    if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
      throw invalid('endpoint', 'must be an address that begins with https://');
    const wrong = wrongKey(keys);
    if (wrong !== undefined) throw invalid(`keys.${wrong}`, 'is not the key of a browser’s subscription');
    return {
      endpoint_hash: hashToken(url.href),
      sealed: pusher.seal({ endpoint: url.href, keys }),
      service: url.host,
    };
  }

  return {
    async getPushKey({ caller }) {
      userOfSession(caller);
      assertOn();
      return { public_key: (await pusher.key()).public };
    },

    listPushDevices: async ({ caller }) => (await devices.of(userOfSession(caller))).map(view),

    async createPushDevice({ caller, body, note }) {
      const userId = userOfSession(caller);
      assertOn();
      const name = body.name.trim();
      if (name === '') throw invalid('name', 'give the device a name');
      const row = await devices.save({
        ...stored(body),
        id: newId(),
        user_id: userId,
        session_id: caller.tokenId,
        name,
        language: body.language ?? 'en',
      });
      if (row === undefined)
        throw new ArgusError(
          'conflict',
          `You have ${PUSH_DEVICES_MAX} devices that are told: remove one of them first.`,
        );
      note({ target: { type: 'push-device', id: row.id }, details: { name, service: row.service } });
      return view(row);
    },

    async renewPushDevice({ caller, body }) {
      const userId = userOfSession(caller);
      const now = stored(body);
      const before = body.before === undefined ? now.endpoint_hash : hashToken(body.before);
      const row = await devices.renew(before, {
        ...now,
        user_id: userId,
        session_id: caller.tokenId,
        language: body.language ?? null,
      });
      if (row === undefined) throw new ArgusError('not_found');
      return view(row);
    },

    async deletePushDevice({ caller, params, note }) {
      const row = await devices.remove(userOfSession(caller), params.id);
      if (row === undefined) throw new ArgusError('not_found');
      note({ target: { type: 'push-device', id: row.id }, details: { name: row.name } });
      return { numRemoved: 1 };
    },

    async testPushDevice({ caller, params, note }) {
      const row = await devices.find(userOfSession(caller), params.id);
      if (row === undefined) throw new ArgusError('not_found');
      assertOn();
      const message = {
        id: newId(),
        subject: 'This is how Argus tells you',
        text: '',
        link: null,
        fields: [],
        detail: null,
        buttons: [],
        facts: factsOf({ kind: 'test', body: 'A test, which you asked for.' }),
        gathered: null,
      };
      const outcome = await pusher.send(row, message, caller.customer.name);
      const sent = outcome.kind === 'sent';
      note({ target: { type: 'push-device', id: row.id }, details: { name: row.name, sent } });
      return { sent, answer: outcome.kind === 'sent' ? outcome.answer : outcome.reason };
    },
  };
}

function view(row: DeviceRow): PushDevice {
  return {
    id: row.id,
    name: row.name,
    service: row.service,
    created_at: row.created_at.toISOString(),
    seen_at: row.seen_at.toISOString(),
    last_success_at: row.last_success_at?.toISOString() ?? null,
    last_failure_at: row.last_failure_at?.toISOString() ?? null,
    last_failure: row.last_failure,
  };
}
