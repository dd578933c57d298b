import { Type, type Static, type TUnsafe } from 'typebox';
import { Closed, Id, OneOf, OrNull } from './schema.ts';
import { HTTP_METHODS, ON_DEADLINE, REASON_RULES, WHO } from './task-type-values.ts';

const People = Type.Array(Type.String({ minLength: 1, maxLength: 254 }), {
  maxItems: 200,
  description: 'E-mails of members, roles, or member tags `key:value`.',
});
const Channels = Type.Optional(
  Type.Array(Id, {
    maxItems: 20,
    description:
      'Channels that are told too, with a link to the page of the job, where who is asked signs in. One that is gone is told nothing.',
  }),
);
const WAIT_MAX_S = 31_536_000;

const approval = {
  who: OneOf(
    WHO,
    '`fixed`: those in `people`; `starter`: who started the job or its workflow; `assigned`: the `assignee` of the run; `next`: those that the job before named in its `next`.',
  ),
  people: People,
  needed: Type.Union([OneOf(['one', 'all']), Type.Integer({ minimum: 1, maximum: 200 })], {
    description: 'How many must approve: `one` of them, `all`, or a number.',
  }),
  deadline: OrNull(
    Type.Integer({ minimum: 1, maximum: WAIT_MAX_S, description: 'Seconds; null waits for ever.' }),
  ),
  on_deadline: OneOf(ON_DEADLINE, 'What comes of it when nobody decided in time.'),
  reason: OneOf(REASON_RULES, 'When a decision needs a reason.'),
  no_self: Type.Boolean({ description: 'Who started it may not decide.' }),
  message: Type.String({ maxLength: 5000, description: 'What is asked, for the approvers.' }),
  channels: Channels,
};
/** How an approval is come by. */
export const Approval = Type.Object(approval);
export type Approval = Static<typeof Approval>;

/** Every field may be left out. Its type is said, since working it out of the schemas costs the compiler a second. */
function settingsOf<T>(fields: Parameters<typeof Closed>[0]): TUnsafe<Partial<T>> {
  const optional = Object.entries(fields).map(([name, field]) => [name, Type.Optional(field)] as const);
  return Type.Unsafe<Partial<T>>(Closed(Object.fromEntries(optional)));
}
export const ApprovalSettings = settingsOf<Approval>(approval);

const inputs = {
  who: OneOf(['fixed', 'starter', 'assigned', 'next'], 'As of approvals.'),
  people: People,
  deadline: OrNull(
    Type.Integer({ minimum: 1, maximum: WAIT_MAX_S, description: 'Seconds; then it ends as a timeout.' }),
  ),
  message: Type.String({ maxLength: 5000, description: 'What is asked, for who fills it in.' }),
  channels: Channels,
};
/** Who gives the arguments of a job that nobody started by hand. */
export const Inputs = Type.Object(inputs);
export type Inputs = Static<typeof Inputs>;
export const InputsSettings = settingsOf<Inputs>(inputs);

const Recipient = Type.String({ minLength: 1, maxLength: 254 });
const notification = {
  subject: Type.String({
    maxLength: 500,
    description: 'May hold `{0}`, `{1}` …: the arguments of the job by position, or by label.',
  }),
  body: Type.String({ maxLength: 20_000 }),
  recipients: Type.Array(Recipient, {
    maxItems: 100,
    description: 'E-mail addresses, members, roles, member tags, or ids of channels.',
  }),
};
export const Message = Type.Object(notification);
export type Message = Static<typeof Message>;
export const MessageSettings = settingsOf<Message>(notification);

const request = {
  url: Type.String({ maxLength: 4000, description: 'May hold `{0}`, `{1}` …, as its headers and body.' }),
  method: OneOf(HTTP_METHODS),
  headers: Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 8000 }), {
    maxProperties: 50,
  }),
  body: Type.String({ maxLength: 1_000_000 }),
  expect_status: Type.String({
    maxLength: 100,
    description: 'What counts as success: `2xx` if empty; `200,204`, `2xx,404`.',
  }),
  expect_pattern: Type.String({ maxLength: 1000, description: 'A pattern (RE2) that the body must match.' }),
};
/** What an HTTP task asks. */
export const HttpRequest = Type.Object(request);
export type HttpRequest = Static<typeof HttpRequest>;
export const HttpRequestSettings = settingsOf<HttpRequest>(request);

/** What a task has beside what every type has, as it is stored: `null` of another type. */
export interface TypeSettings {
  approval: Approval | null;
  inputs: Inputs | null;
  notification: Message | null;
  request: HttpRequest | null;
}
