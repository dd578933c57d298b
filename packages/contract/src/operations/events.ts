import { Type } from 'typebox';
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
    response: Type.Array(R.Event),
  }),
} as const satisfies Record<string, Operation>;
