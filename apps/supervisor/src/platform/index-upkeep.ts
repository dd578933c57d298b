import { startSharedChore } from './chore.ts';
import type { Platform } from './platform.ts';

const EVERY_MS = 10 * 60_000;
/** What no index is rebuilt below. */
const FLOOR_BYTES = 8 * 1024 * 1024;
/** More than an entry of ours takes in an index that was just built: the widest keys have about 70 bytes. */
const ENTRY_BYTES = 100;
/** Built anew where it takes so many times what its entries need. */
const BLOATED = 4;

/**
 * A page of an index is free again only when its last entry is gone. Jobs are deleted by what each task keeps, so where one
 * task keeps few of many jobs and another keeps long, nearly empty pages stay: 84 MB for 24,000 jobs after half an hour of
 * 200 jobs/s of tasks that keep 200, beside one of 5 jobs/s that keeps 10,000.
 */
const BLOATED_INDEXES = `
  select format('%I.%I', n.nspname, c.relname) as name, pg_relation_size(c.oid) as bytes
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace join pg_class t on t.oid = i.indrelid
  where n.nspname = current_schema() and i.indisvalid and c.relkind = 'i' and t.relkind = 'r' and c.reltuples >= 0
    and c.relam = (select oid from pg_am where amname = 'btree')
    and pg_relation_size(c.oid) > $1 + c.reltuples * $2
  order by bytes`;

/** What a rebuild left behind that was broken off, unless one is under way. */
const LEFTOVERS = `
  select format('%I.%I', n.nspname, c.relname) as name
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = current_schema() and not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$'
    and not exists (select 1 from pg_stat_progress_create_index where datname = current_database())`;

/** Bytes of indexes when they had just been built anew, by their names. */
export type Rebuilt = Map<string, number>;

/**
 * Builds indexes anew that are mostly empty, one after the other, while everything else goes on (`concurrently`). Answers
 * their names. `before`: what was rebuilt before; one with keys so wide that it needs its size is left alone until it
 * has doubled.
 */
export async function rebuildBloatedIndexes(
  { db, stopping }: Pick<Platform, 'db' | 'stopping'>,
  { floorBytes = FLOOR_BYTES, before = new Map() }: { floorBytes?: number; before?: Rebuilt } = {},
): Promise<string[]> {
  for (const { name } of await db.once<{ name: string }>(LEFTOVERS, []))
    await db.once(`drop index concurrently if exists ${name}`, []);
  const bloated = await db.once<{ name: string; bytes: number }>(BLOATED_INDEXES, [
    floorBytes,
    ENTRY_BYTES * BLOATED,
  ]);
  const rebuilt: string[] = [];
  for (const { name, bytes } of bloated) {
    if (stopping.aborted) break;
    if (bytes < 2 * (before.get(name) ?? 0)) continue;
    await db.once(`reindex index concurrently ${name}`, []);
    const [now] = await db.once<{ bytes: number }>('select pg_relation_size($1::text::regclass) as bytes', [
      name,
    ]);
    before.set(name, now?.bytes ?? 0);
    rebuilt.push(name);
  }
  return rebuilt;
}

/** Every ten minutes: 200 jobs/s leave some 40 MB of nearly empty pages in that time. */
export function startIndexUpkeep(platform: Pick<Platform, 'db' | 'log' | 'stopping'>): Disposable {
  const before: Rebuilt = new Map();
  const run = async () => {
    const indexes = await rebuildBloatedIndexes(platform, { before });
    if (indexes.length > 0) platform.log.info({ indexes }, 'indexes that were mostly empty were built anew');
  };
  return startSharedChore(platform, {
    name: 'indexes',
    everyMs: EVERY_MS,
    run,
    failed: 'mostly empty indexes could not be built anew',
  });
}
