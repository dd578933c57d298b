import type { Caller } from '../../platform/http/caller.ts';
import { hashToken } from '../../platform/crypto.ts';
import type { Platform } from '../../platform/platform.ts';
import type { AccessQueries, TokenRow } from './queries.ts';

/** Who a token is, or undefined: unknown, expired, revoked, or no longer a member. */
export function authenticator({ log }: Pick<Platform, 'log'>, queries: AccessQueries) {
  return async (token: string): Promise<Caller | undefined> => {
    const row = await queries.findToken(hashToken(token));
    if (row === undefined || row.expired) return undefined;
    const caller = callerOf(row);
    if (caller && row.stale_use)
      queries
        .touchToken(row.id)
        .catch((error: unknown) => log.warn({ err: error }, 'the last use of a token was not stored'));
    return caller;
  };
}

function callerOf(row: TokenRow): Caller | undefined {
  const customer = { id: row.customer_id, name: row.customer_name };
  if (row.kind === 'bot' && row.host_id !== null && row.hostname !== null)
    return { kind: 'bot', hostId: row.host_id, hostname: row.hostname, customer };
  const common = { tokenId: row.id, customer };
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
