import { sql, type Insertable } from 'kysely';
import type { Database } from '../../platform/database.ts';
import type { Tables } from '../../platform/tables.ts';
import type { IdPage } from '../../platform/http/paging.ts';
import { idAt, idAtSql } from '../../platform/ids.ts';

export interface AuditFilter extends Partial<IdPage> {
  customerId: string;
  /** Also what belongs to no organization: refusals of strangers. */
  ofNobody: boolean;
  /** A text that an entry holds anywhere, in any case. */
  q: string | undefined;
  actor: string | undefined;
  /** `noun.verb`, or a noun for all about it. */
  action: string | undefined;
  target: string | undefined;
  outcome: 'done' | 'refused' | undefined;
  since: Date | undefined;
  until: Date | undefined;
}

export function auditQueries(db: Database) {
  const { kysely } = db;
  return {
    insert: (rows: Insertable<Tables['audit']>[]) => kysely.insertInto('audit').values(rows).execute(),

    /** How often an entry happened in its minute. */
    async setTimes(counts: readonly { id: string; times: number }[]): Promise<void> {
      await sql`update audit set details = details || jsonb_build_object('times', c.times)
        from unnest(${counts.map(({ id }) => id)}::text[], ${counts.map(({ times }) => times)}::int[]) as c (id, times)
        where audit.id = c.id collate "C"`.execute(kysely);
    },

    /** `ofNobody`: also where it belongs to no organization. */
    one(id: string, customerId: string, ofNobody: boolean) {
      return kysely
        .selectFrom('audit')
        .selectAll()
        .where('id', '=', id)
        .where((eb) =>
          eb.or([eb('customer_id', '=', customerId), ...(ofNobody ? [eb('customer_id', 'is', null)] : [])]),
        )
        .executeTakeFirst();
    },

    list(filter: AuditFilter) {
      const { customerId, ofNobody, q, actor, action, target, outcome, since, until, before, limit } = filter;
      let select = kysely.selectFrom('audit').selectAll();
      select = ofNobody
        ? select.where((eb) => eb.or([eb('customer_id', '=', customerId), eb('customer_id', 'is', null)]))
        : select.where('customer_id', '=', customerId);
      if (actor !== undefined)
        select = select.where((eb) => eb(eb.fn('lower', ['actor']), '=', actor.toLowerCase()));
      if (action !== undefined)
        select = select.where((eb) =>
          eb.or([
            eb('action', '=', action),
            eb(eb.fn('starts_with', ['action', eb.val(`${action}.`)]), '=', sql<string>`true`),
          ]),
        );
      if (q !== undefined && q !== '')
        select = select.where(
          sql<boolean>`position(lower(${q}) in lower(concat_ws(' ', actor, action, target_type, target_id, address, details::text))) > 0`,
        );
      if (target !== undefined) select = select.where('target_id', '=', target);
      if (outcome !== undefined) select = select.where('outcome', '=', outcome);
      // ids begin with their time
      if (since !== undefined) select = select.where('id', '>=', idAt(since.getTime()));
      if (until !== undefined) select = select.where('id', '<', idAt(until.getTime()));
      if (before !== undefined) select = select.where('id', '<', before);
      return select
        .orderBy('id', 'desc')
        .limit(limit ?? 100)
        .execute();
    },

    /** Deletes entries that are older than their organization keeps them. Answers how many, `limit` at most. */
    async deletePast(limit: number): Promise<number> {
      const rows = await db.query(
        'delete_past_audit',
        `delete from audit where id = any(array(
           select a.id from customers c cross join lateral (
             select ${idAtSql('now() - make_interval(days => c.audit_days)')} as before
           ) days join audit a on a.customer_id = c.id and a.id < days.before
           where c.audit_days is not null limit $1)) returning id`,
        [limit],
      );
      return rows.length;
    },
  };
}
