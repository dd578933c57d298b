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
  people: Type.Array(
    Type.Object({
      ...person,
      in_place_of: Type.Optional(
        Type.String({ description: 'Who was asked before, and handed it on or had it taken: an e-mail.' }),
      ),
    }),
    { description: 'Who is asked.' },
  ),
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
  files: Type.Array(
    Type.Object({
      position: Type.Integer({ description: 'Of its argument.' }),
      id: Id,
      filename: Type.String(),
      size: Type.Integer({ description: 'Bytes.' }),
    }),
    { description: 'The files among the values, but those of masked arguments.' },
  ),
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

export const DelegateBody = Closed({
  to: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'A member: an e-mail address, or the id of a user.',
  }),
  from: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'For admins: whom it is taken from, by e-mail or id of a user; yourself if left out.',
    }),
  ),
});
