import { ArgusError, type Profile, type Role } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { changes } from '../audit/index.ts';
import type { AccessQueries } from './queries.ts';
import type { SessionQueries } from './session-queries.ts';

type AccountOperations = 'getProfile' | 'updateProfile' | 'listSessions' | 'endSession' | 'endOtherSessions';

/** What everybody settles for themselves. */
export function accountRoutes(
  queries: AccessQueries,
  sessions: SessionQueries,
): Pick<Handlers, AccountOperations> {
  async function profileOf(caller: Actor): Promise<Profile> {
    const [user, customers, own] = await Promise.all([
      caller.userId === null ? undefined : queries.userById(caller.userId),
      caller.userId === null ? [] : queries.membershipsOf(caller.userId),
      queries.customerByName(caller.customer.name),
    ]);
    return {
      id: caller.userId,
      name: user?.name ?? caller.name,
      email: caller.email,
      kind: caller.kind,
      customer: caller.customer.name,
      customer_display_name: own?.display_name ?? caller.customer.name,
      role: caller.role,
      instance_admin: caller.instanceAdmin,
      customers: customers.map(({ name, display_name, role }) => ({
        name,
        display_name,
        role: role as Role,
      })),
    };
  }

  /** Only sessions call these. */
  function person({ userId }: Actor): string {
    if (userId === null) throw new ArgusError('unauthorized');
    return userId;
  }

  return {
    getProfile: ({ caller }) => profileOf(caller),

    async updateProfile({ caller, body, note }) {
      const id = person(caller);
      const before = await queries.userById(id);
      await sessions.rename(id, body.name);
      note({
        target: { type: 'user', id },
        details: { changed: changes({ name: before?.name }, { name: body.name }) },
      });
      return profileOf(caller);
    },

    async listSessions({ caller }) {
      return (await sessions.of(person(caller))).map((row) => ({
        id: row.id,
        current: row.id === caller.tokenId,
        customer: row.customer,
        agent: row.agent,
        address: row.address,
        created_at: row.created_at.toISOString(),
        last_seen_at: row.last_used_at?.toISOString() ?? null,
        last_seen_from: row.last_used_address,
        expires: row.expires_at?.toISOString() ?? null,
      }));
    },

    async endSession({ caller, params, note }) {
      const ended = await sessions.end(person(caller), params.id);
      if (ended === undefined) throw new ArgusError('not_found');
      note({ target: { type: 'session', id: params.id }, details: { from: ended.address } });
      return undefined;
    },

    async endOtherSessions({ caller, note }) {
      const ended = await sessions.endOthers(person(caller), caller.tokenId);
      note({ details: { ended } });
      return { ended };
    },
  };
}
