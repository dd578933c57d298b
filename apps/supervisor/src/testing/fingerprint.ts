import type { Database } from '../platform/database.ts';

/** What changes without anybody's doing, or is meant to: the audit, the count of failed tries and signs of life. */
const APART = ['audit', 'throttle', 'schema_migrations', 'listening', 'supervisors', 'chores'];

const statements = new WeakMap<Database, Promise<string>>();

/** A digest of every row of every table, without those apart and the time a token was last used. */
export async function fingerprint(db: Database): Promise<Record<string, string>> {
  const text = statements.getOrInsertComputed(db, statementFor);
  // prepared: planning it takes longer than running it
  const rows = await db.query<{ name: string; digest: string }>('fingerprint', await text, []);
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}

async function statementFor(db: Database): Promise<string> {
  const tables = await db.query<{ name: string }>(
    'fingerprint tables',
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> all($1)
     order by 1`,
    [APART],
  );
  return tables
    .map(
      ({
        name,
      }) => `select '${name}' as name, coalesce(md5(string_agg(row, ',' order by row)), 'empty') as digest
        from (select (to_jsonb(t) - 'last_used_at')::text as row from "${name}" t) as all_rows`,
    )
    .join(' union all ');
}
