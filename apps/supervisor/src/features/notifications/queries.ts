import type {
  ChannelType,
  DeliveryState,
  Emitter,
  Medium,
  NotificationSettings,
  Quiet,
  Role,
} from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import { idAt } from '../../platform/ids.ts';
import type { Facts } from './facts.ts';

export interface ChannelRow {
  id: string;
  name: string;
  type: ChannelType;
  addresses: string[];
  url_cipher: Buffer | null;
  url_hint: string | null;
  secret_cipher: Buffer | null;
  created_by: string;
  created_at: Date;
  updated_at: Date;
  used_by: { id: string; name: string }[];
}

export type ChannelValues = Pick<ChannelRow, 'name' | 'addresses' | 'url_cipher' | 'url_hint'>;

export interface RuleRow {
  id: string;
  customer_id: string;
  name: string;
  user_id: string | null;
  emitter_type: Emitter | null;
  emitter_id: string | null;
  tag: string | null;
  events: string[];
  only_first_failure: boolean;
  recovered: boolean;
  log_lines: number;
  channels: string[];
  members: string[];
  enabled: boolean;
  created_by: string;
  created_at: Date;
  updated_at: Date;
}

/** A rule with what is shown of what it names. */
export interface ShownRule extends RuleRow {
  emitter_name: string;
  to: { type: ChannelType | 'member'; id: string; name: string }[];
}

export type RuleValues = Omit<
  RuleRow,
  'id' | 'customer_id' | 'user_id' | 'created_by' | 'created_at' | 'updated_at'
>;

/** Somebody or something that a rule tells. */
export interface MemberRow {
  user_id: string;
  email: string;
  role: Role;
  tags: string[];
  email_on: boolean;
  browser_on: boolean;
  push_on: boolean;
  /** Ids of their devices. */
  devices: string[];
}

/** How an end went, as far as its job or run is still there. */
export interface EndRow {
  state: string;
  before: string | null;
  reason: string | null;
  hostname: string | null;
  started_by: string;
  user_id: string | null;
  started_at: Date | null;
  finished_at: Date | null;
  attempt: number | null;
}

export interface DeliveryRow {
  id: string;
  state: DeliveryState;
  reason: string | null;
  medium: Medium;
  recipient: string | null;
  channel_id: string | null;
  member_id: string | null;
  rule_id: string | null;
  rule_name: string | null;
  subject: string;
  event: string | null;
  facts: Facts;
  is_failure: boolean;
  job_id: string | null;
  run_id: string | null;
  attempts: number;
  due_at: Date;
  digest_id: string | null;
  gathered: boolean;
  created_at: Date;
  settled_at: Date | null;
  read_at: Date | null;
}

export interface DeliveryFilter {
  state: DeliveryState | undefined;
  rule: string | undefined;
  job: string | undefined;
  channel: string | undefined;
  before: string | undefined;
  limit: number;
}

const CHANNEL = `
  select c.*, coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name) order by r.id)
    from notification_rules r where r.customer_id = c.customer_id and c.id = any(r.channels)), '[]') as used_by
  from notification_channels c`;

const RULE = `
  select r.*, coalesce(t.name, w.name, wh.name, r.name) as emitter_name,
    coalesce((select jsonb_agg(jsonb_build_object('type', c.type, 'id', c.id, 'name', c.name) order by lower(c.name))
      from notification_channels c where c.id = any(r.channels)), '[]')
    || coalesce((select jsonb_agg(jsonb_build_object('type', 'member', 'id', u.id, 'name', u.email) order by lower(u.email))
      from users u where u.id = any(r.members)), '[]') as to
  from notification_rules r
  left join tasks t on r.emitter_type = 'task' and t.id = r.emitter_id
  left join workflows w on r.emitter_type = 'workflow' and w.id = r.emitter_id
  left join webhooks wh on r.emitter_type = 'webhook' and wh.id = r.emitter_id`;

