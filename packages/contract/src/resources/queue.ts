import { Type, type Static } from 'typebox';
import { WAITS_FOR } from '../queue.ts';
import { Id, OneOf, OrNull } from '../schema.ts';
import { JobSummary } from './jobs.ts';

/** A job that waits, and what for. */
export const QueueEntry = Type.Object({
  job: JobSummary,
  waits_for: OneOf(WAITS_FOR, 'What keeps it; where it is several things, the first in this order.'),
  reason: Type.String({ description: 'The same as a sentence, with names.' }),
  jobs_before: OrNull(
    Type.Integer({
      description:
        'Jobs that are handed out before it. Counting ends at 10,000, in a list at 1,000. Null where it has no place: on hold, or not due yet.',
    }),
  ),
  next_before: Type.Array(Id, {
    description: 'The ids of the nearest of them that the caller may see, five at most, the nearest last.',
  }),
});
export type QueueEntry = Static<typeof QueueEntry>;

/** What waits for one bot, or for any bot that carries some labels. */
export const Queue = Type.Object({
  host_id: OrNull(Id),
  hostname: OrNull(Type.String({ description: 'The bot; null where `labels` say who may.' })),
  labels: Type.Array(Type.String(), {
    description: 'What a bot must carry; empty for the queue of one bot.',
  }),
  waiting: Type.Integer({
    description: 'Jobs in it, also those that the caller may not see; counting ends at 1,000.',
  }),
  bots: Type.Integer({ description: 'Bots that are there and take its jobs.' }),
  running: Type.Integer({ description: 'Jobs that these bots hold.' }),
  slots: Type.Integer({ description: 'Jobs that these bots take at once.' }),
  jobs: Type.Array(QueueEntry, { description: 'Its first jobs, in the order in which they are handed out.' }),
});
export type Queue = Static<typeof Queue>;
