import { Type, type Static, type TObject, type TSchema } from 'typebox';
import { ArgumentDefinition } from './arguments.ts';
import { STREAMS } from './bot-protocol.ts';
import { LIFECYCLES, STATES } from './lifecycle.ts';
import { ROLES } from './permissions.ts';
import { RESULT_RULES } from './result.ts';
import { Closed, Id, OneOf, OrNull, Time } from './schema.ts';

const Name = Type.String({ minLength: 1, maxLength: 200 });
const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' });
const Password = Type.String({ minLength: 8, maxLength: 1000 });
const CustomerName = Type.String({ minLength: 2, maxLength: 63, pattern: '^[a-z0-9][a-z0-9-]*[a-z0-9]$' });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** Fields that our own answers carry and a body may send back; they change nothing. */
function ignored<const K extends readonly string[]>(
  ...names: K
): Record<K[number], ReturnType<typeof Type.Optional<TSchema>>> {
  const field = Type.Optional(Type.Unknown({ description: 'Read only: ignored.' }));
  return Object.fromEntries(names.map((name) => [name, field])) as never;
}

// ── organizations and people ─────────────────────────────────────────────────────────────────────────────

export const Customer = Type.Object({
  id: Id,
  name: CustomerName,
  display_name: Type.String(),
  created_at: Time,
});
export type Customer = Static<typeof Customer>;

export const CustomerCreate = Closed({ name: CustomerName, display_name: Type.Optional(Name) });
export const CustomerUpdate = Closed({ display_name: Name });

export const LoginRequest = Closed({
  email: Type.String({ maxLength: 254 }),
  password: Type.String({ maxLength: 1000 }),
  customer: Type.Optional(Type.String({ maxLength: 100 })),
});
export const LoginResponse = Type.Object({
  access_token: Type.String(),
  expires: Time,
  customer: Type.String(),
});

export const Profile = Type.Object({
  id: OrNull(Id),
  name: Type.String(),
  email: OrNull(Type.String()),
  kind: OneOf(['session', 'integration', 'bot']),
  customer: Type.String({ description: 'The organization of this token.' }),
  customer_display_name: Type.String(),
  role: OneOf(ROLES),
  instance_admin: Type.Boolean(),
  customers: Type.Array(
    Type.Object({ name: Type.String(), display_name: Type.String(), role: OneOf(ROLES) }),
  ),
});
export type Profile = Static<typeof Profile>;

export const Member = Type.Object({
  id: Id,
  credential: OneOf(ROLES),
  tags: Type.Array(Type.String()),
  user: Type.Object({ id: Id, name: Type.String(), email: Type.String() }),
  created_at: Time,
});
export type Member = Static<typeof Member>;

const MemberTags = Type.Array(Type.String({ minLength: 3, maxLength: 200, pattern: '^[^:]+:.+$' }), {
  maxItems: 100,
});
export const MemberCreate = Closed({
  user: Closed({ name: Type.Optional(Name), email: Email, password: Type.Optional(Password) }),
  credential: OneOf(ROLES),
  tags: Type.Optional(MemberTags),
});
export const MemberUpdate = Closed({
  credential: Type.Optional(OneOf(ROLES)),
  tags: Type.Optional(MemberTags),
});

export const Token = Type.Object({
  id: Id,
  name: Type.String(),
  role: OneOf(ROLES),
  tasks: OrNull(Type.Array(Id)),
  created_by: OrNull(Type.String()),
  created_at: Time,
  last_used_at: OrNull(Time),
  expires: OrNull(Time),
});
export type Token = Static<typeof Token>;
export const TokenCreate = Closed({
  name: Name,
  role: Type.Optional(OneOf(ROLES, 'Default admin; at most your own.')),
  tasks: Type.Optional(
    OrNull(Type.Array(Id, { maxItems: 1000, description: 'Only these tasks and their jobs.' })),
  ),
  expires: Type.Optional(OrNull(Type.String({ description: 'ISO 8601; never if left out.' }))),
});
export const TokenCreated = Type.Object({
  ...Token.properties,
  token: Type.String({ description: 'Shown this once.' }),
});

// ── scripts ──────────────────────────────────────────────────────────────────────────────────────────────

