import { ArgusError, invalid, mayGrant, type Role } from '@argus/contract';
import { hashToken, newToken } from '../../platform/crypto.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import type { AccessQueries } from './queries.ts';

type TokenOperations = 'listTokens' | 'createToken' | 'deleteToken';

/** Which of these tasks an organization does not have, in the order given. */
export type MissingTasks = (customerId: string, ids: readonly string[]) => Promise<string[]>;

export function tokenRoutes(
  queries: AccessQueries,
  missingTasks: MissingTasks,
): Pick<Handlers, TokenOperations> {
  return {
    async listTokens({ caller }) {
      return (await queries.integrationTokens(caller.customer.id)).map(tokenView);
    },

    async createToken({ caller, body, note }) {
      const role = body.role ?? 'admin';
      if (!mayGrant(caller.role, role))
        throw new ArgusError(
          'forbidden',
          `You cannot make a token with the role ${role}: it is more than yours.`,
        );
      const expires = body.expires == null ? null : new Date(body.expires);
      if (expires && (Number.isNaN(expires.getTime()) || expires.getTime() <= Date.now()))
        throw invalid('expires', 'must be an ISO 8601 time in the future');
      const tasks = body.tasks == null ? null : [...new Set(body.tasks)];
      if (tasks !== null) {
        const [missing] = await missingTasks(caller.customer.id, tasks);
        if (missing !== undefined) throw invalid('tasks', `there is no task ${missing} here`);
      }
      const token = newToken('token');
      const row = await queries.insertToken({
        kind: 'integration',
        hash: hashToken(token),
        customer_id: caller.customer.id,
        name: body.name,
        role,
        tasks,
        created_by: caller.name,
        expires_at: expires,
      });
      note({
        target: { type: 'token', id: row.id },
        details: { name: body.name, role, tasks, expires: expires?.toISOString() ?? null },
      });
      return { ...tokenView(row), token };
    },

    async deleteToken({ caller, params, note }) {
      const token = await queries.deleteIntegrationToken(caller.customer.id, params.id);
      if (token === undefined) throw new ArgusError('not_found');
      note({ details: { name: token.name } });
      return undefined;
    },
  };
}

function tokenView(row: {
  id: string;
  name: string;
  role: string | null;
  tasks: string[] | null;
  created_by: string | null;
  created_at: Date;
  last_used_at: Date | null;
  last_used_address: string | null;
  expires_at: Date | null;
}) {
  const { id, name, role, tasks, created_by, created_at, last_used_at, last_used_address, expires_at } = row;
  return {
    id,
    name,
    role: role as Role,
    tasks,
    created_by,
    created_at: created_at.toISOString(),
    last_used_at: last_used_at?.toISOString() ?? null,
    last_used_from: last_used_address,
    expires: expires_at?.toISOString() ?? null,
  };
}
