import type { Condition, Delivery, Webhook, WebhookAuth } from '@argus/contract';
import { DELIVERIES_KEPT, DELIVERY_DAYS, REFUSED_KEPT } from '@argus/contract';
import { sql } from 'kysely';
import type { Database } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { insertEvents } from '../events/index.ts';
import type { BodyKind } from './rules.ts';

export interface WebhookRow {
  id: string;
  customer_id: string;
  customer_name: string;
  name: string;
  description: string;
  tags: string[];
  acls: string[];
  auth: WebhookAuth;
  tolerance: number;
  filter: Condition | null;
  secret_hash: Buffer;
  secret_cipher: Buffer;
  paused: Webhook['paused'];
  last_at: Date | null;
  last_outcome: Delivery['outcome'] | null;
  created_at: Date;
  updated_at: Date;
}

/** What people decide of a webhook. */
export interface WebhookValues {
  name: string;
  description: string;
  tags: string[];
  acls: string[];
  auth: WebhookAuth;
  tolerance: number;
  filter: Condition | null;
}

export interface StoredSecret {
  secret_hash: Buffer;
  secret_cipher: Buffer;
}

export interface DeliveryRow {
  id: string;
  webhook_id: string;
  at: Date;
  address: string;
  sent_by: string | null;
  outcome: Delivery['outcome'];
  reason: string | null;
  listeners: number;
  resent_of: string | null;
  body_kind: BodyKind;
  size: number;
}

export interface WholeDeliveryRow extends DeliveryRow {
  headers: Record<string, string>;
  query: Record<string, unknown>;
  body: string | null;
  body_cut: boolean;
}

export type NewDelivery = Omit<WholeDeliveryRow, 'at' | 'listeners'>;

/** What a delivery gives to whoever listens. */
export interface Emitted {
  output: (string | null)[];
  about: Record<string, unknown>;
}

/** A sender's own id of a delivery, by which a second one is known for so many seconds. */
export interface Once {
  key: Buffer;
  /** When it was sent, by the sender's clock, seconds since 1970; null: it says nothing. */
  at: number | null;
  seconds: number;
}

const ROW = `
  select w.*, c.name as customer_name, last.at as last_at, last.outcome as last_outcome
  from webhooks w join customers c on c.id = w.customer_id
  left join lateral (select d.at, d.outcome from webhook_deliveries d where d.webhook_id = w.id order by d.id desc limit 1) last on true`;

const SUMMARY =
  'd.id, d.webhook_id, d.at, d.address, d.sent_by, d.outcome, d.reason, d.listeners, d.resent_of, d.body_kind, d.size';

/** `seen` waits for another delivery with the same id that is under way, and then is empty. */
const DELIVER = `
  with given as (
    select * from jsonb_to_record($1::jsonb) as g(id text, webhook_id text, address text, sent_by text, outcome text, reason text, resent_of text,
      headers jsonb, query jsonb, body_kind text, body text, body_cut boolean, size integer, output jsonb, about jsonb)
  ), seen as (
    insert into webhook_seen (webhook_id, sender_key, delivery_id, expires_at)
    select webhook_id, $2::bytea, id, greatest(now(), to_timestamp($3::float8)) + make_interval(secs => $4)
    from given where $2::bytea is not null
    on conflict (webhook_id, sender_key) do update set delivery_id = excluded.delivery_id, expires_at = excluded.expires_at
    where webhook_seen.expires_at <= now()
    returning 1
  ), fresh as (
    select g.*, w.customer_id, w.name as emitter_name,
      (select count(*)::integer from subscriptions s where s.emitter_id in (w.id, w.customer_id) and s.name = 'trigger') as listeners
    from given g join webhooks w on w.id = g.webhook_id
    where $2::bytea is null or exists (select from seen)
  ), emitted as (
    insert into emissions (customer_id, emitter_type, emitter_id, name, emitter_name, delivery_id, output, about, depth)
    select customer_id, 'webhook', webhook_id, 'trigger', emitter_name, id, output, about, 0
    from fresh where outcome = 'accepted' and listeners > 0
  )
  insert into webhook_deliveries (id, webhook_id, address, sent_by, outcome, reason, listeners, resent_of, headers, query, body_kind, body, body_cut, size)
  select id, webhook_id, address, sent_by, outcome, reason, case outcome when 'accepted' then listeners else 0 end, resent_of, headers, query, body_kind, body, body_cut, size
  from fresh returning listeners`;

const REFUSE = `
  with doomed as (
    delete from webhook_deliveries where webhook_id = $1::jsonb ->> 'webhook_id' and outcome = 'refused' and id <= (
      select id from webhook_deliveries where webhook_id = $1::jsonb ->> 'webhook_id' and outcome = 'refused'
      order by id desc offset ${REFUSED_KEPT - 1} limit 1)
  )
  insert into webhook_deliveries (id, webhook_id, address, sent_by, outcome, reason, resent_of, headers, query, body_kind, body, body_cut, size)
  select g.* from jsonb_to_record($1::jsonb) as g(id text, webhook_id text, address text, sent_by text, outcome text, reason text, resent_of text,
    headers jsonb, query jsonb, body_kind text, body text, body_cut boolean, size integer)
  join webhooks w on w.id = g.webhook_id`;

