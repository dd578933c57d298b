import { Type, type Static } from 'typebox';
import { Closed, Id, OneOf, OrNull, Time } from '../schema.ts';
import { Cause } from '../trigger.ts';
import { ignored } from './shared.ts';

export const SCHEDULE_KINDS = ['cron', 'interval', 'date', 'grace'] as const;
export const MISSING_HOUR = ['skip', 'shift'] as const;
export const REPEATED_HOUR = ['first', 'last', 'both'] as const;
export const MISSED = ['skip', 'once', 'catch_up'] as const;
export const OVERLAP = ['skip', 'queue', 'cancel'] as const;

const missingHour = OneOf(
  MISSING_HOUR,
  'A time that the clocks leave out in spring: `shift` runs it as much later as they jump, `skip` not at all. If left out, `shift` where the hour is named, else `skip`.',
);
const repeatedHour = OneOf(
  REPEATED_HOUR,
  'A time that comes twice in autumn. If left out, `first` where the hour is named, else `both`.',
);
const missed = OneOf(
  MISSED,
  'Due times while nothing could start them (60 s late or more): none of them, `once` for all of them (if left out), or `catch_up` with the last of them.',
);
const overlap = OneOf(
  OVERLAP,
  'While its last run has not ended: `skip` the due time (if left out), `queue` another run, or `cancel` the last run and start another.',
);

export const Schedule = Type.Object({
  id: Id,
  customer: Type.String(),
  task_id: OrNull(Id),
  task: OrNull(Type.Object({ id: Id, name: Type.String() })),
  workflow_id: OrNull(Id),
  workflow: OrNull(Type.Object({ id: Id, name: Type.String() })),
  name: Type.String(),
  kind: OneOf(SCHEDULE_KINDS, '`grace`: a triggered run that waits; deleting it cancels the run.'),
  runDate: OrNull(Time),
  repeatEvery: OrNull(Type.String()),
  timezone: Type.String(),
  task_arguments: OrNull(
    Type.Array(Type.Unknown(), { description: 'Values by position; masked ones are null.' }),
  ),
  missing_hour: missingHour,
  repeated_hour: repeatedHour,
  missed,
  catch_up_limit: Type.Integer(),
  overlap,
  paused: OrNull(Type.Object({ at: Time, by: Type.String() })),
  nextRunAt: OrNull(Time),
  lastRunAt: OrNull(Time),
  last: OrNull(
    Type.Object(
      {
        due: Time,
        at: Time,
        outcome: OneOf(['started', 'skipped', 'failed']),
        reason: OrNull(Type.String()),
        job_id: OrNull(Id),
        run_id: Type.Optional(OrNull(Type.String({ description: 'The run of a workflow.' }))),
      },
      { description: 'How its last due time went.' },
    ),
  ),
  cause: OrNull(Cause),
  created_by: Type.String(),
  creation_date: Time,
  last_update: Time,
});
export type Schedule = Static<typeof Schedule>;

/** When it is due; the rest may differ between schedules of the same times. */
const timing = {
  runDate: Type.Optional(
    Type.Unsafe<string | number | null>({
      anyOf: [{ type: 'string', maxLength: 100 }, { type: 'number' }, { type: 'null' }],
      description:
        'ISO 8601, in `timezone` where it names no offset; or milliseconds since 1970. With `repeatEvery`: the first run.',
    }),
  ),
  repeatEvery: Type.Optional(
    OrNull(
      Type.String({
        maxLength: 200,
        description:
          'Cron with five fields (`30 2 * * *`, `0 9 * * MON#1`, `0 0 L * *`), `@daily` and the like, or an interval: `15 minutes`.',
      }),
    ),
  ),
  timezone: Type.Optional(
    OrNull(
      Type.String({
        maxLength: 100,
        description: 'An IANA name such as `America/New_York`; UTC if left out.',
      }),
    ),
  ),
  missing_hour: Type.Optional(OrNull(missingHour)),
  repeated_hour: Type.Optional(OrNull(repeatedHour)),
};

const fields = {
  ...timing,
  name: Type.Optional(Type.String({ maxLength: 200 })),
  task_arguments: Type.Optional(
    OrNull(Type.Array(Type.Unknown(), { maxItems: 100, description: 'The values that each run gets.' })),
  ),
  missed: Type.Optional(OrNull(missed)),
  catch_up_limit: Type.Optional(
    OrNull(Type.Integer({ minimum: 1, maximum: 100, description: 'With `catch_up`; 10 if left out.' })),
  ),
  overlap: Type.Optional(OrNull(overlap)),
  // the wrapper of old clients
  scheduleData: Type.Optional(Type.Unknown({ description: 'Another spelling: the same fields within it.' })),
  ...ignored(
    'id',
    'customer',
    'task_id',
    'task',
    'workflow_id',
    'workflow',
    'kind',
    'paused',
    'nextRunAt',
    'lastRunAt',
    'last',
    'cause',
    'created_by',
    'creation_date',
    'last_update',
  ),
};
export const ScheduleCreate = Closed(fields);
export type ScheduleCreate = Static<typeof ScheduleCreate>;