export const Script = Type.Object({
  id: Id,
  filename: Type.String(),
  description: Type.String(),
  version: Type.Integer(),
  sha256: Sha256,
  size: Type.Integer({ description: 'Bytes.' }),
  creation_date: Time,
  last_update: Time,
});
export type Script = Static<typeof Script>;

const filename = Type.String({ minLength: 1, maxLength: 200, pattern: '^[A-Za-z0-9._][0-9A-Za-z_.-]*$' });
const scriptContent = {
  content: Type.Optional(Type.String({ description: 'The file as text.' })),
  data: Type.Optional(Type.String({ description: 'The file as base64 or as a data URL.' })),
};
const scriptReadOnly = ignored('id', 'version', 'sha256', 'size', 'creation_date', 'last_update');
export const ScriptCreate = Closed({
  filename: Type.Optional(filename),
  description: Type.Optional(Type.String({ maxLength: 10_000 })),
  ...scriptContent,
  ...scriptReadOnly,
});
export const ScriptUpdate = Closed({
  filename: Type.Optional(filename),
  description: Type.Optional(Type.String({ maxLength: 10_000 })),
  ...scriptContent,
  ...scriptReadOnly,
});
export const ScriptVersion = Type.Object({
  version: Type.Integer(),
  filename: Type.String(),
  sha256: Sha256,
  size: Type.Integer(),
  created_by: OrNull(Type.String()),
  created_at: Time,
});

// ── bots ─────────────────────────────────────────────────────────────────────────────────────────────────

export const HOST_STATUS = ['online', 'unresponsive', 'offline', 'disabled', 'new'] as const;
export const Host = Type.Object({
  id: Id,
  hostname: Type.String(),
  status: OneOf(HOST_STATUS),
  disabled: Type.Boolean(),
  slots: Type.Integer(),
  running: Type.Integer({ description: 'Jobs it holds now.' }),
  last_seen_at: OrNull(Time),
  info: OrNull(
    Type.Object({
      version: Type.String(),
      os: Type.String(),
      release: Type.String(),
      arch: Type.String(),
      run_user: Type.String(),
      interpreters: Type.Record(Type.String(), Type.String()),
    }),
  ),
  created_at: Time,
});
export type Host = Static<typeof Host>;
export const HostUpdate = Closed({
  disabled: Type.Optional(Type.Boolean({ description: 'A disabled bot takes no jobs; what runs goes on.' })),
});
export const EnrollmentCreate = Closed({
  hostname: Type.Optional(
    Type.String({ maxLength: 255, description: 'Only this hostname may use the code.' }),
  ),
});
export const Enrollment = Type.Object({
  code: Type.String({ description: 'One use.' }),
  expires: Time,
  command: Type.String({ description: 'The line to run on the new machine.' }),
  note: OrNull(
    Type.String({ description: 'What keeps the line from working elsewhere, if something does.' }),
  ),
});

// ── tasks ────────────────────────────────────────────────────────────────────────────────────────────────

export const TIMEOUT_DEFAULT_S = 600;
export const TIMEOUT_MAX_S = 86_400;

export const Task = Type.Object({
  id: Id,
  customer: Type.String(),
  type: OneOf(['script']),
  name: Type.String(),
  description: Type.String(),
  host_id: OrNull(Id),
  hostname: OrNull(Type.String()),
  script_id: OrNull(Id),
  script_name: OrNull(Type.String()),
  run_as: Type.String(),
  task_arguments: Type.Array(Type.Record(Type.String(), Type.Unknown())),
  env: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'For admins only.' })),
  tags: Type.Array(Type.String()),
  acls: Type.Array(Type.String()),
  triggers: Type.Array(Type.String()),
  grace_time: Type.Integer({ description: 'Seconds.' }),
  timeout: OrNull(Type.Integer({ description: 'Seconds; null is 600.' })),
  multitasking: Type.Boolean(),
  priority: Type.Integer(),
  result_rule: OneOf(RESULT_RULES),
  retention_days: Type.Integer(),
  retention_jobs: Type.Integer(),
  version: Type.Integer(),
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

