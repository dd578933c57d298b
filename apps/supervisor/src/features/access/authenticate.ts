import { createBatcher } from '../../platform/batcher.ts';
import type { Actor, BotCaller, Caller } from '../../platform/http/caller.ts';
import { hashToken } from '../../platform/crypto.ts';
import type { Platform } from '../../platform/platform.ts';
import { createRecollection } from '../../platform/recollection.ts';
import type { AccessQueries, TokenRow } from './queries.ts';

export interface Authenticator {
  /** Who a token is, or undefined: unknown, expired, revoked, or no longer a member. */
  authenticate(token: string, address?: string): Promise<Caller | undefined>;
  /**
   * Who it was within the last minute, a bot within the last hour, without a look into the database: for calls that check
   * with their own statement that nothing changed since (`Actor.epoch`).
   */
  recall(token: string): Actor | BotCaller | undefined;
}

/**
 * How long a bot is remembered, milliseconds: what it may do here never changes, and each of its polls is checked by the
 * statement that notes it.
 */
const KEEP_BOT_MS = 3_600_000;

/** As many as the database has connections for: more would only wait there. */
const LOOKS_MAX = 10;

export function authenticator(
  { log }: Pick<Platform, 'log'>,
  queries: Pick<AccessQueries, 'findToken' | 'touchToken'>,
): Authenticator {
  const actors = createRecollection<Actor>();
  const bots = createRecollection<BotCaller>({ keepMs: KEEP_BOT_MS });
  const keyOf = (hash: Buffer) => hash.toString('latin1');
  // calls with one token that wait share a look: ten thousand at once must not stand before everybody else's
  const find = createBatcher<Buffer, TokenRow | undefined>(
    (hashes) => {
      const looks = new Map<string, Promise<TokenRow | undefined>>();
      return Promise.all(
        hashes.map((hash) => {
          const look = looks.get(keyOf(hash)) ?? queries.findToken(hash);
          looks.set(keyOf(hash), look);
          return look;
        }),
      );
    },
    { max: 500, concurrency: LOOKS_MAX, fairBy: keyOf },
  );
  return {
    recall(token) {
      const key = keyOf(hashToken(token));
      return bots.recall(key) ?? actors.recall(key);
    },
    async authenticate(token, address) {
      const hash = hashToken(token);
      const row = await find(hash);
      const caller = row === undefined || row.expired ? undefined : callerOf(row);
      if (row === undefined || caller === undefined) {
        bots.forget(keyOf(hash));
        actors.forget(keyOf(hash));
        return undefined;
      }
      const until = row.expires_at?.getTime();
      if (caller.kind === 'bot') bots.keep(keyOf(hash), caller, until);
      else if (caller.kind !== 'agent') actors.keep(keyOf(hash), caller, until);
      // a bot's sign of life is its own
      if (row.stale_use && caller.kind !== 'bot')
        queries
          .touchToken(row.id, address ?? null)
          .catch((error: unknown) => log.warn({ err: error }, 'the last use of a token was not stored'));
      return caller;
    },
  };
}

function callerOf(row: TokenRow): Caller | undefined {
  const customer = { id: row.customer_id, name: row.customer_name };
  if (row.kind === 'bot' && row.host_id !== null && row.hostname !== null)
    return { kind: 'bot', tokenId: row.id, hostId: row.host_id, hostname: row.hostname, customer };
  const common = { tokenId: row.id, customer, epoch: row.epoch };
  if (row.kind === 'session' && row.member_role !== null && row.email !== null) {
    return {
      ...common,
      kind: 'session',
      role: row.member_role,
      tags: row.member_tags ?? [],
      userId: row.user_id,
      email: row.email,
      name: row.email,
      instanceAdmin: row.instance_admin ?? false,
      tasks: null,
    };
  }
  if (row.kind === 'integration' && row.role !== null) {
    return {
      ...common,
      kind: 'integration',
      role: row.role,
      tags: [],
      userId: null,
      email: null,
      name: `token "${row.name}"`,
      instanceAdmin: false,
      tasks: row.tasks,
    };
  }
  return undefined;
}
