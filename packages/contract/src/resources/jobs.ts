import { Type, type Static } from 'typebox';
import { LeftOut } from '../bot-artifacts.ts';
import { LIMITS, Usage } from '../bot-protocol.ts';
import { LIFECYCLES, STATES } from '../lifecycle.ts';
import { Closed, Id, OneOf, OrNull, Time } from '../schema.ts';
import { Cause } from '../trigger.ts';

export const ORIGINS = [
  'user',
  'api',
  'secret',
  'schedule',
  'trigger',
  'workflow',
  'webhook',
  'trial',
] as const;
export type Origin = (typeof ORIGINS)[number];

export const Job = Type.Object({
  id: Id,
  customer: Type.String(),
  task_id: Id,
  task: Type.Object({ id: Id, type: Type.String(), name: Type.String() }),
  name: Type.String(),
  lifecycle: OneOf(LIFECYCLES),
  state: OneOf(STATES),
  reason_code: OrNull(Type.String()),
  reason: OrNull(Type.String()),
  exit_code: OrNull(Type.Integer()),
  signal: OrNull(Type.String()),
  host_id: OrNull(Id),
  hostname: OrNull(Type.String()),
  host_labels: Type.Array(Type.String(), {
    description: 'What its bot must carry, where the task names none.',
  }),
  script_id: OrNull(Id),
  script_version: OrNull(Type.Integer()),
  script_sha256: OrNull(Type.String({ description: 'The content that it ran.' })),
  task_arguments_values: Type.Array(OrNull(Type.String())),
  output: Type.Array(Type.String()),
  event_name: OrNull(Type.String()),
  components: OrNull(Type.Unknown()),
  next: OrNull(Type.Unknown()),
  repeat_of: OrNull(Id),
  origin: OneOf(ORIGINS),
  cause: OrNull(Cause),
  triggered_by: OrNull(Id),
  workflow_id: OrNull(Id),
  workflow_job_id: OrNull(Type.String({ description: 'The run of a workflow that it is a step of.' })),
  user: Type.Object({
    id: Type.Optional(Id),
    email: Type.Optional(Type.String()),
    username: Type.Optional(Type.String()),
  }),
  priority: Type.Integer(),
  timeout: Type.Integer({ description: 'Seconds.' }),
  attempt: Type.Integer({ description: 'The number of the current or last attempt; 0 before the first.' }),
  unresponsive_since: OrNull(Time),
  due_at: OrNull(Type.String({ description: 'Not started before; ISO 8601, UTC.' })),
  expires_at: OrNull(Type.String({ description: 'When it is too late to start; ISO 8601, UTC.' })),
  limit_hit: OrNull(OneOf(LIMITS, 'The limit of its task that it ran into.')),
  usage: OrNull(Usage),
  stop_requested: OrNull(Type.Object({ at: Time, by: Type.String(), why: Type.String() })),
  log_bytes: Type.Integer(),
  log_lines: Type.Integer(),
  creation_date: Time,
  assigned_at: OrNull(Time),
  started_at: OrNull(Time),
  finished_at: OrNull(Time),
  secret: Type.Optional(
    Type.String({ description: 'Reads this job’s result; only in the answer that creates it.' }),
  ),
});
export type Job = Static<typeof Job>;

const {
  output: _output,
  task_arguments_values: _values,
  components: _c,
  next: _n,
  secret: _s,
  ...summary
} = Job.properties;
/** A job in a list: without what may be large. */
export const JobSummary = Type.Object(summary);
export type JobSummary = Static<typeof JobSummary>;

const Values = Type.Array(OrNull(Type.String()));
/** A file that a job or run was started with. */
export const InputFile = Type.Object({
  position: Type.Integer({ description: 'Of its argument, from 0.' }),
  id: Id,
  filename: Type.String(),
  size: Type.Integer({ description: 'Bytes.' }),
});
export type InputFile = Static<typeof InputFile>;
export const JobInput = Type.Union([
  Values,
  Type.Object({
    task_arguments_values: Values,
    task: Type.Object({ task_arguments: Type.Array(Type.Record(Type.String(), Type.Unknown())) }),
    files: Type.Array(InputFile, {
      description: 'To download with `GET /job/{id}/file/{file}`. Files of masked arguments are left out.',
    }),
  }),
]);

