import type { SecretUse } from '@argus/contract';
import type { Selectable } from 'kysely';
import { isUniqueViolation, type Database } from '../../platform/database.ts';
import type { Tables } from '../../platform/tables.ts';

/** A secret with the tasks and workflows that name it. */
export type SecretRow = Omit<Selectable<Tables['secrets']>, 'value_cipher'> & { used_by: SecretUse[] };

const USES = `
  select 'task' as type, id, name, customer_id, secrets from tasks where secrets <> '{}' and trial_of is null
  union all select 'workflow', id, name, customer_id, secrets from workflows where secrets <> '{}'`;

const ROW = `
  select s.id, s.customer_id, s.name, s.description, s.updated_by, s.value_at, s.used_at, s.created_at,
    coalesce((select jsonb_agg(jsonb_build_object('type', u.type, 'id', u.id, 'name', u.name) order by u.name, u.id)
      from (${USES}) u where u.customer_id = s.customer_id and s.name = any(u.secrets)), '[]') as used_by
  from secrets s`;

export function secretQueries(db: Database) {
  const { kysely } = db;
  return {
    list: (customerId: string) =>
      db.query<SecretRow>('list_secrets', `${ROW} where s.customer_id = $1 order by lower(s.name), s.name`, [
        customerId,
      ]),

    /** Whatever its organization: the caller compares. */
    find: async (id: string): Promise<SecretRow | undefined> =>
      (await db.query<SecretRow>('find_secret', `${ROW} where s.id = $1`, [id]))[0],

    /** False where the organization has one of that name. */
    async insert(values: {
      id: string;
      customer_id: string;
      name: string;
      description: string;
      value_cipher: Buffer;
      updated_by: string;
    }): Promise<boolean> {
      try {
        await kysely.insertInto('secrets').values(values).execute();
        return true;
      } catch (error) {
        if (isUniqueViolation(error, 'secrets_name')) return false;
        throw error;
      }
    },

    setDescription: (id: string, description: string) =>
      kysely.updateTable('secrets').set({ description }).where('id', '=', id).execute(),

    setValue: (id: string, value_cipher: Buffer, updated_by: string) =>
      kysely
        .updateTable('secrets')
        .set({ value_cipher, updated_by, value_at: new Date() })
        .where('id', '=', id)
        .execute(),

    /** False while something names it. */
    async delete(id: string): Promise<boolean> {
      const rows = await db.query(
        'delete_secret',
        `delete from secrets s where id = $1
           and not exists (select 1 from (${USES}) u where u.customer_id = s.customer_id and s.name = any(u.secrets))
         returning id`,
        [id],
      );
      return rows.length > 0;
    },

    /** The values of secrets by name, sealed, as they are now; those that there are not are left out. */
    values: (customerId: string, names: readonly string[]) =>
      db.hot<{ name: string; value_cipher: Buffer; used_at: Date | null }>(
        'secret_values',
        'select name, value_cipher, used_at from secrets where customer_id = $1 and name = any($2)',
        [customerId, names],
      ),

    noteUse: (customerId: string, names: readonly string[]) =>
      db.query(
        'note_use_of_secrets',
        'update secrets set used_at = now() where customer_id = $1 and name = any($2)',
        [customerId, names],
      ),
  };
}

export type SecretQueries = ReturnType<typeof secretQueries>;
