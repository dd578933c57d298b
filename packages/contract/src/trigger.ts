import { Type, type Static } from 'typebox';
import { Id, OrNull, Time } from './schema.ts';

/** Automatic starts in a row, each the result of the last: a longer chain is taken for a loop. */
export const CHAIN_MAX = 100;

/** What happens to every task. A script may name events of its own beside these. */
export const TASK_EVENTS = ['success', 'failure', 'timeout', 'canceled'] as const;

/** What started a job, where that was no person. */
export const Cause = Type.Union([
  Type.Object({
    type: Type.Literal('trigger'),
    event: Type.String({ description: 'The name of the event.' }),
    event_id: OrNull(Id),
    emitter_type: Type.Literal('task'),
    emitter_id: Id,
    emitter_name: Type.String(),
    job_id: Type.String({ description: 'The job whose end it was.' }),
  }),
  Type.Object({
    type: Type.Literal('schedule'),
    schedule_id: Id,
    due: Time,
  }),
]);
export type Cause = Static<typeof Cause>;
