import { Type, type Static } from 'typebox';
import { ArgumentDefinition } from '../arguments.ts';
import { Mapping } from '../mapping.ts';
import { Closed, Id, OneOf, OrNull, Time } from '../schema.ts';
import { STATES } from '../lifecycle.ts';
import { Cause } from '../trigger.ts';
import { STEPS_MAX, WorkflowEdge, WorkflowGraph, WorkflowStep } from '../workflow.ts';
import { InputFile, JobSummary, ORIGINS } from './jobs.ts';
import { ignored, Name } from './shared.ts';
import { TriggerRef } from './tasks.ts';

const Used = Type.Object({
  type: OneOf(['task', 'workflow']),
  id: Id,
  name: OrNull(Type.String({ description: 'null: it was deleted.' })),
});

export const Workflow = Type.Object({
  id: Id,
  customer: Type.String(),
  name: Type.String(),
  description: Type.String(),
  tags: Type.Array(Type.String()),
  acls: Type.Array(Type.String()),
  task_arguments: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
    description: 'What a run takes: its own arguments, or those of its first step where it has none.',
  }),
  own_arguments: Type.Boolean({ description: 'Whether `task_arguments` are its own.' }),
  steps: Type.Array(WorkflowStep),
  edges: Type.Array(WorkflowEdge),
  start: Type.Array(Type.String()),
  uses: Type.Array(Used, { description: 'The tasks and workflows of its steps, each once.' }),
  env: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'For admins only.' })),
  triggers: Type.Array(Type.String()),
  trigger_arguments: Type.Record(Type.String(), Mapping),
  grace_time: Type.Integer({ description: 'Seconds that a triggered run waits.' }),
  multitasking: Type.Boolean({ description: 'false: one run at a time, the others wait.' }),
  retention_days: Type.Integer({ description: 'Days that a run is kept after its end.' }),
  version: Type.Integer(),
  paused: OrNull(Type.Object({ at: Time, by: Type.String(), reason: Type.String() })),
  problems: Type.Array(Type.String(), { description: 'Why it cannot run as it is; empty where it can.' }),
  creation_date: Time,
  last_update: Time,
});
export type Workflow = Static<typeof Workflow>;

/** A version of a workflow, and what runs of it there are. */
const version = {
  version: Type.Integer(),
  created_by: Type.String(),
  created_at: Time,
  runs: Type.Integer({ description: 'Runs of it that are kept.' }),
  open_runs: Type.Integer({ description: 'Those of them that have not ended.' }),
};
export const WorkflowVersionSummary = Type.Object(version);
export type WorkflowVersionSummary = Static<typeof WorkflowVersionSummary>;

export const WorkflowVersion = Type.Object({
  ...version,
  steps: Type.Array(WorkflowStep),
  edges: Type.Array(WorkflowEdge),
  start: Type.Array(Type.String()),
  uses: Type.Array(Used, { description: 'The tasks and workflows of its steps, each once.' }),
  env: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'For admins only.' })),
  problems: Type.Array(Type.String(), {
    description: 'Why it cannot be restored as it is; empty where it can.',
  }),
});
export type WorkflowVersion = Static<typeof WorkflowVersion>;

const strings = (maxLength: number, maxItems: number) =>
  Type.Array(Type.String({ minLength: 1, maxLength }), { maxItems });

const { steps, edges, start } = WorkflowGraph.properties;
const fields = {
  name: Name,
  description: Type.Optional(OrNull(Type.String({ maxLength: 20_000 }))),
  tags: Type.Optional(strings(100, 100)),
  acls: Type.Optional(strings(254, 500)),
  task_arguments: Type.Optional(
    Type.Array(ArgumentDefinition, {
      maxItems: 100,
      description: 'What a run takes; empty: what its first step takes.',
    }),
  ),
  steps,
  edges: Type.Optional(edges),
  start,
  env: Type.Optional(
    Type.Unsafe<Record<string, string> | string | null>({
      description:
        'For every step, before the environment of its task: an object, `KEY=value` lines, or JSON text.',
      anyOf: [
        { type: 'object', additionalProperties: { type: 'string', maxLength: 100_000 }, maxProperties: 500 },
        { type: 'string', maxLength: 200_000 },
        { type: 'null' },
      ],
    }),
  ),
  triggers: Type.Optional(
    Type.Array(Type.Union([Type.String({ minLength: 1, maxLength: 64 }), TriggerRef]), { maxItems: 100 }),
  ),
  trigger_arguments: Type.Optional(
    Type.Record(Type.String({ maxLength: 64 }), Mapping, { maxProperties: 100 }),
  ),
  grace_time: Type.Optional(OrNull(Type.Integer({ minimum: 0, maximum: 2_592_000 }))),
  multitasking: Type.Optional(OrNull(Type.Boolean())),
  retention_days: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })),
  ...ignored(
    'id',
    'customer',
    'own_arguments',
    'uses',
    'version',
    'paused',
    'problems',
    'creation_date',
    'last_update',
  ),
};
export const WorkflowCreate = Closed(fields);
export type WorkflowCreate = Static<typeof WorkflowCreate>;
export const WorkflowUpdate = Closed({
  ...fields,
  name: Type.Optional(Name),
  steps: Type.Optional(steps),
});
export type WorkflowUpdate = Static<typeof WorkflowUpdate>;

