import { Type, type Static } from 'typebox';
import { Condition } from '../condition.ts';
import { LIFECYCLES, STATES } from '../lifecycle.ts';
import { Closed, Id, OneOf, OrNull, Time } from '../schema.ts';
import { ignored, Name } from './shared.ts';

export const WEBHOOK_AUTHS = ['secret', 'github', 'standard'] as const;
export type WebhookAuth = (typeof WEBHOOK_AUTHS)[number];

export const DELIVERY_OUTCOMES = ['accepted', 'filtered', 'paused', 'refused'] as const;

/** `binary`: kept as base64. */
export const BODY_KINDS = ['none', 'json', 'form', 'text', 'binary'] as const;

export const TOLERANCE_DEFAULT_S = 300;

/** What a delivery may bring, bytes. */
export const DELIVERY_MAX_BYTES = 1024 * 1024;

/** Deliveries kept of one webhook: those that were let in, and beside them those that were refused. */
export const DELIVERIES_KEPT = 100;
export const REFUSED_KEPT = 20;
export const DELIVERY_DAYS = 30;

const auth = OneOf(
  WEBHOOK_AUTHS,
  '`secret`: its secret key is in the URL. `github`: signed as GitHub does it (X-Hub-Signature-256). `standard`: signed as Standard Webhooks says (webhook-id, webhook-timestamp, webhook-signature).',
);

const outcome = OneOf(
  DELIVERY_OUTCOMES,
  '`accepted`: it starts what listens. `filtered`: the filter does not hold for it. `paused`: the webhook was paused. `refused`: its signature is wrong, or it is too old.',
);

export const Webhook = Type.Object({
  id: Id,
  customer: Type.String(),
  name: Type.String(),
  description: Type.String(),
  tags: Type.Array(Type.String()),
  acls: Type.Array(Type.String()),
  auth,
  tolerance: Type.Integer({
    description:
      'Seconds: how old a signed delivery may be, and for how long one that comes again starts nothing.',
  }),
  filter: OrNull(Condition),
  paused: OrNull(Type.Object({ at: Time, by: Type.String() })),
  enable: Type.Boolean({ description: 'False while it is paused.' }),
  url: OrNull(
    Type.String({
      description:
        'Where signed deliveries go; null where the secret key is in the URL: see its credentials.',
    }),
  ),
  last_delivery: OrNull(Type.Object({ at: Time, outcome })),
  creation_date: Time,
  last_update: Time,
});
export type Webhook = Static<typeof Webhook>;

const strings = (maxLength: number, maxItems: number) =>
  Type.Array(Type.String({ minLength: 1, maxLength }), { maxItems });

const fields = {
  name: Name,
  description: Type.Optional(OrNull(Type.String({ maxLength: 20_000 }))),
  tags: Type.Optional(strings(100, 100)),
  acls: Type.Optional(strings(254, 500)),
  acl: Type.Optional(strings(254, 500)),
  auth: Type.Optional(auth),
  tolerance: Type.Optional(
    OrNull(
      Type.Integer({
        minimum: 1,
        maximum: 86_400,
        description: `Seconds; ${TOLERANCE_DEFAULT_S} if left out.`,
      }),
    ),
  ),
  filter: Type.Optional(
    Type.Union([Condition, Type.Null()], {
      description:
        'Only deliveries for which this holds start something. Paths begin with `body`, `headers` or `query`: `body.action`.',
    }),
  ),
  signing_secret: Type.Optional(
    OrNull(
      Type.String({
        minLength: 1,
        maxLength: 500,
        description:
          'Of a signed webhook: the secret that the other system made. If left out, one is made here. Never shown again but by its credentials.',
      }),
    ),
  ),
  enable: Type.Optional(Type.Boolean({ description: 'False pauses it.' })),
  ...ignored('id', 'customer', 'paused', 'url', 'last_delivery', 'creation_date', 'last_update'),
};
export const WebhookCreate = Closed(fields);
export type WebhookCreate = Static<typeof WebhookCreate>;
export const WebhookUpdate = Closed({ ...fields, name: Type.Optional(Name) });
export type WebhookUpdate = Static<typeof WebhookUpdate>;

export const WebhookCredentials = Type.Object({
  id: Id,
  secret: Type.String({
    description: 'The secret key in the URL, or the secret that deliveries are signed with.',
  }),
  url: Type.String({ description: 'Where deliveries go.' }),
});
export type WebhookCredentials = Static<typeof WebhookCredentials>;

export const WebhookBody = Type.Unknown({
  description: 'Anything of up to 1 MiB: JSON, a form, text, bytes, or nothing.',
});

export const WebhookTriggered = Type.Object({
  message: Type.Literal('success'),
  delivery_id: Id,
  outcome: OneOf(['accepted', 'filtered', 'paused']),
});
export type WebhookTriggered = Static<typeof WebhookTriggered>;

const delivery = {
  id: Id,
  webhook_id: Id,
  at: Time,
  address: Type.String({ description: 'Where it came from.' }),
  sent_by: OrNull(Type.String({ description: 'Who sent it with a token, or again; null of other systems.' })),
  outcome,
  reason: OrNull(Type.String({ description: 'Why it was refused.' })),
  listeners: Type.Integer({ description: 'How many tasks and workflows it was to start.' }),
  started: Type.Array(
    Type.Object({
      type: OneOf(['job', 'workflow_run']),
      id: Id,
      workflow_id: OrNull(Type.String({ description: 'Of a run, its workflow.' })),
      name: Type.String(),
      lifecycle: OneOf(LIFECYCLES),
      state: OneOf(STATES),
    }),
    { description: 'What it started, of what the caller may see.' },
  ),
  resent_of: OrNull(Type.String({ description: 'The delivery that this is again.' })),
  body_kind: OneOf(BODY_KINDS),
  size: Type.Integer({ description: 'Bytes of its body.' }),
};

export const DeliverySummary = Type.Object(delivery);
export type DeliverySummary = Static<typeof DeliverySummary>;

export const Delivery = Type.Object({
  ...delivery,
  headers: Type.Record(Type.String(), Type.String(), {
    description: 'Without those that hold tokens or signatures.',
  }),
  query: Type.Record(Type.String(), Type.Unknown()),
  body: OrNull(Type.String({ description: 'Its text; base64 where `body_kind` is `binary`.' })),
  body_cut: Type.Boolean({ description: 'Of a refused delivery the first 16 KiB are kept.' }),
});
export type Delivery = Static<typeof Delivery>;
