import { sql } from 'kysely';
import type { Database } from './database.ts';

/** The first half of the keys of all our locks in the database; any constant does. */
const LOCKS = 7_246_502;

/**
 * Does `work` while no other supervisor on the database is at work under the same name. For moments at a start only:
 * the lock is held by a transaction that waits meanwhile.
 */
export function exclusively<T>({ kysely }: Database, name: string, work: () => Promise<T>): Promise<T> {
  return kysely.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${LOCKS}, hashtext(${name}))`.execute(tx);
    return work();
  });
}