/** What can be set on a task; also with the spellings of existing clients. */
const taskFields = {
  name: Name,
  type: Type.Optional(OneOf(['script'])),
  description: Type.Optional(OrNull(Type.String({ maxLength: 20_000 }))),
  host_id: Type.Optional(OrNull(Type.String({ maxLength: 64 }))),
  script_id: Type.Optional(OrNull(Type.String({ maxLength: 64 }))),
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
  triggers: Type.Optional(strings(64, 100)),
  grace_time: Type.Optional(
    OrNull(Type.Integer({ minimum: 0, maximum: 2_592_000, description: 'Seconds a triggered run waits.' })),
  ),
  timeout: Type.Optional(
    OrNull(Type.Integer({ minimum: 1, description: 'Seconds; null is 600; at most 86,400.' })),
  ),
  multitasking: Type.Optional(
    OrNull(Type.Boolean({ description: 'Default true; false runs one job of the task at a time.' })),
  ),
  priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100 })),
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
    'problems',
    'creation_date',
    'last_update',
  ),
};
export const TaskCreate = Closed(taskFields);
export type TaskCreate = Static<typeof TaskCreate>;
export const TaskUpdate = Closed({ ...taskFields, name: Type.Optional(Name) });
export type TaskUpdate = Static<typeof TaskUpdate>;

export const Credentials = Type.Object({
  id: Id,
  secret: Type.String({ description: '64 hex digits: runs this task, and only this task.' }),
});

// ── jobs ─────────────────────────────────────────────────────────────────────────────────────────────────

export const ORIGINS = ['user', 'api', 'secret', 'schedule', 'trigger', 'workflow', 'webhook'] as const;
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
  script_id: OrNull(Id),
  script_sha256: OrNull(Type.String()),
  task_arguments_values: Type.Array(OrNull(Type.String())),
  output: Type.Array(Type.String()),
  event_name: OrNull(Type.String()),
  origin: OneOf(ORIGINS),
  user: Type.Object({
    id: Type.Optional(Id),
    email: Type.Optional(Type.String()),
    username: Type.Optional(Type.String()),
  }),
  priority: Type.Integer(),
  timeout: Type.Integer({ description: 'Seconds.' }),
  attempt: Type.Integer({ description: 'The number of the current or last attempt; 0 before the first.' }),
  unresponsive_since: OrNull(Time),
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

/** What a run may carry besides its arguments. */
export const RUN_OPTIONS = ['task', 'customer', 'access_token', 'task_arguments', 'priority'] as const;

export const JobCreate = Type.Unsafe<unknown>({
  description:
    '`{task, task_arguments: […]}`, a bare array of arguments, or for a task of one argument any JSON object.',
});

export const Attempt = Type.Object({
  attempt: Type.Integer(),
  host_id: OrNull(Id),
  hostname: OrNull(Type.String()),
  pid: OrNull(Type.Integer()),
  assigned_at: Time,
  started_at: OrNull(Time),
  finished_at: OrNull(Time),
  outcome: OrNull(Type.String()),
  log_bytes: Type.Integer(),
  log_lines: Type.Integer(),
});

// ── log, audit, system ───────────────────────────────────────────────────────────────────────────────────

/** The data of an SSE event `log`: a piece of the log, decoded as UTF-8 (wrong bytes become U+FFFD). */
export const LogPiece = Type.Object({
  offset: Type.Integer({ description: 'Bytes of the log before this piece.' }),
  end: Type.Integer({ description: 'Bytes of the log up to its end: the event’s id.' }),
  line: Type.Integer({ description: 'Line breaks before this piece.' }),
  stream: OneOf(STREAMS),
  at: Time,
  text: Type.String(),
});
export type LogPiece = Static<typeof LogPiece>;

export const AuditEntry = Type.Object({
  id: Id,
  at: Time,
  actor: Type.String(),
  action: Type.String(),
  target_type: OrNull(Type.String()),
  target_id: OrNull(Type.String()),
  outcome: OneOf(['done', 'refused']),
  address: OrNull(Type.String()),
  details: Type.Record(Type.String(), Type.Unknown()),
});
export type AuditEntry = Static<typeof AuditEntry>;

export const Status = Type.Object({
  status: OneOf(['ok', 'degraded']),
  version: Type.String(),
  database: OneOf(['up', 'down']),
  protocol: Type.Integer(),
});

/** The names of an object schema's fields. */
export function fieldsOf(schema: TObject): string[] {
  return Object.keys(schema.properties);
}
