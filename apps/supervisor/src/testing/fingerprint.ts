import { sql } from 'kysely';
import type { Database } from '../platform/database.ts';

/** A digest of every row of every table, without the audit, the count of failed tries, the time a token was last used and signs of life. */
export async function fingerprint({ kysely }: Database): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname not in ('audit', 'throttle', 'schema_migrations', 'listening', 'supervisors', 'chores') order by 1`.execute(
    kysely,
  );
  const digests = tables.map(
    ({
      name,
    }) => sql`select ${sql.lit(name)} as name, coalesce(md5(string_agg(row, ',' order by row)), 'empty') as digest
      from (select (to_jsonb(t) - 'last_used_at')::text as row from ${sql.table(name)} t) as all_rows`,
  );
  const { rows } = await sql<{
    name: string;
    digest: string;
  }>`${sql.join(digests, sql` union all `)}`.execute(kysely);
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}
