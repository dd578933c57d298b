import type { ChannelType, DeliveryState, Emitter, Medium, Quiet, Role } from '@argus/contract';
import type { Database } from '../../../platform/database.ts';
import type { Facts, Gathered } from '../facts.ts';
import type { DeviceLanguage } from './devices.ts';

/** More than this many of one rule to one recipient in this time wait, and are told together at its end. */
const STORM = { count: 30, minutes: 10 } as const;
/** Who took a delivery and said nothing for so long is taken for dead: longer than any try. */
const LEASE_S = 30;
/** Of one recipient's deliveries this many are taken at once, so that a slow one holds up no other. */
const OF_ONE = 3;
/** How far a look goes. */
const LOOK = 300;
/** What a digest lists. */
const SHOWN = 50;

/** A delivery as it is put into the outbox. */
export interface NewDelivery {
  id: string;
  once_key: string;
  rule_id: string | null;
  medium: Medium;
  channel_id: string | null;
  user_id: string | null;
  address: string | null;
  device_id: string | null;
  target: string;
  subject: string;
  facts: Facts;
  is_failure: boolean;
  for_job_id: string | null;
  state: 'waiting' | 'suppressed';
  reason: string | null;
}

const PUT = `
  insert into notification_deliveries (id, customer_id, once_key, rule_id, medium, channel_id, user_id, address, device_id, target, subject, facts,
    is_failure, emitter_type, emitter_id, event, job_id, run_id, for_job_id, state, reason, settled_at, gathered, due_at)
  select r.id, $1, r.once_key, r.rule_id, r.medium, r.channel_id, r.user_id, r.address, r.device_id, r.target, r.subject, r.facts,
    r.is_failure, r.facts -> 'emitter' ->> 'type', r.facts -> 'emitter' ->> 'id', r.facts ->> 'event', r.facts ->> 'job_id', r.facts ->> 'run_id',
    r.for_job_id, r.state, r.reason, case when r.state = 'suppressed' then now() end,
    coalesce(storm.is_one, false), case when storm.is_one then coalesce(storm.ends, now() + interval '${STORM.minutes} minutes') else now() end
  from jsonb_to_recordset($2::jsonb) as r(id text, once_key text, rule_id text, medium text, channel_id text, user_id text, address text, device_id text, target text,
    subject text, facts jsonb, is_failure boolean, for_job_id text, state text, reason text)
  left join lateral (
    select
      (select count(*) from (select 1 from notification_deliveries d where d.rule_id = r.rule_id and d.target = r.target
        and d.created_at > now() - interval '${STORM.minutes} minutes' limit ${STORM.count}) recent) >= ${STORM.count} as is_one,
      (select min(d.due_at) from notification_deliveries d where d.rule_id = r.rule_id and d.target = r.target
        and d.gathered and d.state = 'waiting') as ends
  ) storm on r.rule_id is not null
  on conflict (once_key) do nothing
  returning id`;

/** Puts deliveries into the outbox, each once for its key; answers the ids of those that are new. */
export async function putDeliveries(
  query: Database['query'],
  customerId: string,
  deliveries: readonly NewDelivery[],
): Promise<string[]> {
  if (deliveries.length === 0) return [];
  const rows = await query<{ id: string }>('put_deliveries', PUT, [customerId, JSON.stringify(deliveries)]);
  return rows.map(({ id }) => id);
}

/** A delivery that somebody is to send now, with all that decides whether, how and what. */
export interface ClaimedDelivery {
  id: string;
  customer_id: string;
  customer_name: string;
  rule_id: string | null;
  /** Null where it has no rule; whether the rule is there and enabled. */
  rule_on: boolean | null;
  medium: Medium;
  target: string;
  subject: string;
  facts: Facts;
  is_failure: boolean;
  emitter_type: Emitter | null;
  for_job_id: string | null;
  attempts: number;
  first_tried_at: Date;
  gathered: boolean;
  address: string | null;
  channel_id: string | null;
  channel_type: ChannelType | null;
  channel_addresses: string[] | null;
  url_cipher: Buffer | null;
  secret_cipher: Buffer | null;
  user_id: string | null;
  email: string | null;
  /** Null where the person is no member (any more). */
  role: Role | null;
  tags: string[] | null;
  email_on: boolean;
  browser_on: boolean;
  push_on: boolean;
  /** Null where the device is not theirs (any more). */
  device_id: string | null;
  device_sealed: Buffer | null;
  device_language: DeviceLanguage | null;
  timezone: string | null;
  quiet: Quiet | null;
  /** Of the emitter, as they are now; null where it is gone. */
  acls: string[] | null;
  now: Date;
}

const OPEN = `d.state in ('waiting', 'sending') and d.due_at <= now()`;

