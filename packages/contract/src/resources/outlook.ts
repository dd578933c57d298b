import { Type, type Static } from 'typebox';
import { WAITS_FOR } from '../queue.ts';
import { Id, OneOf, OrNull, Time } from '../schema.ts';

/** What a run of a task would meet if it were started now. */
export const TaskOutlook = Type.Object({
  bot: OrNull(
    Type.Object({ id: Id, hostname: Type.String() }, { description: 'The bot that would take it now.' }),
  ),
  waits_for: OrNull(
    OneOf(WAITS_FOR, 'What would keep it; null where a bot takes it now, or where it needs no bot.'),
  ),
  reason: OrNull(Type.String({ description: 'The same as a sentence, with names.' })),
  bots: Type.Integer({ description: 'Bots that may take it, whether they are there or not.' }),
  jobs_before: Type.Integer({
    description: 'Jobs that would be handed out before it; counting ends at 1,000.',
  }),
  running: Type.Integer({ description: 'Jobs of the task that bots hold; counting ends at 1,000.' }),
  duration: OrNull(
    Type.Object(
      {
        runs: Type.Integer({ description: 'How many runs this is taken from, 100 at most.' }),
        median_ms: Type.Integer(),
        p90_ms: Type.Integer({ description: 'Nine of ten took no longer.' }),
      },
      { description: 'How long its last successful runs took, milliseconds; null where there are none.' },
    ),
  ),
  last_values: Type.Array(
    Type.Object({
      job: Id,
      at: Time,
      values: Type.Array(OrNull(Type.String()), {
        description: 'By position; null in place of a masked value, of files their names.',
      }),
    }),
    {
      description:
        'What the caller gave it lately, the newest first: three different sets at most, out of the last 1,000 jobs of the task.',
    },
  ),
});
export type TaskOutlook = Static<typeof TaskOutlook>;
