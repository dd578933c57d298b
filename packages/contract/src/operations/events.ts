import { Type } from 'typebox';
import { OneOf } from '../schema.ts';
import { EMITTERS } from '../trigger.ts';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';

/** What tasks can be triggered by. */
export const eventsOperations = {
  listEvents: operation({
    method: 'GET',
    path: '/event',
    permission: 'viewer',
    tag: 'events',
    summary: 'List the events that `triggers` of a task can name',
    query: Type.Object({
      q: Type.Optional(
        Type.String({
          maxLength: 200,
          description: 'A part of the name of the event, or of what it is an event of, in any case.',
        }),
      ),
      emitter_type: Type.Optional(OneOf(EMITTERS, 'Only events of this kind of source.')),
      emitter_id: Type.Optional(Type.String({ maxLength: 24, description: 'Only events of this one.' })),
    }),
    response: Type.Array(R.Event),
  }),
} as const satisfies Record<string, Operation>;
