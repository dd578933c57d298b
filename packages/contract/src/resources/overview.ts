import { Type, type Static } from 'typebox';
import { WAITS_FOR } from '../queue.ts';
import { Id, OneOf, OrNull, Time } from '../schema.ts';
import { JobSummary } from './jobs.ts';

const Named = Type.Object({ id: Id, name: Type.String() });

/** What an organization does now, and what needs somebody. */
export const Overview = Type.Object({
  now: Time,
  running: Type.Object({
    count: Type.Integer({ description: 'Counting ends at 1,000.' }),
    jobs: Type.Array(JobSummary, { description: 'The oldest of them, eight at most.' }),
  }),
  waiting: Type.Object({
    queues: Type.Array(
      Type.Object({
        host_id: OrNull(Id),
        hostname: OrNull(Type.String()),
        labels: Type.Array(Type.String()),
        jobs: Type.Integer({ description: 'That wait there; counting ends at 1,000.' }),
        waits_for: OneOf(WAITS_FOR, 'What keeps the first of them.'),
        reason: Type.String({ description: 'The same as a sentence, with names.' }),
        first: JobSummary,
      }),
      { description: 'Of twelve queues at most, without jobs on hold.' },
    ),
    on_hold: Type.Array(
      Type.Object({
        reason_code: Type.String({ description: '`held`, `task_paused`, `approval`, `input`.' }),
        jobs: Type.Integer({ description: 'Counting ends at 1,000 for all of them.' }),
      }),
    ),
    paused_tasks: Type.Object({
      count: Type.Integer(),
      tasks: Type.Array(Named, { description: 'Five at most, by name.' }),
    }),
  }),
  failing: Type.Object({
    days: Type.Integer({ description: 'How far back it looks.' }),
    count: Type.Integer({ description: 'Tasks whose latest jobs failed; counting ends at 100.' }),
    tasks: Type.Array(
      Type.Object({
        task: Named,
        in_a_row: Type.Integer({
          description: 'Jobs that failed since the last success; counting ends at 50.',
        }),
        since: Time,
        last: JobSummary,
      }),
      { description: 'Twelve at most, the latest failure first.' },
    ),
  }),
  schedules: Type.Object({
    count: Type.Integer({ description: 'That have a next run.' }),
    next: Type.Array(
      Type.Object({
        id: Id,
        name: Type.String(),
        at: Time,
        type: OneOf(['task', 'workflow']),
        of: Named,
      }),
      { description: 'The first six.' },
    ),
  }),
  bots: Type.Object({
    count: Type.Integer(),
    there: Type.Integer({ description: 'Heard of within the last 45 seconds.' }),
    silent: Type.Array(
      Type.Object({
        id: Id,
        hostname: Type.String(),
        last_seen_at: OrNull(Time),
      }),
      {
        description: 'Those that are not, the latest silence first, six at most; without disabled ones.',
      },
    ),
    silent_count: Type.Integer(),
  }),
  first_steps: Type.Object(
    {
      bot: Type.Boolean({ description: 'A bot was heard of.' }),
      script: Type.Boolean(),
      task: Type.Boolean(),
      green_run: Type.Boolean({ description: 'A job ended with success.' }),
      token: Type.Boolean({ description: 'A person made an integration token, or the first one was used.' }),
    },
    { description: 'What the organization has.' },
  ),
});
export type Overview = Static<typeof Overview>;
