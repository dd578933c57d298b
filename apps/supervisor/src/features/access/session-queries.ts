import type { Database } from '../../platform/database.ts';

/** What a person sees and ends of their own sessions, in every organization, and their name. */
export function sessionQueries({ kysely }: Database) {
  return {
    /** Those that are good, newest first. */
    of: (userId: string) =>
      kysely
        .selectFrom('tokens')
        .innerJoin('customers', 'customers.id', 'tokens.customer_id')
        .select(['tokens.id', 'customers.name as customer', 'agent', 'address', 'tokens.created_at'])
        .select(['last_used_at', 'last_used_address', 'expires_at'])
        .where('kind', '=', 'session')
        .where('user_id', '=', userId)
        .where('expires_at', '>', new Date())
        .orderBy('tokens.id', 'desc')
        .execute(),
    end: (userId: string, id: string) =>
      kysely
        .deleteFrom('tokens')
        .where('kind', '=', 'session')
        .where('user_id', '=', userId)
        .where('id', '=', id)
        .returning(['agent', 'address'])
        .executeTakeFirst(),
    /** All but one. Answers how many. */
    endOthers: async (userId: string, but: string): Promise<number> =>
      (
        await kysely
          .deleteFrom('tokens')
          .where('kind', '=', 'session')
          .where('user_id', '=', userId)
          .where('id', '!=', but)
          .returning('id')
          .execute()
      ).length,
    rename: (userId: string, name: string) =>
      kysely.updateTable('users').set({ name }).where('id', '=', userId).execute(),
  };
}

export type SessionQueries = ReturnType<typeof sessionQueries>;
