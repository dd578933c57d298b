import { Type, type Static } from 'typebox';
import { Closed, Id, OneOf, OrNull, Time } from '../schema.ts';
import { REASON_RULES } from '../task-type-values.ts';

const person = { user_id: Id, email: Type.String() };

export const DECISIONS = ['approve', 'reject', 'input'] as const;

/** What a job waits for people to do. */
export const Pending = Type.Object({
  job_id: Id,
  kind: OneOf(['approval', 'input']),
  customer: Type.String(),
  task: Type.Object({ id: Id, name: Type.String() }),
  workflow: OrNull(Type.Object({ id: Id, name: Type.String(), run_id: Id, step: Type.String() })),
  started_by: Type.String(),
  message: Type.String(),
  people: Type.Array(Type.Object(person), { description: 'Who is asked.' }),
  needed: Type.Integer({ description: 'How many of them must approve.' }),
  decisions: Type.Array(
    Type.Object({
      ...person,
      decision: OneOf(DECISIONS),
      reason: Type.String(),
      via: OneOf(['page', 'api', 'link']),
      at: Time,
    }),
  ),
  reason: OneOf(REASON_RULES),
  no_self: Type.Boolean(),
  deadline: OrNull(Time),
  is_open: Type.Boolean({ description: 'false: it is decided, or over otherwise.' }),
  is_mine: Type.Boolean({ description: 'Whether the caller can act now.' }),
  task_arguments: Type.Array(Type.Record(Type.String(), Type.Unknown())),
  task_arguments_values: Type.Array(OrNull(Type.String())),
  since: Time,
});
export type Pending = Static<typeof Pending>;

export const DecisionBody = Closed({
  reason: Type.Optional(Type.String({ maxLength: 2000 })),
});
/** Checked only once its link is known to be right: a wrong one tells nothing. */
export const LinkDecision = Closed({
  decision: Type.Optional(Type.String({ maxLength: 20, description: '`approve` or `reject`.' })),
  reason: Type.Optional(Type.String({ maxLength: 2000 })),
});