export const RunningCount = Type.Object({
  _id: Type.Object({ task: Id }),
  count: Type.Integer(),
});

/** How far back, and in which steps: an hour, six hours, a day. */
export const STATS_RANGES = ['24h', '7d', '30d'] as const;
export type StatsRange = (typeof STATS_RANGES)[number];

const statsCounts = {
  success: Type.Integer(),
  failure: Type.Integer(),
  timeout: Type.Integer(),
  error: Type.Integer(),
  canceled: Type.Integer(),
  success_rate: OrNull(
    Type.Number({ description: '0 to 1, of those that were not canceled; null where there are none.' }),
  ),
  p50_ms: OrNull(
    Type.Integer({
      description: 'Half of those that were not canceled ran no longer, in milliseconds, to 5 %.',
    }),
  ),
  p90_ms: OrNull(Type.Integer({ description: 'Nine of ten ran no longer.' })),
};
export const JobStatsCounts = Type.Object(statsCounts);
export type JobStatsCounts = Static<typeof JobStatsCounts>;

/** How jobs went over time, by when they ended. */
export const JobStats = Type.Object({
  range: OneOf(STATS_RANGES),
  timezone: Type.String(),
  from: Time,
  to: Time,
  buckets: Type.Array(Type.Object({ from: Time, to: Time, ...statsCounts }), {
    description: 'All of the range without gaps, the oldest first; the last one goes on.',
  }),
  total: JobStatsCounts,
});
export type JobStats = Static<typeof JobStats>;

const { id, lifecycle, state, reason_code, creation_date, started_at, finished_at } = Job.properties;
export const TaskActivity = Type.Object({
  task_id: Id,
  running: Type.Integer({ description: 'Jobs that a bot has.' }),
  waiting: Type.Integer({ description: 'Jobs that wait for a bot, a time or people.' }),
  grace: Type.Integer({ description: 'Triggered runs that wait out their grace time.' }),
  next_run_at: OrNull(Time, 'When a schedule runs it next.'),
  ended: OrNull(OneOf(STATES), 'How its newest job that has ended went.'),
  last: OrNull(
    Type.Object({ id, lifecycle, state, reason_code, creation_date, started_at, finished_at }),
    'Its newest job.',
  ),
});
export type TaskActivity = Static<typeof TaskActivity>;

export const Deleted = Type.Object({ deletedCount: Type.Integer() });

export const JobUpdate = Closed({
  priority: Type.Integer({ minimum: -100, maximum: 100, description: 'Higher goes first.' }),
});

export const JobCreate = Type.Unsafe<unknown>({
  description:
    '`{task, task_arguments: […]}`, a bare array of arguments, or for a task of one argument any JSON object. `task_arguments` may be an object of values by label: what is not named has its default. An argument that takes a file takes `job-file:<job>/<file>` too: a file that an earlier job of the same task was started with, by the ids in `GET /job/{id}/input`; who has a token and may download it may give it. With the id of an artifact (`GET /job/{id}/artifact`), of a job of any task. A workflow takes those of its own runs, with the id of the run in place of the job’s.',
});

/** What a bot reported after its attempt was given up. */
export const LateReport = Type.Object(
  {
    at: Time,
    state: OneOf(STATES),
    reason: Type.String(),
    exit_code: OrNull(Type.Integer()),
    signal: OrNull(Type.String()),
    output: Type.Array(Type.String()),
  },
  { description: 'What its bot told after it was given up: evidence, it changed nothing.' },
);
export type LateReport = Static<typeof LateReport>;

export const Attempt = Type.Object({
  attempt: Type.Integer(),
  host_id: OrNull(Id),
  hostname: OrNull(Type.String()),
  pid: OrNull(Type.Integer()),
  assigned_at: Time,
  started_at: OrNull(Time),
  finished_at: OrNull(Time),
  outcome: OrNull(Type.String()),
  reason: OrNull(Type.String()),
  exit_code: OrNull(Type.Integer()),
  signal: OrNull(Type.String()),
  limit_hit: OrNull(OneOf(LIMITS)),
  usage: OrNull(Usage),
  late: OrNull(LateReport),
  log_bytes: Type.Integer(),
  log_lines: Type.Integer(),
  artifacts_left_out: OrNull(LeftOut, 'What of its files was not kept.'),
});

export type Attempt = Static<typeof Attempt>;
