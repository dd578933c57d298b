import { AGENT_SLOTS, ArgusError, type AgentCredential, type Operations } from '@argus/contract';
import { hashToken, newSecretKey, sameBytes, tokenFor } from '../../platform/crypto.ts';
import type { AgentCaller } from '../../platform/http/caller.ts';
import type { Handler, Handlers } from '../../platform/http/operations.ts';
import { basicOf } from '../../platform/http/token.ts';
import { newId } from '../../platform/ids.ts';
import type { Platform } from '../../platform/platform.ts';
import type { HostQueries } from '../bots/index.ts';
import type { AgentQueries } from './queries.ts';

type CredentialOperations = 'listAgentCredentials' | 'createAgentCredential' | 'deleteAgentCredential';

/** The bot that an agent's credential is for. Throws `forbidden` where it is for none yet, or not for that one. */
export function hostOf(
  { host }: AgentCaller,
  hostname: string | undefined,
  note: (facts: { details: Record<string, unknown> }) => void,
): { id: string; hostname: string } {
  if (host === null) throw new ArgusError('forbidden', 'Register first: POST /host.');
  if (hostname !== undefined && hostname !== host.hostname) {
    note({ details: { hostname } });
    throw new ArgusError(
      'forbidden',
      `This credential is for the bot ${host.hostname}; make another one for another bot.`,
    );
  }
  return host;
}

export function credentialRoutes(
  { publicUrl }: Pick<Platform, 'publicUrl'>,
  queries: AgentQueries,
  hosts: HostQueries,
): Pick<Handlers, CredentialOperations> {
  return {
    async listAgentCredentials({ caller }) {
      return (await queries.list(caller.customer.id)).map(view);
    },

    async createAgentCredential({ caller, body, note }) {
      const { hostname = null, slots = AGENT_SLOTS } = body ?? {};
      const host = hostname === null ? null : await hostNamed(caller.customer.id, hostname, slots);
      const secret = newSecretKey();
      const row = {
        id: newId(),
        customer_id: caller.customer.id,
        host_id: host?.id ?? null,
        slots,
        secret_hash: hashToken(secret),
        token_hash: hashToken(tokenFor('agent', secret)),
        created_by: caller.name,
      };
      const { created_at } = await queries.insert(row);
      note({ target: { type: 'agent', id: row.id }, details: { hostname, slots } });
      return {
        ...view({ ...row, hostname, created_at, last_used_at: null }),
        supervisor: {
          api_url: publicUrl(),
          client_id: row.id,
          client_secret: secret,
          client_customer: caller.customer.name,
          client_hostname: hostname ?? '',
        },
      };
    },

    async deleteAgentCredential({ caller, params, note }) {
      const deleted = await queries.delete(caller.customer.id, params.id);
      if (deleted === undefined) throw new ArgusError('not_found');
      note({ details: { host_id: deleted.host_id } });
      return undefined;
    },
  };

  /** The bot of that name, which is an existing agent's from now on. */
  async function hostNamed(customerId: string, hostname: string, slots: number) {
    const known = await hosts.byName(customerId, hostname);
    if (known?.kind === 'bot' && (await hosts.hasCredential(known.id)))
      throw new ArgusError(
        'conflict',
        `There is a bot ${hostname} with a credential of its own: remove it first, or choose another name.`,
      );
    const host = await hosts.ensure(customerId, hostname, 'agent');
    await hosts.setSlots(host.id, slots);
    return host;
  }
}

const NOBODY = Buffer.alloc(32);

/** Answers an agent's token for its secret: the same one each time, for as long as the credential lives. */
export function agentLogin(
  { throttle }: Pick<Platform, 'throttle'>,
  queries: AgentQueries,
): Handler<Operations['loginAgent']> {
  return async ({ body, request, address, namedCustomer, note, reply }) => {
    const basic = basicOf(request.headers.authorization);
    const { client_id: id, client_secret: secret } = body ?? {
      client_id: basic?.user,
      client_secret: basic?.password,
    };
    if (id === undefined || secret === undefined)
      throw new ArgusError('unauthorized', 'Send client_id and client_secret, as HTTP Basic.');
    const known = /^[0-9a-f]{24}$/.test(id) ? await queries.byClientId(id) : undefined;
    const right = sameBytes(hashToken(secret), known?.secret_hash ?? NOBODY);
    const here = namedCustomer === undefined || namedCustomer === known?.customer_name;
    if (known === undefined || !right || !here) {
      note({ actor: `agent ${id.slice(0, 40)}`, ...(known && { customerId: known.customer_id }) });
      await throttle.wrongSecret(address);
      throw new ArgusError(
        'unauthorized',
        'client_id or client_secret is wrong, or the credential was revoked: make a new one under Bots.',
      );
    }
    note({
      actor: `agent ${known.hostname ?? known.id}`,
      customerId: known.customer_id,
      target: { type: 'agent', id: known.id },
    });
    // agents read a JSON string
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(tokenFor('agent', secret)));
  };
}

function view(row: {
  id: string;
  hostname: string | null;
  host_id: string | null;
  slots: number;
  created_by: string;
  created_at: Date;
  last_used_at: Date | null;
}): AgentCredential {
  return {
    id: row.id,
    hostname: row.hostname,
    host_id: row.host_id,
    slots: row.slots,
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
  };
}