export const RUN_LIFECYCLES = ['ready', 'started', 'finished', 'canceled', 'terminated'] as const;
export type RunLifecycle = (typeof RUN_LIFECYCLES)[number];

const run = {
  id: Id,
  customer: Type.String(),
  workflow_id: Id,
  workflow: Type.Object({ id: Id, name: Type.String() }),
  name: Type.String(),
  version: Type.Integer({ description: 'The version of the workflow that it began with, and keeps.' }),
  lifecycle: OneOf(RUN_LIFECYCLES, '`ready`: it waits until another run of the workflow is over.'),
  state: OneOf(STATES),
  reason_code: OrNull(Type.String()),
  reason: OrNull(Type.String()),
  origin: OneOf(ORIGINS),
  cause: OrNull(Cause),
  user: JobSummary.properties.user,
  parent: OrNull(
    Type.Object({ run_id: Id, step: Type.String() }, { description: 'The run that it is a step of.' }),
  ),
  resumed_from: OrNull(Id),
  stop_requested: OrNull(Type.Object({ at: Time, by: Type.String(), why: Type.String() })),
  creation_date: Time,
  started_at: OrNull(Time),
  finished_at: OrNull(Time),
};
export const WorkflowRunSummary = Type.Object(run);
export type WorkflowRunSummary = Static<typeof WorkflowRunSummary>;

export const STEP_STATUSES = ['waiting', 'skipped', 'running', 'ended'] as const;

export const WorkflowRunStep = Type.Object({
  id: Type.String(),
  name: Type.String(),
  task_id: OrNull(Id),
  workflow_id: OrNull(Id),
  status: OneOf(
    STEP_STATUSES,
    '`waiting`: what leads to it has not ended; `skipped`: nothing leads to it any more.',
  ),
  job_id: OrNull(Id),
  run_id: OrNull(Id),
  lifecycle: OrNull(Type.String()),
  state: OrNull(OneOf(STATES)),
  reason_code: OrNull(Type.String()),
  reason: OrNull(Type.String()),
  event: OrNull(Type.String({ description: 'The event that it ended with.' })),
  attempt: Type.Integer(),
  inherited: Type.Boolean({ description: 'It ended in the run that this one goes on from.' }),
  from: Type.Array(Type.String(), { description: 'The steps that led to it.' }),
  input: Type.Array(OrNull(Type.String())),
  output: Type.Array(Type.String(), { description: 'Cut off at 8 KiB in all: the job has it whole.' }),
  output_bytes: Type.Integer(),
  creation_date: OrNull(Time),
  started_at: OrNull(Time),
  finished_at: OrNull(Time),
});
export type WorkflowRunStep = Static<typeof WorkflowRunStep>;

export const WorkflowRun = Type.Object({
  ...run,
  task_arguments_values: Type.Array(OrNull(Type.String())),
  files: Type.Array(InputFile, {
    description:
      'That it was started with; another run of the workflow takes them as `job-file:<run>/<id>`. Files of masked arguments are left out.',
  }),
  output: Type.Array(Type.String(), { description: 'Of the steps after which nothing came.' }),
  steps: Type.Array(WorkflowRunStep),
  edges: Type.Array(
    Type.Object({
      ...WorkflowEdge.properties,
      taken: OrNull(Type.Boolean({ description: 'null: not yet known.' })),
    }),
  ),
  can_resume: Type.Boolean({ description: 'Whether another run could go on where this one failed.' }),
  secret: Type.Optional(Type.String()),
});
export type WorkflowRun = Static<typeof WorkflowRun>;

export const WorkflowRunResume = Closed({
  from: Type.Optional(
    Type.Array(Type.String({ maxLength: 64 }), {
      minItems: 1,
      maxItems: STEPS_MAX,
      description: 'The steps that run again, with all that follows them; those that failed if left out.',
    }),
  ),
});