const DELIVERY = `
  select d.*, r.name as rule_name, coalesce(ch.name || case when d.address is null then '' else ': ' || d.address end, u.email, d.address) as recipient,
    d.user_id as member_id
  from notification_deliveries d
  left join notification_rules r on r.id = d.rule_id
  left join notification_channels ch on ch.id = d.channel_id
  left join users u on u.id = d.user_id`;

/** Of a task the last ends: what is older says nothing about now. */
const LOOK_BACK = 200;

const GOOD_OR_BAD = `('success', 'failure', 'timeout', 'error')`;

const END_OF_JOB = `
  select j.state, j.reason, h.hostname, j.started_by, j.user_id, j.started_at, j.finished_at, j.attempt,
    (select p.state from (select id, state, finished_at from jobs where task_id = j.task_id order by id desc limit ${LOOK_BACK}) p
     where p.state in ${GOOD_OR_BAD} and (p.finished_at, p.id) < (j.finished_at, j.id) order by p.finished_at desc, p.id desc limit 1) as before
  from jobs j left join hosts h on h.id = j.host_id where j.id = $1`;

const END_OF_RUN = `
  select j.state, j.reason, null as hostname, j.started_by, j.user_id, j.started_at, j.finished_at, null as attempt,
    (select p.state from (select id, state, finished_at from workflow_runs where workflow_id = j.workflow_id order by id desc limit ${LOOK_BACK}) p
     where p.state in ${GOOD_OR_BAD} and (p.finished_at, p.id) < (j.finished_at, j.id) order by p.finished_at desc, p.id desc limit 1) as before
  from workflow_runs j where j.id = $1`;

/** Deliveries of one statement, so that none takes long. */
const TRIM_AT_ONCE = 5000;

