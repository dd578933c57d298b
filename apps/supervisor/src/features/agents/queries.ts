import type { Insertable } from 'kysely';
import type { Database } from '../../platform/database.ts';
import type { Tables } from '../../platform/tables.ts';

/** What a token says of its agent. */
export interface AgentRow {
  id: string;
  customer_id: string;
  customer_name: string;
  host_id: string | null;
  hostname: string | null;
  slots: number;
  secret_hash: Buffer;
  stale_use: boolean;
}

const FIND = (condition: string): string => `
  select a.id, a.customer_id, c.name as customer_name, a.host_id, h.hostname, a.slots, a.secret_hash,
    a.last_used_at is null or a.last_used_at < now() - interval '1 minute' as stale_use
  from agents a join customers c on c.id = a.customer_id left join hosts h on h.id = a.host_id
  where ${condition}`;

export function agentQueries(db: Database) {
  const { kysely } = db;
  return {
    byToken: async (hash: Buffer): Promise<AgentRow | undefined> =>
      (await db.hot<AgentRow>('agent_by_token', FIND('a.token_hash = $1'), [hash]))[0],
    byClientId: async (id: string): Promise<AgentRow | undefined> =>
      (await db.query<AgentRow>('agent_by_id', FIND('a.id = $1'), [id]))[0],
    list: (customerId: string) =>
      kysely
        .selectFrom('agents')
        .leftJoin('hosts', 'hosts.id', 'agents.host_id')
        .select([
          'agents.id',
          'agents.host_id',
          'hosts.hostname',
          'agents.slots',
          'agents.created_by',
          'agents.created_at',
          'agents.last_used_at',
        ])
        .where('agents.customer_id', '=', customerId)
        .orderBy('agents.id')
        .execute(),
    insert: (row: Omit<Insertable<Tables['agents']>, 'created_at' | 'last_used_at'>) =>
      kysely
        .insertInto('agents')
        .values({ ...row, last_used_at: null })
        .returning('created_at')
        .executeTakeFirstOrThrow(),
    touch: (id: string) =>
      kysely.updateTable('agents').set({ last_used_at: new Date() }).where('id', '=', id).execute(),
    ofHost: (hostId: string) =>
      kysely.selectFrom('agents').select('id').where('host_id', '=', hostId).executeTakeFirst(),
    /** Binds a credential to a bot; false where it is bound already. */
    bind: async (id: string, hostId: string): Promise<boolean> =>
      (await kysely
        .updateTable('agents')
        .set({ host_id: hostId })
        .where('id', '=', id)
        .where('host_id', 'is', null)
        .returning('id')
        .executeTakeFirst()) !== undefined,
    delete: (customerId: string, id: string) =>
      kysely
        .deleteFrom('agents')
        .where('customer_id', '=', customerId)
        .where('id', '=', id)
        .returning('host_id')
        .executeTakeFirst(),
    deleteOf: (hostId: string) => kysely.deleteFrom('agents').where('host_id', '=', hostId).execute(),
  };
}

export type AgentQueries = ReturnType<typeof agentQueries>;
