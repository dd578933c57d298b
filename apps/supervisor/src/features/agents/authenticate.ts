import { hashToken } from '../../platform/crypto.ts';
import type { AgentCaller } from '../../platform/http/caller.ts';
import type { Platform } from '../../platform/platform.ts';
import type { AgentQueries } from './queries.ts';

/** Which agent a token is of, or undefined: unknown or revoked. */
export function agentAuthenticator({ log }: Pick<Platform, 'log'>, queries: AgentQueries) {
  return async (token: string): Promise<AgentCaller | undefined> => {
    const row = await queries.byToken(hashToken(token));
    if (row === undefined) return undefined;
    if (row.stale_use)
      queries
        .touch(row.id)
        .catch((error: unknown) => log.warn({ err: error }, 'the last use of an agent was not stored'));
    return {
      kind: 'agent',
      agentId: row.id,
      host:
        row.host_id === null || row.hostname === null ? null : { id: row.host_id, hostname: row.hostname },
      slots: row.slots,
      customer: { id: row.customer_id, name: row.customer_name },
    };
  };
}