export function notificationQueries(db: Database) {
  const one = async <Row extends object>(name: string, text: string, values: readonly unknown[]) =>
    (await db.query<Row & Record<string, unknown>>(name, text, values))[0] as Row | undefined;
  return {
    channels: (customerId: string) =>
      db.query<ChannelRow & Record<string, unknown>>(
        'list_channels',
        `${CHANNEL} where c.customer_id = $1 order by c.id`,
        [customerId],
      ) as Promise<ChannelRow[]>,

    channel: (customerId: string, id: string) =>
      one<ChannelRow>('find_channel', `${CHANNEL} where c.customer_id = $1 and c.id = $2`, [customerId, id]),

    insertChannel: (
      customerId: string,
      row: ChannelValues & {
        id: string;
        type: ChannelType;
        secret_cipher: Buffer | null;
        created_by: string;
      },
    ) =>
      db.query(
        'insert_channel',
        `insert into notification_channels (id, customer_id, name, type, addresses, url_cipher, url_hint, secret_cipher, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          row.id,
          customerId,
          row.name,
          row.type,
          row.addresses,
          row.url_cipher,
          row.url_hint,
          row.secret_cipher,
          row.created_by,
        ],
      ),

    updateChannel: (id: string, { name, addresses, url_cipher, url_hint }: ChannelValues) =>
      db.query(
        'update_channel',
        `update notification_channels set name = $2, addresses = $3, url_cipher = $4, url_hint = $5, updated_at = now() where id = $1`,
        [id, name, addresses, url_cipher, url_hint],
      ),

    setChannelSecret: (id: string, cipher: Buffer) =>
      db.query(
        'set_channel_secret',
        'update notification_channels set secret_cipher = $2, updated_at = now() where id = $1',
        [id, cipher],
      ),

    /** Answers whether it is gone: not while a rule sends by it. */
    deleteChannel: async (id: string): Promise<boolean> =>
      (await one(
        'delete_channel',
        `delete from notification_channels c where c.id = $1
         and not exists (select 1 from notification_rules r where r.customer_id = c.customer_id and c.id = any(r.channels)) returning id`,
        [id],
      )) !== undefined,

    /** Those of the ids that are channels of the organization. */
    knownChannels: (customerId: string, ids: readonly string[]) =>
      db.query<{ id: string; type: ChannelType; addresses: string[] }>(
        'known_channels',
        'select id, type, addresses from notification_channels where customer_id = $1 and id = any($2) order by id',
        [customerId, ids],
      ),

    /** Those of the users that are members of the organization, with what decides by which ways they are told. */
    knownMembers: (customerId: string, userIds: readonly string[]) =>
      db.query<MemberRow & Record<string, unknown>>(
        'known_members',
        `select m.user_id, u.email, m.role, m.tags, coalesce(s.email, true) as email_on, coalesce(s.browser, true) as browser_on,
           coalesce(s.push, true) as push_on, array(select d.id from push_devices d where d.user_id = m.user_id order by d.id) as devices
         from members m join users u on u.id = m.user_id left join notification_settings s on s.user_id = m.user_id
         where m.customer_id = $1 and m.user_id = any($2) and m.disabled_at is null order by m.id`,
        [customerId, userIds],
      ) as Promise<MemberRow[]>,

    rules: (customerId: string, { userId, emitter }: { userId: string | null; emitter: string | null }) =>
      db.query<ShownRule & Record<string, unknown>>(
        'list_rules',
        `${RULE} where r.customer_id = $1 and ($2::text is null or r.user_id = $2) and ($3::text is null or r.emitter_id = $3) order by r.id`,
        [customerId, userId, emitter],
      ) as Promise<ShownRule[]>,

    rule: (customerId: string, id: string) =>
      one<ShownRule>('find_rule', `${RULE} where r.customer_id = $1 and r.id = $2`, [customerId, id]),

    /** What a listener is: undefined where it is gone or off. */
    listening: (id: string) =>
      one<RuleRow>('listening_rule', 'select * from notification_rules where id = $1 and enabled', [id]),

    countOwn: async (customerId: string, userId: string): Promise<number> =>
      (
        await one<{ count: number }>(
          'count_own_rules',
          'select count(*) as count from notification_rules where customer_id = $1 and user_id = $2',
          [customerId, userId],
        )
      )?.count ?? 0,

    insertRule: (
      row: RuleValues & { id: string; customer_id: string; user_id: string | null; created_by: string },
    ) =>
      db.query(
        'insert_rule',
        `insert into notification_rules (id, customer_id, user_id, created_by, ${RULE_FIELDS.join(', ')})
         values ($1, $2, $3, $4, ${RULE_FIELDS.map((_name, at) => `$${at + 5}`).join(', ')})`,
        [row.id, row.customer_id, row.user_id, row.created_by, ...RULE_FIELDS.map((name) => row[name])],
      ),

    updateRule: (id: string, values: RuleValues) =>
      db.query(
        'update_rule',
        `update notification_rules set ${RULE_FIELDS.map((name, at) => `${name} = $${at + 2}`).join(', ')}, updated_at = now()
         where id = $1`,
        [id, ...RULE_FIELDS.map((name) => values[name])],
      ),

    deleteRule: (id: string) => db.query('delete_rule', 'delete from notification_rules where id = $1', [id]),

    /** What a rule may be about, as an access list sees it; undefined where there is no such thing. */
    emitter: (customerId: string, type: Emitter, id: string) =>
      one<{ name: string; acls: string[] }>(`find_emitter_${type}`, EMITTER[type], [customerId, id]),

    /** The tags and the access list of an emitter. */
    marks: async (type: Emitter, id: string): Promise<{ tags: string[]; acls: string[] }> =>
      (await one<{ tags: string[]; acls: string[] }>(
        `marks_of_${type}`,
        `select tags, acls from ${type}s where id = $1`,
        [id],
      )) ?? { tags: [], acls: [] },

    endOfJob: (id: string) => one<EndRow>('end_of_job', END_OF_JOB, [id]),
    endOfRun: (id: string) => one<EndRow>('end_of_run', END_OF_RUN, [id]),

    settings: (userId: string) =>
      one<Omit<NotificationSettings, 'mail_configured' | 'push_configured'>>(
        'notification_settings',
        'select email, browser, push, timezone, quiet from notification_settings where user_id = $1',
        [userId],
      ),

    saveSettings: (
      userId: string,
      {
        email,
        browser,
        push,
        timezone,
        quiet,
      }: { email: boolean; browser: boolean; push: boolean; timezone: string; quiet: Quiet | null },
    ) =>
      db.query(
        'save_notification_settings',
        `insert into notification_settings (user_id, email, browser, push, timezone, quiet) values ($1, $2, $3, $6, $4, $5)
         on conflict (user_id) do update set email = $2, browser = $3, push = $6, timezone = $4, quiet = $5, updated_at = now()`,
        [userId, email, browser, timezone, quiet && JSON.stringify(quiet), push],
      ),

    deliveries: (customerId: string, { state, rule, job, channel, before, limit }: DeliveryFilter) =>
      db.query<DeliveryRow & Record<string, unknown>>(
        'list_deliveries',
        `${DELIVERY} where d.customer_id = $1 and ($2::text is null or d.state = $2) and ($3::text is null or d.rule_id = $3)
           and ($4::text is null or d.job_id = $4) and ($5::text is null or d.channel_id = $5) and ($6::text is null or d.id < $6)
         order by d.id desc limit $7`,
        [customerId, state ?? null, rule ?? null, job ?? null, channel ?? null, before ?? null, limit],
      ) as Promise<DeliveryRow[]>,

    delivery: (customerId: string, id: string) =>
      one<DeliveryRow>('find_delivery', `${DELIVERY} where d.customer_id = $1 and d.id = $2`, [
        customerId,
        id,
      ]),

    /** Answers whether it waits again: what was not sent, and was not told by another. */
    retry: async (id: string): Promise<boolean> =>
      (await one(
        'retry_delivery',
        `update notification_deliveries set state = 'waiting', reason = null, attempts = 0, first_tried_at = null, due_at = now(), settled_at = null
         where id = $1 and state in ('failed', 'suppressed') and digest_id is null returning id`,
        [id],
      )) !== undefined,

    inbox: (customerId: string, userId: string, limit: number) =>
      db.query<DeliveryRow & Record<string, unknown>>(
        'list_inbox',
        `select * from notification_deliveries where user_id = $1 and customer_id = $2 and medium = 'browser' and state = 'sent'
         order by id desc limit $3`,
        [userId, customerId, limit],
      ) as Promise<DeliveryRow[]>,

    unread: async (customerId: string, userId: string): Promise<number> =>
      (
        await one<{ count: number }>(
          'count_unread',
          `select count(*) as count from (select 1 from notification_deliveries
             where user_id = $1 and customer_id = $2 and medium = 'browser' and state = 'sent' and read_at is null limit 1000) first`,
          [userId, customerId],
        )
      )?.count ?? 0,

    read: (customerId: string, userId: string, ids: readonly string[] | null) =>
      db.query(
        'read_notifications',
        `update notification_deliveries set read_at = now()
         where user_id = $1 and customer_id = $2 and medium = 'browser' and state = 'sent' and read_at is null and ($3::text[] is null or id = any($3))`,
        [userId, customerId, ids],
      ),

    /** Forgets what is older than so many milliseconds, whatever became of it. */
    async trim(ageMs: number): Promise<void> {
      for (;;) {
        const gone = await db.query(
          'trim_deliveries',
          `delete from notification_deliveries where id in (select id from notification_deliveries where id < $1 order by id limit ${TRIM_AT_ONCE}) returning id`,
          [idAt(Date.now() - ageMs)],
        );
        if (gone.length < TRIM_AT_ONCE) return;
      }
    },
  };
}

const RULE_FIELDS = [
  'name',
  'emitter_type',
  'emitter_id',
  'tag',
  'events',
  'only_first_failure',
  'recovered',
  'log_lines',
  'channels',
  'members',
  'enabled',
] as const satisfies readonly (keyof RuleValues)[];

/** Webhooks have no access list: they are for admins. Where one has events, it is there. */
const EMITTER: Record<Emitter, string> = {
  task: 'select name, acls from tasks where customer_id = $1 and id = $2',
  workflow: 'select name, acls from workflows where customer_id = $1 and id = $2',
  webhook: 'select name, acls from webhooks where customer_id = $1 and id = $2',
};

export type NotificationQueries = ReturnType<typeof notificationQueries>;
