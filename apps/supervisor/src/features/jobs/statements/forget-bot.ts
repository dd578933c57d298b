import type { Database } from '../../../platform/database.ts';

/** Jobs in one statement: small enough not to hold up anything. */
const BATCH = 2_000;

const FORGET = `
  with ended as (
    select id from jobs where customer_id = $1 and host_id = $2 and finished_at is not null and id > $3 order by id limit ${BATCH}
  ), forgotten as (
    update jobs set host_id = null where id = any(array(select id from ended))
  )
  select max(id) as last from ended`;

/**
 * Ended jobs name a bot no more that goes away, batch by batch. Left to the reference from jobs to bots, one statement would
 * do it for all of them, with the bot's row locked meanwhile: polls and claims that share a statement with it would wait.
 */
export async function forgetBot(db: Database, customerId: string, hostId: string): Promise<void> {
  for (let last: string | null = ''; last !== null;) {
    const [row]: { last: string | null }[] = await db.query('forget_bot', FORGET, [customerId, hostId, last]);
    last = row?.last ?? null;
  }
}
