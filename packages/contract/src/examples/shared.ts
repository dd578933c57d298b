import type { Operation, BodyOf, ParamsOf, ResponseOf } from '../operation.ts';
import type { OperationId, Operations } from '../operations.ts';
import type { Attempt, Job, JobSummary, Script, Task } from '../resources/index.ts';
import type { Static, TSchema } from 'typebox';

/** A request to one operation and its answer, as they could be on the day after a first start. */
type ExampleOf<O extends Operation> = {
  /** What the path holds; an `id` may be left out. */
  params?: Partial<Record<keyof ParamsOf<O>, string>>;
  query?: Record<string, string>;
} & (O['body'] extends TSchema
  ? {
      body: BodyOf<O>;
      /** Other ways to say it, by what they are called. */
      otherBodies?: Record<string, BodyOf<O>>;
    }
  : unknown) &
  (O['response'] extends TSchema
    ? { response: ResponseOf<O> }
    : {
        /** The answer's text, where it is text. */
        text?: string;
      });

/** One for each operation: an operation without its example does not compile. */
export type Examples = { [K in OperationId]: ExampleOf<Operations[K]> };

/** The parts of an example, whatever its operation. */
export interface Example {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  otherBodies?: Record<string, unknown>;
  response?: unknown;
  text?: string;
}

export const IDS = {
  customer: '01a19b45b8004c1d2e3f4a5b',
  user: '01a19b45b8014c1d2e3f4a5c',
  member: '01a19b45b8024c1d2e3f4a5d',
  host: '01a19b45c3a09b8c7d6e5f40',
  script: '01a19b45cb001f2e3d4c5b6a',
  task: '01a19b45cb88d0a1b2c3d4e5',
  token: '01a19b45cc10a9b8c7d6e5f4',
  job: '01a20ce4063b5e6f7a8b9c0d',
  nextJob: '01a20ce412aa0f1e2d3c4b5a',
  copy: '01a20ce43b0111223344556a',
  event: '01a19b45cb8977aa88bb99cc',
  schedule: '01a20ce43d0a5b6c7d8e9fa0',
  workflow: '01a20ce43e1c2d3e4f5a6b7c',
  run: '01a20ce43f2a3b4c5d6e7f80',
  webhook: '01a20ce43e2b4c6d8e0fa1b2',
  delivery: '01a20ce4412c0d1e2f3a4b5c',
  channel: '01a20ce43f1b6c7d8e9fa0b1',
  rule: '01a20ce4402c7d8e9fa0b1c2',
  notification: '01a20ce4413d8e9fa0b1c2d3',
  pushDevice: '01a20ce4415f9fa0b1c2d3e4',
  savedView: '01a20ce4424e9fa0b1c2d3e4',
  secret: '01a20ce4435fa0b1c2d3e4f5',
  supervisor: '01a20ce3f1d27b6a5c4d3e2f',
  artifact: '01a20ce4073f1a2b3c4d5e6f',
  enrolledHost: '01a20ce50a1c0b1a2c3d4e5f',
};

/** Secrets are made up: 64 hex digits, or a prefix and 43 characters. */
export const SECRET = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
export const SHA256 = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';
export const BEGIN = '2026-11-02T08:00:00.000Z';

export const script: Static<typeof Script> = {
  id: IDS.script,
  filename: 'disk-report.sh',
  description: 'How full the disks are',
  version: 1,
  sha256: SHA256,
  size: 812,
  changed_by: 'admin@localhost',
  used_by: 1,
  creation_date: BEGIN,
  last_update: BEGIN,
};

export const task: Static<typeof Task> = {
  id: IDS.task,
  customer: 'demo',
  type: 'script',
  name: 'Disk report',
  description: 'How full the disks of the bot’s machine are.',
  confirm: '',
  host_id: IDS.host,
  hostname: 'web-1',
  script_id: IDS.script,
  script_name: 'disk-report.sh',
  script_version: null,
  run_as: 'bash %script%',
  task_arguments: [
    { order: 0, type: 'input', label: 'Limit in percent', value: '90', charset: 'num', charsmax: 3 },
  ],
  env: { LANG: 'C.UTF-8' },
  tags: ['disk'],
  acls: ['user', 'team:ops'],
  approval: null,
  inputs: null,
  notification: null,
  request: null,
  triggers: [],
  trigger_arguments: {},
  grace_time: 0,
  timeout: 60,
  multitasking: true,
  max_running: null,
  priority: 0,
  host_labels: [],
  lost_after: null,
  on_lost: null,
  retries: null,
  expires_after: null,
  limits: {},
  kill_grace: null,
  result_rule: 'exit_code',
  retention_days: 90,
  retention_jobs: 10_000,
  paused: null,
  version: 1,
  problems: [],
  creation_date: BEGIN,
  last_update: BEGIN,
};

/** Just made by a token, and handed to its bot in the same moment. */
export const newJob: Static<typeof Job> = {
  id: IDS.job,
  customer: 'demo',
  task_id: IDS.task,
  task: { id: IDS.task, type: 'script', name: 'Disk report' },
  name: 'Disk report',
  lifecycle: 'assigned',
  state: 'in_progress',
  reason_code: null,
  reason: null,
  exit_code: null,
  signal: null,
  host_id: IDS.host,
  hostname: 'web-1',
  host_labels: [],
  script_id: IDS.script,
  script_version: 1,
  script_sha256: SHA256,
  task_arguments_values: ['90'],
  output: [],
  components: null,
  next: null,
  event_name: null,
  origin: 'api',
  cause: null,
  triggered_by: null,
  workflow_id: null,
  workflow_job_id: null,
  repeat_of: null,
  user: {},
  priority: 0,
  timeout: 60,
  attempt: 1,
  unresponsive_since: null,
  due_at: null,
  expires_at: null,
  limit_hit: null,
  usage: null,
  stop_requested: null,
  log_bytes: 0,
  log_lines: 0,
  creation_date: '2026-11-24T09:30:00.123Z',
  assigned_at: '2026-11-24T09:30:00.123Z',
  started_at: null,
  finished_at: null,
};

export const endedJob: Static<typeof Job> = {
  ...newJob,
  lifecycle: 'finished',
  state: 'success',
  reason_code: 'exit_code',
  reason: 'exit code 0',
  exit_code: 0,
  log_bytes: 402,
  log_lines: 9,
  started_at: '2026-11-24T09:30:00.131Z',
  finished_at: '2026-11-24T09:30:00.184Z',
};

/** The same in a list. */
export const summaryOf = ({
  output: _output,
  task_arguments_values: _values,
  components: _components,
  next: _next,
  secret: _secret,
  ...summary
}: Static<typeof Job>): JobSummary => summary;

export const attempt: Static<typeof Attempt> = {
  attempt: 1,
  host_id: IDS.host,
  hostname: 'web-1',
  pid: 48_213,
  assigned_at: '2026-11-24T09:30:00.123Z',
  started_at: '2026-11-24T09:30:00.131Z',
  finished_at: '2026-11-24T09:30:00.184Z',
  outcome: 'exited',
  reason: 'exit code 0',
  exit_code: 0,
  signal: null,
  limit_hit: null,
  usage: { memory_bytes: 6_291_456, cpu_ms: 31 },
  late: null,
  artifacts_left_out: null,
  log_bytes: 402,
  log_lines: 9,
};
