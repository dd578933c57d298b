import { Type, type Static } from 'typebox';
import { EMITTERS } from '../trigger.ts';
import { DELIVERY_STATES } from '../delivery-states.ts';
import { Closed, Id, OneOf, OrNull, Time } from '../schema.ts';
import { ignored, Name } from './shared.ts';

export const CHANNEL_TYPES = ['email', 'webhook', 'slack', 'teams'] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];
export const MEDIA = [...CHANNEL_TYPES, 'browser', 'push'] as const;
export type Medium = (typeof MEDIA)[number];

/** What a rule tells if it does not say: whatever went wrong. */
export const USUAL_RULE_EVENTS: readonly string[] = ['failure', 'timeout'];

const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@<>,;"]+@[^\\s@<>,;"]+$' });
const channelType = OneOf(
  CHANNEL_TYPES,
  '`email`: to some addresses; `webhook`: signed JSON to an address of yours; `slack`, `teams`: to an incoming webhook there.',
);

export const Channel = Type.Object({
  id: Id,
  name: Type.String(),
  type: channelType,
  addresses: Type.Array(Type.String(), { description: 'Of `email`: who gets it.' }),
  url: OrNull(Type.String({ description: 'Its host and last four characters: the rest is a secret.' })),
  problem: OrNull(Type.String({ description: 'Why nothing can be sent by it now.' })),
  used_by: Type.Array(Type.Object({ id: Id, name: Type.String() }), {
    description: 'Rules that send by it.',
  }),
  created_by: Type.String(),
  creation_date: Time,
  last_update: Time,
});
export type Channel = Static<typeof Channel>;

const channelFields = {
  addresses: Type.Optional(
    Type.Array(Email, { maxItems: 50, description: 'Of `email`: who gets it, members or others.' }),
  ),
  url: Type.Optional(
    Type.String({
      maxLength: 2000,
      description: 'Of the others: where it is posted to. Shown again only in part.',
    }),
  ),
};
export const ChannelCreate = Closed({ name: Name, type: channelType, ...channelFields });
export type ChannelCreate = Static<typeof ChannelCreate>;

export const ChannelUpdate = Closed({
  name: Type.Optional(Name),
  ...channelFields,
  ...ignored('id', 'type', 'problem', 'used_by', 'created_by', 'creation_date', 'last_update'),
});
export type ChannelUpdate = Static<typeof ChannelUpdate>;

export const ChannelTest = Type.Object({
  sent: Type.Boolean(),
  results: Type.Array(
    Type.Object({
      to: Type.String(),
      sent: Type.Boolean(),
      answer: Type.String({ description: 'What the other side said, or why it was not reached.' }),
    }),
  ),
});
export type ChannelTest = Static<typeof ChannelTest>;

export const ChannelCredentials = Type.Object({
  id: Id,
  secret: Type.String({ description: '`whsec_` and base64: what the receiver checks signatures with.' }),
});

const emitter = OrNull(
  Type.Object(
    { type: OneOf(EMITTERS), id: Id, name: Type.String() },
    { description: 'null: every task and workflow.' },
  ),
);

export const NotificationRule = Type.Object({
  id: Id,
  name: Type.String(),
  personal: Type.Boolean({ description: 'Somebody’s own: it tells them alone.' }),
  emitter,
  tag: OrNull(Type.String({ description: 'Of `emitter` null: only what has this tag.' })),
  events: Type.Array(Type.String()),
  only_first_failure: Type.Boolean(),
  recovered: Type.Boolean(),
  log_lines: Type.Integer(),
  channels: Type.Array(Id),
  members: Type.Array(Id, { description: 'Ids of people.' }),
  to: Type.Array(
    Type.Object({
      type: OneOf([...CHANNEL_TYPES, 'member']),
      id: Id,
      name: Type.String(),
    }),
    { description: 'Its channels and members by name.' },
  ),
  enabled: Type.Boolean(),
  created_by: Type.String(),
  creation_date: Time,
  last_update: Time,
});
export type NotificationRule = Static<typeof NotificationRule>;

const ruleFields = {
  name: Type.Optional(Type.String({ maxLength: 200, description: 'If left out, what it is about.' })),
  emitter: Type.Optional(
    OrNull(
      Closed(
        { type: OneOf(EMITTERS), id: Id, ...ignored('name') },
        { description: 'What it tells of; null or left out: every task and workflow.' },
      ),
    ),
  ),
  tag: Type.Optional(OrNull(Type.String({ minLength: 1, maxLength: 100 }))),
  events: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      minItems: 1,
      maxItems: 20,
      uniqueItems: true,
      description:
        '`success`, `failure`, `timeout`, `canceled`, `trigger` of a webhook, or what a script names; `failure` and `timeout` if left out (of a webhook `trigger`).',
    }),
  ),
  only_first_failure: Type.Optional(
    Type.Boolean({ description: 'Of failures in a row the first one alone.' }),
  ),
  recovered: Type.Optional(
    Type.Boolean({ description: 'Also the first success after a failure, whatever `events` has.' }),
  ),
  log_lines: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 50,
      description: 'Last lines of the log to send along; 0 if left out.',
    }),
  ),
  channels: Type.Optional(Type.Array(Id, { maxItems: 50, uniqueItems: true })),
  members: Type.Optional(
    Type.Array(Type.String({ maxLength: 254 }), {
      maxItems: 200,
      description: 'E-mails of members, or their ids. Each is told as their own settings say.',
    }),
  ),
  enabled: Type.Optional(Type.Boolean({ description: 'true if left out.' })),
  ...ignored('id', 'to', 'created_by', 'creation_date', 'last_update'),
};
export const NotificationRuleCreate = Closed({
  ...ruleFields,
  personal: Type.Optional(
    Type.Boolean({ description: 'Your own rule, which tells you alone. Below admin, each one is.' }),
  ),
});
export type NotificationRuleCreate = Static<typeof NotificationRuleCreate>;
export const NotificationRuleUpdate = Closed({ ...ruleFields, ...ignored('personal') });
export type NotificationRuleUpdate = Static<typeof NotificationRuleUpdate>;

const ClockTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'As `22:00`.' });
const Quiet = Closed({
  from: ClockTime,
  to: ClockTime,
  days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
    maxItems: 7,
    uniqueItems: true,
    description: 'Days on which it begins: 1 is Monday, 7 is Sunday.',
  }),
  failures_pass: Type.Boolean({ description: 'Failures are told at once even so.' }),
});
export type Quiet = Static<typeof Quiet>;

const settingsFields = {
  email: Type.Boolean({ description: 'Whether you are told by e-mail.' }),
  browser: Type.Boolean({ description: 'Whether you are told on the web page.' }),
  timezone: Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'An IANA name such as `Europe/Berlin`.',
  }),
  quiet: OrNull(Quiet),
};
const PUSH_IS = 'Whether your devices are told, also while no page is open: those where you turned it on.';
export const NotificationSettings = Type.Object({
  ...settingsFields,
  push: Type.Boolean({ description: PUSH_IS }),
  mail_configured: Type.Boolean({ description: 'Whether this server can send e-mail (ARGUS_SMTP_URL).' }),
  push_configured: Type.Boolean({ description: 'Whether this server tells devices (ARGUS_PUSH).' }),
});
export type NotificationSettings = Static<typeof NotificationSettings>;
export const NotificationSettingsUpdate = Closed({
  ...settingsFields,
  push: Type.Optional(Type.Boolean({ description: `${PUSH_IS} Left out: it stays.` })),
  ...ignored('mail_configured', 'push_configured'),
});

/** A browser that is told by its maker's push service. */
export const PushDevice = Type.Object({
  id: Id,
  name: Type.String({ description: 'What the browser calls itself, in a few words.' }),
  service: Type.String({ description: 'The host of the push service that its browser uses.' }),
  created_at: Time,
  seen_at: Time,
  last_success_at: OrNull(Time),
  last_failure_at: OrNull(Time),
  last_failure: OrNull(
    Type.String({ description: 'What the push service said when it last refused something.' }),
  ),
});
export type PushDevice = Static<typeof PushDevice>;

export const PushKey = Type.Object({
  public_key: Type.String({ description: 'For `applicationServerKey`: base64url. The same for good.' }),
});

const BASE64URL = '^[A-Za-z0-9_-]+={0,2}$';
const endpoint = Type.String({
  minLength: 10,
  maxLength: 1000,
  pattern: '^https://',
  description: 'Where its push service takes messages for it. Never shown again.',
});
const subscriptionFields = {
  endpoint,
  keys: Closed({
    p256dh: Type.String({ maxLength: 100, pattern: BASE64URL }),
    auth: Type.String({ maxLength: 40, pattern: BASE64URL }),
  }),
  language: Type.Optional(
    OneOf(
      ['en', 'es'],
      'What it is told in, as far as the server has the words. Left out: English, or as it was.',
    ),
  ),
};
/** A `PushSubscription` of a browser, as its `toJSON` has it. */
export const PushDeviceCreate = Closed({
  ...subscriptionFields,
  name: Type.String({ minLength: 1, maxLength: 100 }),
});
export const PushDeviceRenew = Closed({
  ...subscriptionFields,
  before: Type.Optional({ ...endpoint, description: 'The endpoint that it had, where that is another.' }),
});

export const PushTest = Type.Object({
  sent: Type.Boolean(),
  answer: Type.String({ description: 'What the push service said, or why it was not reached.' }),
});

export const Notification = Type.Object({
  id: Id,
  state: OneOf(DELIVERY_STATES),
  reason: OrNull(Type.String({ description: 'What the other side said, or why it waits or was not sent.' })),
  medium: OneOf(MEDIA),
  to: Type.String(),
  channel_id: OrNull(Id),
  member_id: OrNull(Id),
  rule: OrNull(Type.Object({ id: Id, name: Type.String() })),
  subject: Type.String(),
  event: OrNull(Type.String()),
  emitter,
  job_id: OrNull(Id),
  run_id: OrNull(Id),
  attempts: Type.Integer(),
  next_try_at: OrNull(Time),
  digest_id: OrNull(Type.String({ description: 'The message that told it together with others.' })),
  created_at: Time,
  settled_at: OrNull(Time),
});
export type Notification = Static<typeof Notification>;

export const MyNotifications = Type.Object({
  unread: Type.Integer(),
  notifications: Type.Array(
    Type.Object({
      id: Id,
      subject: Type.String(),
      text: Type.String(),
      is_failure: Type.Boolean(),
      job_id: OrNull(Id),
      at: Time,
      read_at: OrNull(Time),
    }),
  ),
});
export type MyNotifications = Static<typeof MyNotifications>;

export const NotificationsRead = Closed({
  ids: Type.Optional(Type.Array(Id, { maxItems: 1000, description: 'All of yours if left out.' })),
});
