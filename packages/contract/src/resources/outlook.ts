import { Type, type Static } from 'typebox';
import { WAITS_FOR } from '../queue.ts';
import { Id, OneOf, OrNull, Time } from '../schema.ts';
import { InputFile } from './jobs.ts';
import { TASK_TYPES, WHO } from '../task-type-values.ts';

const bot = OrNull(
  Type.Object({ id: Id, hostname: Type.String() }, { description: 'The bot that would take it now.' }),
);
const waits_for = OrNull(
  OneOf(WAITS_FOR, 'What would keep it; null where a bot takes it now, or where it needs no bot.'),
);
const reason = OrNull(Type.String({ description: 'The same as a sentence, with names.' }));
const jobs_before = Type.Integer({
  description: 'Jobs that would be handed out before it; counting ends at 1,000.',
});
const duration = OrNull(
  Type.Object(
    {
      runs: Type.Integer({ description: 'How many runs this is taken from, 100 at most.' }),
      median_ms: Type.Integer(),
      p90_ms: Type.Integer({ description: 'Nine of ten took no longer.' }),
    },
    { description: 'How long its last successful runs took, milliseconds; null where there are none.' },
  ),
);
const values = Type.Array(OrNull(Type.String()), {
  description: 'By position; null in place of a masked value, of files their names.',
});

/** What a run of a task would meet if it were started now. */
export const TaskOutlook = Type.Object({
  bot,
  waits_for,
  reason,
  bots: Type.Integer({ description: 'Bots that may take it, whether they are there or not.' }),
  jobs_before,
  running: Type.Integer({ description: 'Jobs of the task that bots hold; counting ends at 1,000.' }),
  duration,
  last_values: Type.Array(
    Type.Object({
      job: Id,
      at: Time,
      values,
      files: Type.Array(InputFile, {
        description: 'To give again as `job-file:<job>/<id>`; not those of masked arguments.',
      }),
    }),
    {
      description:
        'What the caller gave it lately, the newest first: three different sets at most, out of the last 1,000 jobs of the task.',
    },
  ),
});
export type TaskOutlook = Static<typeof TaskOutlook>;

/** What a run of a workflow would meet if it were started now. */
export const WorkflowOutlook = Type.Object({
  waits_for_run: OrNull(
    Type.String({ description: 'The run that it would wait for, where one runs at a time.' }),
  ),
  first: Type.Array(
    Type.Object({
      step: Type.String(),
      name: Type.String(),
      type: OrNull(
        OneOf([...TASK_TYPES, 'workflow'], 'null where its task is gone, or not for the caller to see.'),
      ),
      bot,
      waits_for,
      reason,
      jobs_before,
    }),
    { description: 'The steps that it begins with, ten at most, each with where it would go now.' },
  ),
  asks: Type.Array(
    Type.Object({
      step: Type.String(),
      name: Type.String(),
      type: OneOf(['approval', 'input']),
      who: OneOf(WHO, 'As of approvals.'),
      people: Type.Array(Type.String()),
    }),
    { description: 'The steps that may wait for people, ten at most, as far as the caller may see them.' },
  ),
  duration,
  last_values: Type.Array(
    Type.Object({
      run: Id,
      at: Time,
      values,
      files: Type.Array(InputFile, {
        description: 'To give again as `job-file:<run>/<id>`; not those of masked arguments.',
      }),
    }),
    {
      description:
        'What the caller gave it lately, the newest first: three different sets at most, out of its last 1,000 runs.',
    },
  ),
});
export type WorkflowOutlook = Static<typeof WorkflowOutlook>;
