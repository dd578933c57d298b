import { until } from '@argus/testing';
import type { Database } from '../platform/database.ts';

/** What changes without anybody's doing, or is meant to: the audit, the count of failed tries, what chores count and signs of life. */
const APART = [
  'audit',
  'throttle',
  'schema_migrations',
  'listening',
  'supervisors',
  'chores',
  'job_stats',
  'job_stats_counted',
];

const statements = new WeakMap<Database, Promise<string>>();

/**
 * What tells whether any row of any table was changed, made or taken away, without the tables apart and without when
 * and from where a token was last used. Of a table that tells the latter it is a digest of all rows; of others how many
 * rows there are and which transactions wrote them, which takes a twentieth of the time.
 */
export async function fingerprint(db: Database): Promise<Record<string, string>> {
  await until(() => isAtRest(db), { what: 'rest' });
  const text = statements.getOrInsertComputed(db, statementFor);
  // prepared: planning it takes longer than running it
  const rows = await db.query<{ name: string; digest: string }>('fingerprint', await text, []);
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}

/** Whether nothing is left to be done of what was written down to be done at once. */
async function isAtRest(db: Database): Promise<boolean> {
  const rows = await db.query(
    'is anything left to do',
    `select 1 where exists (select 1 from run_wakes where created_at <= now()) or exists (select 1 from emissions where created_at <= now())
       or exists (select 1 from pending where told_at is null and not over)
       or exists (select 1 from notification_deliveries where state = 'sending' or state = 'waiting' and due_at <= now())`,
    [],
  );
  return rows.length === 0;
}

async function statementFor(db: Database): Promise<string> {
  const tables = await db.query<{ name: string; tells_use: boolean }>(
    'fingerprint tables',
    `select c.relname as name,
       exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'last_used_at') as tells_use
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> all($1)
     order by 1`,
    [APART],
  );
  return tables
    .map(({ name, tells_use }) =>
      tells_use
        ? `select '${name}' as name, coalesce(md5(string_agg(row, ',' order by row)), 'empty') as digest
           from (select (to_jsonb(t) - 'last_used_at' - 'last_used_address')::text as row from "${name}" t) as all_rows`
        : `select '${name}' as name, count(*) || ' by ' || coalesce(sum(xmin::text::bigint), 0) as digest from "${name}"`,
    )
    .join(' union all ');
}