const TRIM = `
  with last as (
    select w.id, (select d.id from webhook_deliveries d where d.webhook_id = w.id and d.outcome <> 'refused' order by d.id desc offset ${DELIVERIES_KEPT} limit 1) as beyond
    from webhooks w
  )
  delete from webhook_deliveries d using last where d.webhook_id = last.id and d.outcome <> 'refused' and d.id <= last.beyond`;

export function webhookQueries(db: Database) {
  const { kysely } = db;
  return {
    find: async (id: string): Promise<WebhookRow | undefined> =>
      (await db.query<WebhookRow>('find_webhook', `${ROW} where w.id = $1`, [id]))[0],

    /** Those of an organization after an id, oldest first. */
    list: (customerId: string, after: string, limit: number | null) =>
      db.query<WebhookRow>(
        'list_webhooks',
        `${ROW} where w.customer_id = $1 and w.id > $2 order by w.id limit $3`,
        [customerId, after, limit],
      ),

    /** Answers the id. */
    insert: (
      customerId: string,
      { filter, ...values }: WebhookValues,
      secret: StoredSecret,
      paused: Webhook['paused'],
    ) =>
      kysely.transaction().execute(async (tx) => {
        const id = newId();
        await tx
          .insertInto('webhooks')
          .values({
            ...values,
            ...secret,
            id,
            customer_id: customerId,
            filter: filter && JSON.stringify(filter),
            paused: paused && JSON.stringify(paused),
          })
          .execute();
        await insertEvents(tx, customerId, { type: 'webhook', id });
        return id;
      }),

    /** `undefined` leaves the secret, or the pause, as it is. */
    update: (
      id: string,
      { filter, ...values }: WebhookValues,
      { secret, paused }: { secret: StoredSecret | undefined; paused: Webhook['paused'] | undefined },
    ) =>
      kysely
        .updateTable('webhooks')
        .set({
          ...values,
          ...secret,
          ...(paused !== undefined && { paused: paused && JSON.stringify(paused) }),
          filter: filter && JSON.stringify(filter),
          updated_at: sql`now()`,
        })
        .where('id', '=', id)
        .execute(),

    setSecret: (id: string, secret: StoredSecret) =>
      kysely.updateTable('webhooks').set(secret).where('id', '=', id).execute(),

    setPaused: (id: string, paused: Webhook['paused']) =>
      kysely
        .updateTable('webhooks')
        .set({ paused: paused && JSON.stringify(paused), updated_at: sql`now()` })
        .where('id', '=', id)
        .execute(),

    /** Answers how many: 0 where it is gone already. */
    delete: async (id: string): Promise<number> =>
      (await db.query('delete_webhook', 'delete from webhooks where id = $1 returning id', [id])).length,

    /**
     * Keeps a delivery, and what it emits with it. Answers how many listen; undefined where its sender's id came
     * before, or the webhook is gone.
     */
    deliver: async (
      delivery: NewDelivery,
      { output, about }: Emitted,
      once: Once | undefined,
    ): Promise<number | undefined> => {
      const [row] = await db.query<{ listeners: number }>('deliver', DELIVER, [
        JSON.stringify({ ...delivery, output, about }),
        once?.key ?? null,
        once?.at ?? null,
        once?.seconds ?? 0,
      ]);
      return row?.listeners;
    },

    /** The delivery that came first with a sender's id. */
    seen: async (
      webhookId: string,
      key: Buffer,
    ): Promise<{ id: string; outcome: DeliveryRow['outcome'] } | undefined> => {
      const [row] = await db.query<{ id: string; outcome: DeliveryRow['outcome'] }>(
        'seen_delivery',
        `select s.delivery_id as id, coalesce(d.outcome, 'accepted') as outcome
         from webhook_seen s left join webhook_deliveries d on d.id = s.delivery_id where s.webhook_id = $1 and s.sender_key = $2`,
        [webhookId, key],
      );
      return row;
    },

    /** Keeps what was not let in, in place of the oldest such. */
    refuse: (delivery: NewDelivery) => db.query('refuse_delivery', REFUSE, [JSON.stringify(delivery)]),

    /** Newest first. */
    deliveries: (webhookId: string, before: string | undefined, limit: number) =>
      db.query<DeliveryRow>(
        'list_webhook_deliveries',
        `select ${SUMMARY} from webhook_deliveries d where d.webhook_id = $1 and ($2::text is null or d.id < $2) order by d.id desc limit $3`,
        [webhookId, before ?? null, limit],
      ),

    delivery: async (webhookId: string, id: string): Promise<WholeDeliveryRow | undefined> => {
      const [row] = await db.query<WholeDeliveryRow>(
        'find_webhook_delivery',
        `select d.* from webhook_deliveries d where d.webhook_id = $1 and d.id = $2`,
        [webhookId, id],
      );
      return row;
    },

    /** Deliveries past their keeping, and senders' ids past their time. */
    trim: async () => {
      await db.query('trim_webhook_deliveries', TRIM, []);
      await db.query(
        'drop_old_deliveries',
        `delete from webhook_deliveries where at < now() - make_interval(days => $1)`,
        [DELIVERY_DAYS],
      );
      await db.query('forget_seen', 'delete from webhook_seen where expires_at <= now()', []);
    },
  };
}

export type WebhookQueries = ReturnType<typeof webhookQueries>;
