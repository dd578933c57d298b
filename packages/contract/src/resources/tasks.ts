import { Type, type Static } from 'typebox';
import { ArgumentDefinition } from '../arguments.ts';
import { Label } from '../bot-protocol.ts';
import { Mapping } from '../mapping.ts';
import {
  Approval,
  ApprovalSettings,
  HttpRequest,
  HttpRequestSettings,
  Inputs,
  InputsSettings,
  Message,
  MessageSettings,
} from '../task-types.ts';
import { TASK_TYPES } from '../task-type-values.ts';
import { EMITTERS } from '../trigger.ts';
import { RESULT_RULES } from '../result.ts';
import { RETRIES_MAX } from '../retry-values.ts';
import { ON_LOST, Retries, TaskLimits } from '../run-policy.ts';
import { Closed, Id, OneOf, OrNull, Time } from '../schema.ts';
import { ignored, Name } from './shared.ts';

export const TIMEOUT_DEFAULT_S = 600;
export const TIMEOUT_MAX_S = 86_400;

export const Task = Type.Object({
  id: Id,
  customer: Type.String(),
  type: OneOf(TASK_TYPES),
  name: Type.String(),
  description: Type.String(),
  confirm: Type.String({
    description: 'What people confirm before they run it from the page; empty: nothing.',
  }),
  host_id: OrNull(Id),
  hostname: OrNull(Type.String()),
  host_labels: Type.Array(Type.String(), {
    description: 'In place of a bot: the first free one that carries all of these runs it.',
  }),
  script_id: OrNull(Id),
  script_name: OrNull(Type.String()),
  script_version: OrNull(
    Type.Integer({ description: 'The version it stays with; null: always the newest.' }),
  ),
  run_as: Type.String(),
  task_arguments: Type.Array(Type.Record(Type.String(), Type.Unknown())),
  env: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'For admins only.' })),
  tags: Type.Array(Type.String()),
  acls: Type.Array(Type.String()),
  approval: OrNull(Approval, 'Of an approval.'),
  inputs: OrNull(Inputs, 'Who gives the arguments where it starts by itself; null: nobody is asked.'),
  notification: OrNull(Message, 'Of a notification.'),
  request: OrNull(HttpRequest, 'Of an HTTP task.'),
  triggers: Type.Array(Type.String()),
  trigger_arguments: Type.Record(Type.String(), Mapping, {
    description:
      'By event: where the arguments come from. An event that is not named gives its output by position.',
  }),
  grace_time: Type.Integer({ description: 'Seconds.' }),
  timeout: OrNull(Type.Integer({ description: 'Seconds; null is 600.' })),
  multitasking: Type.Boolean(),
  max_running: OrNull(Type.Integer({ description: 'Jobs at once at most, on all bots; null: no limit.' })),
  priority: Type.Integer(),
  lost_after: OrNull(Type.Integer({ description: 'Seconds without a word from the bot; null is 120.' })),
  on_lost: OrNull(OneOf(ON_LOST)),
  retries: OrNull(Retries),
  expires_after: OrNull(Type.Integer({ description: 'Seconds that a job waits at most; null: for ever.' })),
  limits: TaskLimits,
  kill_grace: OrNull(Type.Integer({ description: 'Seconds between TERM and KILL; null is 10.' })),
  result_rule: OneOf(RESULT_RULES),
  retention_days: Type.Integer(),
  retention_jobs: Type.Integer(),
  version: Type.Integer(),
  paused: OrNull(Type.Object({ at: Time, by: Type.String(), reason: Type.String() })),
  problems: Type.Array(Type.String(), { description: 'Why it cannot run yet; empty when it can.' }),
  creation_date: Time,
  last_update: Time,
});
export type Task = Static<typeof Task>;

const strings = (maxLength: number, maxItems: number) =>
  Type.Array(Type.String({ minLength: 1, maxLength }), { maxItems });
