import { sql } from 'kysely';
import type { Role } from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';

export type LinkKind = 'invitation' | 'reset';

/** An open link with whom it is for. */
export interface LinkRow {
  id: string;
  kind: LinkKind;
  created_by: string;
  expires_at: Date;
  customer_id: string;
  customer: string;
  customer_display_name: string;
  user_id: string;
  email: string;
  name: string;
  role: Role;
}

/** The links that set a password, and setting it: what ends with a new password ends in the same transaction. */
export function linkQueries({ kysely }: Database) {
  return {
    /** An open link by its hash; an invitation is open while its person has no password. */
    find: async (hash: Buffer): Promise<LinkRow | undefined> => {
      const { rows } = await sql<LinkRow>`
        select l.id, l.kind, l.created_by, l.expires_at, l.customer_id, c.name as customer,
          c.display_name as customer_display_name, l.user_id, u.email, u.name, m.role
        from one_time_links l
        join customers c on c.id = l.customer_id
        join users u on u.id = l.user_id
        join members m on m.customer_id = l.customer_id and m.user_id = l.user_id and m.disabled_at is null
        where l.hash = ${hash} and l.expires_at > now() and (l.kind = 'reset' or u.password_hash is null)`.execute(
        kysely,
      );
      return rows[0];
    },
    /** Makes a link; the former one of that kind for that membership is dead. */
    insert: (row: {
      kind: LinkKind;
      hash: Buffer;
      customer_id: string;
      user_id: string;
      created_by: string;
      expires_at: Date;
    }): Promise<string> =>
      kysely.transaction().execute(async (tx) => {
        await tx
          .deleteFrom('one_time_links')
          .where('kind', '=', row.kind)
          .where('customer_id', '=', row.customer_id)
          .where('user_id', '=', row.user_id)
          .execute();
        const id = newId();
        await tx
          .insertInto('one_time_links')
          .values({ ...row, id })
          .execute();
        return id;
      }),
    delete: (id: string) => kysely.deleteFrom('one_time_links').where('id', '=', id).execute(),
    deleteExpired: () =>
      kysely
        .deleteFrom('one_time_links')
        .where('expires_at', '<', sql<Date>`now()`)
        .execute(),
    /**
     * Uses a link up and sets the password of its person; all their sessions and other links end. False where the
     * link was used meanwhile.
     */
    use: (link: LinkRow, passwordHash: string, name: string | undefined): Promise<boolean> =>
      kysely.transaction().execute(async (tx) => {
        const taken = await tx
          .deleteFrom('one_time_links')
          .where('id', '=', link.id)
          .where('expires_at', '>', sql<Date>`now()`)
          .executeTakeFirst();
        if (taken.numDeletedRows === 0n) return false;
        await tx
          .updateTable('users')
          .set({ password_hash: passwordHash, ...(name !== undefined && { name }) })
          .where('id', '=', link.user_id)
          .execute();
        await tx.deleteFrom('one_time_links').where('user_id', '=', link.user_id).execute();
        await tx
          .deleteFrom('tokens')
          .where('kind', '=', 'session')
          .where('user_id', '=', link.user_id)
          .execute();
        return true;
      }),
    /** Sets the password of a person; their open links and their sessions but one end. */
    setPassword: (userId: string, passwordHash: string, butSession: string): Promise<void> =>
      kysely.transaction().execute(async (tx) => {
        await tx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', userId).execute();
        await tx.deleteFrom('one_time_links').where('user_id', '=', userId).execute();
        await tx
          .deleteFrom('tokens')
          .where('kind', '=', 'session')
          .where('user_id', '=', userId)
          .where('id', '!=', butSession)
          .execute();
      }),
  };
}

export type LinkQueries = ReturnType<typeof linkQueries>;