export const ScheduleResume = Closed({ runDate: timing.runDate });

export const SchedulePreviewRequest = Closed({
  ...timing,
  from: Type.Optional(Type.String({ maxLength: 100, description: 'Runs after this time; now if left out.' })),
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: '10 if left out.' })),
});

export type SchedulePreviewRequest = Static<typeof SchedulePreviewRequest>;

export const RUN_MARKS = ['shifted', 'first_of_two', 'last_of_two', 'clock_changed'] as const;

export const SchedulePreview = Type.Object({
  kind: OneOf(SCHEDULE_KINDS),
  missing_hour: missingHour,
  repeated_hour: repeatedHour,
  runs: Type.Array(
    Type.Object({
      at: Time,
      local: Type.String({ description: 'The same on the clocks of its time zone, with the offset.' }),
      mark: OrNull(
        OneOf(
          RUN_MARKS,
          'What the change of clocks does to it: moved out of the missing hour, in the repeated hour, or the first one after the change.',
        ),
      ),
    }),
  ),
  left_out: Type.Array(Type.String(), {
    description: 'Times on the clock before the last run that the change of clocks leaves out.',
  }),
});
export type SchedulePreview = Static<typeof SchedulePreview>;

export const ScheduleRun = Type.Object({
  job_id: OrNull(Id),
  run_id: OrNull(Type.String({ description: 'The run of a workflow.' })),
});

export const OCCURRENCE_OUTCOMES = ['due', 'started', 'skipped', 'missed', 'failed'] as const;
const outcome = OneOf(
  OCCURRENCE_OUTCOMES,
  '`due`: to come; `skipped`: its policy let it pass; `missed`: nothing could start it in time; `failed`: it could not be started.',
);

export const Occurrence = Type.Object({
  schedule_id: Id,
  name: Type.String({ description: 'Of the schedule; empty where it has none.' }),
  repeatEvery: OrNull(Type.String({ description: 'null: once, or it is over.' })),
  kind: OrNull(OneOf(SCHEDULE_KINDS, 'null: the schedule is over.')),
  timezone: OrNull(Type.String()),
  type: OneOf(['task', 'workflow']),
  of: Type.Object({ id: Id, name: Type.String() }, { description: 'What it runs.' }),
  host_id: OrNull(Type.String({ description: 'The bot of its task, where it is one.' })),
  at: Time,
  until: Type.Unsafe<string>({
    ...Time,
    description: 'The last of `times`; the same as `at` where it is one.',
  }),
  times: Type.Integer({ description: 'How many due times this stands for, within one day.' }),
  outcome,
  mark: OrNull(OneOf(RUN_MARKS)),
  job_id: OrNull(Type.String({ description: 'The job that it started; of several the last.' })),
  run_id: OrNull(Type.String({ description: 'The same of a workflow.' })),
  state: OrNull(Type.String({ description: 'How that stands, while it is kept.' })),
  reason: OrNull(Type.String()),
});
export type Occurrence = Static<typeof Occurrence>;

export const Occurrences = Type.Object({
  from: Time,
  to: Time,
  now: Time,
  timezone: Type.String(),
  days: Type.Array(
    Type.Object({
      date: Type.String({ description: 'On the calendar of `timezone`.' }),
      due: Type.Integer(),
      started: Type.Integer(),
      skipped: Type.Integer(),
      missed: Type.Integer(),
      failed: Type.Integer(),
      left_off: Type.Integer({
        description: 'Entries of the day beyond `per_day`: they are counted, not listed.',
      }),
    }),
    { description: 'Each day of the window, with all due times counted.' },
  ),
  occurrences: Type.Array(Occurrence, {
    description: 'In the order of their times, `per_day` of each day at most.',
  }),
  clock_changes: Type.Array(
    Type.Object({
      at: Time,
      timezone: Type.String(),
      date: Type.String({ description: 'On the calendar of the asked time zone.' }),
      before: Type.String({ description: 'The offset before it, such as -05:00.' }),
      after: Type.String(),
      left_out: Type.Integer({
        description: 'Due times that fall into the hour that is missing, and are left out.',
      }),
    }),
    { description: 'Changes of clocks in the zones of the schedules, and in the asked one.' },
  ),
  collisions: Type.Object({
    are_complete: Type.Boolean({ description: 'false: too many bots and days to look at.' }),
    list: Type.Array(
      Type.Object({
        host_id: Id,
        hostname: Type.String(),
        slots: Type.Integer(),
        at: Time,
        runs: Type.Integer({ description: 'Due in the same minute on this bot: more than it has slots.' }),
        schedules: Type.Array(Id, { description: 'Ten of them at most.' }),
      }),
    ),
  }),
  paused: Type.Integer({ description: 'Schedules that would be due otherwise.' }),
  are_complete: Type.Boolean({ description: 'false: there is more than could be counted at once.' }),
});
export type Occurrences = Static<typeof Occurrences>;
