import { Type, type Static } from 'typebox';
import { Id, OneOf, OrNull, Time } from './schema.ts';

/** Automatic starts in a row, each the result of the last: a longer chain is taken for a loop. */
export const CHAIN_MAX = 100;

/** What happens to every task. A script may name events of its own beside these. */
export const TASK_EVENTS = ['success', 'failure', 'timeout', 'canceled'] as const;

/** How a run of a workflow can end. */
export const WORKFLOW_EVENTS = ['success', 'failure', 'canceled'] as const;

/** What emits events. */
export const EMITTERS = ['task', 'workflow', 'webhook'] as const;
export type Emitter = (typeof EMITTERS)[number];

/** What started a job or a run of a workflow, where that was no person. */
export const Cause = Type.Union([
  Type.Object({
    type: Type.Literal('trigger'),
    event: Type.String({ description: 'The name of the event.' }),
    event_id: OrNull(Id),
    emitter_type: OneOf(EMITTERS),
    emitter_id: Id,
    emitter_name: Type.String(),
    job_id: OrNull(Type.String({ description: 'The job whose end it was.' })),
    run_id: Type.Optional(Type.String({ description: 'The run of a workflow whose end it was.' })),
    delivery_id: Type.Optional(Type.String({ description: 'What came in at a webhook.' })),
  }),
  Type.Object({
    type: Type.Literal('schedule'),
    schedule_id: Id,
    due: Time,
  }),
  Type.Object({
    type: Type.Literal('workflow'),
    workflow_id: Id,
    workflow_name: Type.String(),
    run_id: Id,
    step: Type.String({ description: 'The step that it is.' }),
  }),
]);
export type Cause = Static<typeof Cause>;
