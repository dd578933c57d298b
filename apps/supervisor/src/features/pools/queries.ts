import type { Database, Transaction } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { sql } from 'kysely';
import { carriedLabels, normalLabels } from './rules.ts';

interface Labelled {
  id: string;
  customer_id: string;
  own_labels: string[];
  labels: string[];
  info: { os: string; arch: string; labels?: string[] } | null;
}

const LABELLED = 'select id, customer_id, own_labels, labels, info from hosts';

const labelsOf = ({ own_labels, info }: Labelled): string[] => carriedLabels(own_labels, info);
const isOutdated = (host: Labelled): boolean => labelsOf(host).join('\0') !== host.labels.join('\0');

/**
 * Which bots serve which sets of labels. A new pool and a bot with new labels change the same rows: both hold their
 * organization's row meanwhile, so that neither misses the other.
 */
export function poolQueries({ kysely, query }: Pick<Database, 'kysely' | 'query'>) {
  async function serialized<T>(customerId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return kysely.transaction().execute(async (tx) => {
      await sql`select 1 from customers where id = ${customerId} for no key update`.execute(tx);
      return work(tx);
    });
  }

  return {
    /** The pool of a set of labels, made where nobody asked for it before. Answers its id. */
    async ensure(customerId: string, wanted: readonly string[]): Promise<string> {
      const labels = normalLabels(wanted);
      const known = await query<{ id: string }>(
        'find_pool',
        'select id from pools where customer_id = $1 and labels = $2',
        [customerId, labels],
      );
      if (known[0]) return known[0].id;
      return serialized(customerId, async (tx) => {
        const { id } = await tx
          .insertInto('pools')
          .values({ id: newId(), customer_id: customerId, labels })
          .onConflict((on) => on.columns(['customer_id', 'labels']).doUpdateSet({ labels }))
          .returning('id')
          .executeTakeFirstOrThrow();
        await sql`update hosts set pools = pools || ${id}::text
          where customer_id = ${customerId} and labels @> ${labels}::text[] and not pools @> array[${id}::text]`.execute(
          tx,
        );
        return id;
      });
    },

    /**
     * Works out anew what bots carry, and which pools they serve; cheap where nothing changed. Answers the pools of those
     * that carry something else than before.
     */
    async refresh(hostIds: readonly string[]): Promise<Map<string, string[]>> {
      const served = new Map<string, string[]>();
      const hosts = await query<Labelled>('labels_of_hosts', `${LABELLED} where id = any($1)`, [hostIds]);
      for (const [customerId, own] of Map.groupBy(hosts.filter(isOutdated), (host) => host.customer_id)) {
        await serialized(customerId, async (tx) => {
          const ids = own.map(({ id }) => id);
          // as they are now that nobody else works them out
          const { rows } = await sql<Labelled>`${sql.raw(LABELLED)} where id = any(${ids})`.execute(tx);
          const changed = rows.filter(isOutdated).map((host) => ({ id: host.id, labels: labelsOf(host) }));
          const moved = await sql<{ id: string; pools: string[] }>`update hosts h set labels = n.labels,
              pools = array(select p.id from pools p where p.customer_id = h.customer_id and p.labels <@ n.labels)
            from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as n(id text, labels text[])
            where h.id = n.id returning h.id, h.pools`.execute(tx);
          for (const { id, pools } of moved.rows) served.set(id, pools);
        });
      }
      return served;
    },
  };
}

export type PoolQueries = ReturnType<typeof poolQueries>;