const CLAIM = `
  with due as (
    select d.id, d.target, d.due_at, d.rule_id, d.gathered from notification_deliveries d
    where ${OPEN} and d.medium = any($1) and d.target <> all($2)
    order by d.due_at limit ${LOOK}
  ), numbered as (
    select id, due_at, gathered, row_number() over (partition by target order by due_at, id) as of_target,
      row_number() over (partition by target, rule_id, gathered order by due_at, id) as of_group
    from due
  ), picked as (
    select id from numbered where of_target <= ${OF_ONE} and (not gathered or of_group = 1) order by due_at limit $3
  ), locked as (
    select d.id, d.rule_id, d.target, d.gathered, d.attempts from notification_deliveries d join picked on picked.id = d.id
    where ${OPEN} for update of d skip locked
  ), swept as (
    update notification_deliveries d set state = 'suppressed', reason = 'told together with others', digest_id = l.id, settled_at = now()
    from locked l where l.gathered and l.attempts = 0 and d.rule_id = l.rule_id and d.target = l.target and d.gathered
      and d.state = 'waiting' and d.id <> l.id
  ), claimed as (
    update notification_deliveries d set state = 'sending', attempts = d.attempts + 1, claim = $4,
      due_at = now() + make_interval(secs => $5), first_tried_at = coalesce(d.first_tried_at, now())
    from locked l where d.id = l.id returning d.*
  )
  select c.id, c.customer_id, cu.name as customer_name, c.rule_id, c.medium, c.target, c.subject, c.facts, c.is_failure, c.emitter_type,
    c.for_job_id, c.attempts, c.first_tried_at, c.gathered, c.address, c.channel_id, c.user_id, now() as now,
    case when c.rule_id is not null then coalesce(r.enabled, false) end as rule_on,
    ch.type as channel_type, ch.addresses as channel_addresses, ch.url_cipher, ch.secret_cipher,
    u.email, m.role, m.tags, coalesce(s.email, true) as email_on, coalesce(s.browser, true) as browser_on,
    coalesce(s.push, true) as push_on, pd.id as device_id, pd.sealed as device_sealed, pd.language as device_language, s.timezone, s.quiet,
    coalesce(t.acls, w.acls) as acls
  from claimed c
  join customers cu on cu.id = c.customer_id
  left join notification_rules r on r.id = c.rule_id
  left join notification_channels ch on ch.id = c.channel_id
  left join users u on u.id = c.user_id
  left join members m on m.user_id = c.user_id and m.customer_id = c.customer_id and m.disabled_at is null
  left join notification_settings s on s.user_id = c.user_id
  left join push_devices pd on pd.id = c.device_id and pd.user_id = c.user_id
  left join tasks t on c.emitter_type = 'task' and t.id = c.emitter_id
  left join workflows w on c.emitter_type = 'workflow' and w.id = c.emitter_id`;

const SETTLE = `
  update notification_deliveries d set state = $3, reason = $4, claim = null,
    due_at = coalesce($5::timestamptz, d.due_at),
    attempts = d.attempts - case when $6 then 1 else 0 end,
    first_tried_at = case when $6 and d.attempts = 1 then null else d.first_tried_at end,
    settled_at = case when $3 = 'waiting' then null else now() end
  where d.id = $1 and d.claim = $2 and d.state = 'sending' returning d.id`;

export interface Settling {
  id: string;
  claim: string;
  state: Exclude<DeliveryState, 'sending'>;
  reason: string;
  /** When it is tried next, where it waits. */
  dueAt?: number;
  /** Whether nothing was tried. */
  untried?: boolean;
}

export function outboxQueries({ query }: Pick<Database, 'query'>) {
  return {
    /** The media of what is due, by the clock of the database. */
    dueMedia: async (): Promise<Medium[]> => {
      const rows = await query<{ medium: Medium }>(
        'due_media',
        `select distinct medium from (select d.medium from notification_deliveries d where ${OPEN} limit 1000) first`,
        [],
      );
      return rows.map(({ medium }) => medium);
    },

    /** Takes up to `limit` that are due, none of `busy` targets, for `claim`. What nobody settles within the lease is due again. */
    claim: (
      media: readonly Medium[],
      { busy, limit, claim }: { busy: readonly string[]; limit: number; claim: string },
    ) => query<ClaimedDelivery>('claim_deliveries', CLAIM, [media, busy, limit, claim, LEASE_S]),

    /** Says how a claimed one went; false where another has it by now. */
    settle: async ({ id, claim, state, reason, dueAt, untried = false }: Settling): Promise<boolean> =>
      (
        await query('settle_delivery', SETTLE, [
          id,
          claim,
          state,
          reason,
          dueAt === undefined ? null : new Date(dueAt),
          untried,
        ])
      ).length > 0,

    /** What a digest stands for, itself included: how many, and the first of them. */
    gathered: async (id: string): Promise<{ count: number; shown: Gathered[] }> => {
      const rows = await query<{ subject: string; created_at: Date; count: number }>(
        'gathered_deliveries',
        `select subject, created_at, count(*) over () as count from notification_deliveries
         where id = $1 or digest_id = $1 order by id limit ${SHOWN}`,
        [id],
      );
      return {
        count: rows[0]?.count ?? 0,
        shown: rows.map(({ subject, created_at }) => ({ subject, at: created_at.toISOString() })),
      };
    },

    /** How the deliveries of a job are: how many in each state, and why the failed ones failed. */
    ofJob: (forJobId: string) =>
      query<{ state: DeliveryState; count: number; reasons: string[] | null }>(
        'deliveries_for_job',
        `select state, count(*) as count, array_agg(distinct reason) filter (where state in ('failed', 'suppressed')) as reasons
         from notification_deliveries where for_job_id = $1 group by state`,
        [forJobId],
      ),
  };
}
export type OutboxQueries = ReturnType<typeof outboxQueries>;
