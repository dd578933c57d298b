import { Type } from 'typebox';
import { operation, type Operation } from '../operation.ts';
import { Closed, Id } from '../schema.ts';

/** What keeps a page true while it is looked at. */
export const liveOperations = {
  watchChanges: operation({
    method: 'GET',
    path: '/changes',
    permission: 'viewer',
    tag: 'changes',
    summary: 'What changes in the organization, as it happens (server-sent events)',
    description:
      'Events: `ready` (from here on nothing is missed), `changed` (words of the paths whose answers may be others now: `["job"]`, `["task","pause"]`), and with `job` also `job` (that job, at once and at each change). Nothing is kept for who is away: after each `ready`, read again what you show.',
    query: Closed({
      job: Type.Optional(Id),
    }),
    produces: 'text/event-stream',
  }),
} satisfies Record<string, Operation>;