const RunAs = Type.String({
  maxLength: 4000,
  description: 'Command line with `%script%` (appended if missing; empty executes the file).',
});

/** An event by its emitter, where its id is not known. */
export const TriggerRef = Closed({
  task: Type.Optional(Id),
  workflow: Type.Optional(Id),
  webhook: Type.Optional(Id),
  event: Type.String({ minLength: 1, maxLength: 64 }),
  arguments: Type.Optional(Mapping),
});

/** What can be set on a task; also with the spellings of existing clients. */
const taskFields = {
  name: Name,
  type: Type.Optional(
    OneOf(
      [...TASK_TYPES, 'dummy', 'scraper', 'nodejs'],
      'What it does; it never changes. `script` if left out.',
    ),
  ),
  description: Type.Optional(OrNull(Type.String({ maxLength: 20_000 }))),
  host_id: Type.Optional(OrNull(Type.String({ maxLength: 64 }))),
  script_id: Type.Optional(OrNull(Type.String({ maxLength: 64 }))),
  script_version: Type.Optional(
    OrNull(
      Type.Integer({
        minimum: 1,
        maximum: 2 ** 31 - 1,
        description:
          'The version that runs; null: always the newest. Another script takes this back to null.',
      }),
    ),
  ),
  run_as: Type.Optional(OrNull(RunAs)),
  task_arguments: Type.Optional(
    Type.Array(Type.Union([ArgumentDefinition, Type.String({ maxLength: 100_000 })]), { maxItems: 100 }),
  ),
  env: Type.Optional(
    Type.Unsafe<Record<string, string> | string | null>({
      description: 'An object of strings, `KEY=value` lines, or JSON text.',
      anyOf: [
        { type: 'object', additionalProperties: { type: 'string', maxLength: 100_000 }, maxProperties: 500 },
        { type: 'string', maxLength: 200_000 },
        { type: 'null' },
      ],
    }),
  ),
  tags: Type.Optional(strings(100, 100)),
  acls: Type.Optional(strings(254, 500)),
  approval: Type.Optional(OrNull(ApprovalSettings)),
  inputs: Type.Optional(
    OrNull(InputsSettings, 'Who gives the arguments where it starts by itself; null asks nobody.'),
  ),
  notification: Type.Optional(OrNull(MessageSettings)),
  request: Type.Optional(OrNull(HttpRequestSettings)),
  triggers: Type.Optional(
    Type.Array(Type.Union([Type.String({ minLength: 1, maxLength: 64 }), TriggerRef]), {
      maxItems: 100,
      description: 'What starts the task: ids of events, or an emitter with the name of its event.',
    }),
  ),
  trigger_arguments: Type.Optional(
    Type.Record(Type.String({ maxLength: 64 }), Mapping, {
      maxProperties: 100,
      description: 'By id of an event in `triggers`: where the arguments come from; by position if left out.',
    }),
  ),
  grace_time: Type.Optional(
    OrNull(Type.Integer({ minimum: 0, maximum: 2_592_000, description: 'Seconds a triggered run waits.' })),
  ),
  timeout: Type.Optional(
    OrNull(Type.Integer({ minimum: 1, description: 'Seconds; null is 600; at most 86,400.' })),
  ),
  multitasking: Type.Optional(
    OrNull(Type.Boolean({ description: 'Default true; false runs one job of the task at a time.' })),
  ),
  max_running: Type.Optional(
    OrNull(Type.Integer({ minimum: 1, maximum: 100_000, description: 'Jobs at once at most, on all bots.' })),
  ),
  confirm: Type.Optional(
    Type.String({
      maxLength: 500,
      description: 'What people confirm before they run it from the page. Calls of the API are not asked.',
    }),
  ),
  priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100 })),
  host_labels: Type.Optional(
    OrNull(
      Type.Array(Label, {
        maxItems: 20,
        description:
          'In place of a bot: the first free one that carries all of these runs it. Takes `host_id` back.',
      }),
    ),
  ),
  lost_after: Type.Optional(
    OrNull(
      Type.Integer({
        minimum: 30,
        maximum: 86_400,
        description: 'Seconds without a word from the bot until the attempt is given up; null is 120.',
      }),
    ),
  ),
  on_lost: Type.Optional(
    OrNull(
      OneOf(
        ON_LOST,
        'What a bot does that cannot reach its supervisor: `stop` the script before its attempt is given up, or `keep` it. If left out, `stop` where the task has retries, `max_running` or `multitasking: false`, else `keep`.',
      ),
    ),
  ),
  retries: Type.Optional(
    Type.Union([Retries, Type.Integer({ minimum: 0, maximum: RETRIES_MAX }), Type.Null()], {
      description: 'Further attempts; a number alone is the limit.',
    }),
  ),
  expires_after: Type.Optional(
    OrNull(
      Type.Integer({
        minimum: 1,
        maximum: 31_536_000,
        description: 'Seconds that a job waits at most; then it is `expired`.',
      }),
    ),
  ),
  limits: Type.Optional(OrNull(TaskLimits)),
  kill_grace: Type.Optional(
    OrNull(
      Type.Integer({ minimum: 0, maximum: 300, description: 'Seconds between TERM and KILL; null is 10.' }),
    ),
  ),
  result_rule: Type.Optional(OneOf(RESULT_RULES)),
  retention_days: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })),
  retention_jobs: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
  // other spellings of existing clients
  script_runas: Type.Optional(OrNull(RunAs)),
  acl: Type.Optional(strings(254, 500)),
  host: Type.Optional(Type.Unknown({ description: 'Another spelling of host_id.' })),
  script: Type.Optional(Type.Unknown({ description: 'Another spelling of script_id.' })),
  script_arguments: Type.Optional(Type.Array(ArgumentDefinition, { maxItems: 100 })),
  ...ignored(
    'id',
    'customer',
    'hostname',
    'script_name',
    'version',
    'paused',
    'problems',
    'creation_date',
    'last_update',
  ),
};

