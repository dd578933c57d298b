import type { SavedViewPage } from '@argus/contract';
import { sql } from 'kysely';
import { isUniqueViolation, type Database } from '../../platform/database.ts';

/** A view with the address of whose it is. */
export interface SavedViewRow {
  id: string;
  customer_id: string;
  user_id: string;
  owner: string;
  page: SavedViewPage;
  name: string;
  search: Record<string, string>;
  shared: boolean;
  created_at: Date;
  updated_at: Date;
}

export interface SavedViewValues {
  name: string;
  search: Record<string, string>;
  shared: boolean;
}

const ROW = 'select v.*, u.email as owner from saved_views v join users u on u.id = v.user_id';

/** False where the person has a view of that name already. */
async function unlessNamed(change: () => Promise<unknown>): Promise<boolean> {
  try {
    await change();
    return true;
  } catch (error) {
    if (isUniqueViolation(error, 'saved_views_name')) return false;
    throw error;
  }
}

export function savedViewQueries(db: Database) {
  const { kysely } = db;
  return {
    /** Those of a person, and those that others share. */
    list: (customerId: string, userId: string | null, page: SavedViewPage | null) =>
      db.query<SavedViewRow>(
        'list_saved_views',
        `${ROW} where v.customer_id = $1 and (v.shared or v.user_id = $2) and ($3::text is null or v.page = $3)
         order by lower(v.name), v.id`,
        [customerId, userId, page],
      ),

    find: async (id: string): Promise<SavedViewRow | undefined> =>
      (await db.query<SavedViewRow>('find_saved_view', `${ROW} where v.id = $1`, [id]))[0],

    count: async (customerId: string, userId: string, page: SavedViewPage): Promise<number> => {
      const [row] = await db.query<{ count: number }>(
        'count_saved_views',
        'select count(*)::integer as count from saved_views where customer_id = $1 and user_id = $2 and page = $3',
        [customerId, userId, page],
      );
      return row?.count ?? 0;
    },

    insert: (
      { search, ...values }: SavedViewValues,
      more: { id: string; customer_id: string; user_id: string; page: SavedViewPage },
    ) =>
      unlessNamed(() =>
        kysely
          .insertInto('saved_views')
          .values({ ...values, ...more, search: JSON.stringify(search) })
          .execute(),
      ),

    update: (id: string, { search, ...values }: SavedViewValues) =>
      unlessNamed(() =>
        kysely
          .updateTable('saved_views')
          .set({ ...values, search: JSON.stringify(search), updated_at: sql`now()` })
          .where('id', '=', id)
          .execute(),
      ),

    delete: (id: string) => kysely.deleteFrom('saved_views').where('id', '=', id).execute(),
  };
}

export type SavedViewQueries = ReturnType<typeof savedViewQueries>;