/** Where and how something is run, of what can be set on a task. */
export const taskPlace = {
  host_id: taskFields.host_id,
  host_labels: taskFields.host_labels,
  run_as: taskFields.run_as,
  env: taskFields.env,
  timeout: taskFields.timeout,
};

export const TaskCreate = Closed(taskFields);
export type TaskCreate = Static<typeof TaskCreate>;
export const TaskUpdate = Closed({ ...taskFields, name: Type.Optional(Name) });
export type TaskUpdate = Static<typeof TaskUpdate>;

export const TaskCopy = Closed({ name: Type.Optional(Name) });
export const TaskPause = Closed({ reason: Type.Optional(Type.String({ maxLength: 1000 })) });

const Users = Type.Array(Type.String({ minLength: 1, maxLength: 254 }), {
  maxItems: 500,
  description: 'E-mails or ids of members, roles, or member tags `key:value`.',
});
export const Acl = Type.Object({ acl: Type.Array(Type.String()) });
export const AclReplace = Closed({ users: Type.Optional(Users), acl: Type.Optional(Users) });
export const AclUpdate = Closed({
  users: Type.Optional(Users),
  action: Type.Optional(OneOf(['add', 'remove'])),
});

/** What starts tasks and workflows that list it. */
export const Event = Type.Object({
  id: Id,
  name: Type.String({
    description: '`success`, `failure`, `timeout`, `canceled`, or a script’s own; `trigger` of a webhook.',
  }),
  emitter_id: Id,
  emitter_type: OneOf(EMITTERS),
  emitter_name: Type.String(),
});
export type Event = Static<typeof Event>;

export const ArgumentOption = Type.Object({
  id: Type.String({ description: 'The value to send.' }),
  label: Type.String(),
});
export type ArgumentOption = Static<typeof ArgumentOption>;

export const Credentials = Type.Object({
  id: Id,
  secret: Type.String({ description: '64 hex digits: runs this task, and only this task.' }),
});
