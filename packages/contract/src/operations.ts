import { Type } from 'typebox';
import { EnrollRequest, EnrollResponse, EventsRequest, EventsResponse, PollRequest, PollResponse } from './bot-protocol.ts';
import { LIFECYCLES, STATES } from './lifecycle.ts';
import { operation, type Operation } from './operation.ts';
import * as R from './resources.ts';
import { Closed, Id, OneOf } from './schema.ts';

const id = Closed({ id: Id });
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 }));
const cursor = Type.Optional(Type.String({ maxLength: 200, description: 'Where to go on: from the `Link` header.' }));
const listOf = <T extends Parameters<typeof Type.Array>[0]>(item: T) => Type.Array(item);
const runQuery = Type.Object({
  task: Type.Optional(Type.String({ maxLength: 64 })),
  task_arguments: Type.Optional(Type.Unknown()),
  priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100 })),
});
const runErrors = ['invalid_arguments', 'cannot_run'] as const;

/** Every operation of the API by its id. A route that is not in here does not exist. */
export const operations = {
  // ── sign in ──
  login: operation({
    method: 'POST', path: '/auth/login', permission: 'public', scope: 'global', tag: 'auth', accepts: 'form',
    summary: 'Sign in with e-mail and password (body) or HTTP Basic',
    query: Closed({ customer: Type.Optional(Type.String({ maxLength: 100 })) }),
    body: Type.Union([R.LoginRequest, Type.Null()]), response: R.LoginResponse, errors: ['wrong_login', 'too_many_requests'],
  }),
  logout: operation({ method: 'POST', path: '/auth/logout', permission: 'signed_in', scope: 'global', tag: 'auth', summary: 'End this session', status: 204 }),
  getProfile: operation({ method: 'GET', path: '/auth/profile', permission: 'signed_in', scope: 'global', tag: 'auth', summary: 'Who am I', response: R.Profile }),

  // ── organizations ──
  listCustomers: operation({ method: 'GET', path: '/customer', permission: 'instance_admin', scope: 'global', tag: 'organizations', summary: 'List organizations', response: listOf(R.Customer) }),
  createCustomer: operation({ method: 'POST', path: '/customer', permission: 'instance_admin', scope: 'global', tag: 'organizations', summary: 'Create an organization; you become its owner', body: R.CustomerCreate, status: 201, response: R.Customer, errors: ['conflict'] }),
  updateCustomer: operation({ method: 'PATCH', path: '/customer/{name}', permission: 'instance_admin', scope: 'global', tag: 'organizations', summary: 'Rename an organization for people', params: Closed({ name: Type.String({ maxLength: 100 }) }), body: R.CustomerUpdate, response: R.Customer }),

  // ── members ──
  listMembers: operation({ method: 'GET', path: '/member', permission: 'manager', tag: 'members', summary: 'List members', response: listOf(R.Member) }),
  createMember: operation({ method: 'POST', path: '/member', permission: 'manager', tag: 'members', summary: 'Add a member', body: R.MemberCreate, status: 201, response: R.Member, errors: ['conflict'] }),
  updateMember: operation({ method: 'PATCH', path: '/member/{id}', permission: 'manager', tag: 'members', summary: 'Change role or tags', params: id, body: R.MemberUpdate, response: R.Member }),
  deleteMember: operation({ method: 'DELETE', path: '/member/{id}', permission: 'manager', tag: 'members', summary: 'Remove a member', params: id, status: 204, errors: ['conflict'] }),

  // ── integration tokens ──
  listTokens: operation({ method: 'GET', path: '/token', permission: 'admin', tag: 'tokens', summary: 'List integration tokens', response: listOf(R.Token) }),
  createToken: operation({ method: 'POST', path: '/token', permission: 'admin', tag: 'tokens', summary: 'Create an integration token', body: R.TokenCreate, status: 201, response: R.TokenCreated }),
  deleteToken: operation({ method: 'DELETE', path: '/token/{id}', permission: 'admin', tag: 'tokens', summary: 'Revoke an integration token at once', params: id, status: 204 }),

  // ── scripts ──
  listScripts: operation({ method: 'GET', path: '/script', permission: 'viewer', tag: 'scripts', summary: 'List scripts', query: Closed({ limit, cursor }), response: listOf(R.Script) }),
  createScript: operation({ method: 'POST', path: '/script', permission: 'admin', tag: 'scripts', summary: 'Create a script: JSON or a multipart file', accepts: 'upload', body: R.ScriptCreate, status: 201, response: R.Script }),
  getScript: operation({ method: 'GET', path: '/script/{id}', permission: 'viewer', tag: 'scripts', summary: 'Get a script', params: id, response: R.Script }),
  updateScript: operation({ method: 'PUT', path: '/script/{id}', permission: 'admin', tag: 'scripts', summary: 'Change a script; new content is a new version', params: id, accepts: 'upload', body: R.ScriptUpdate, response: R.Script }),
  deleteScript: operation({ method: 'DELETE', path: '/script/{id}', permission: 'admin', tag: 'scripts', summary: 'Delete a script that no task uses', params: id, status: 204, errors: ['conflict'] }),
  downloadScript: operation({
    method: 'GET', path: '/script/{id}/download', permission: 'user', tag: 'scripts', summary: 'The file itself', params: id,
    query: Closed({ version: Type.Optional(Type.Integer({ minimum: 1 })) }), produces: 'application/octet-stream',
  }),
  listScriptVersions: operation({ method: 'GET', path: '/script/{id}/version', permission: 'viewer', tag: 'scripts', summary: 'Versions, newest first', params: id, response: listOf(R.ScriptVersion) }),

  // ── bots ──
  listHosts: operation({ method: 'GET', path: '/host', permission: 'viewer', tag: 'bots', summary: 'List bots', response: listOf(R.Host) }),
  getHost: operation({ method: 'GET', path: '/host/{id}', permission: 'viewer', tag: 'bots', summary: 'Get a bot', params: id, response: R.Host }),
  updateHost: operation({ method: 'PATCH', path: '/host/{id}', permission: 'admin', tag: 'bots', summary: 'Disable or enable a bot', params: id, body: R.HostUpdate, response: R.Host }),
  deleteHost: operation({ method: 'DELETE', path: '/host/{id}', permission: 'admin', tag: 'bots', summary: 'Remove a bot; its credential dies at once', params: id, status: 204, errors: ['conflict'] }),
  createEnrollment: operation({ method: 'POST', path: '/host/enrollment', permission: 'admin', tag: 'bots', summary: 'A one-time code that enrols a bot', body: R.EnrollmentCreate, status: 201, response: R.Enrollment }),

  // ── tasks ──
  listTasks: operation({ method: 'GET', path: '/task', permission: 'viewer', tag: 'tasks', summary: 'List tasks', query: Closed({ limit, cursor }), response: listOf(R.Task) }),
  createTask: operation({ method: 'POST', path: '/task', permission: 'admin', tag: 'tasks', summary: 'Create a task', body: R.TaskCreate, status: 201, response: R.Task }),
  getTask: operation({ method: 'GET', path: '/task/{id}', permission: 'viewer', tag: 'tasks', summary: 'Get a task', params: id, response: R.Task }),
  replaceTask: operation({ method: 'PUT', path: '/task/{id}', permission: 'admin', tag: 'tasks', summary: 'Change a task (fields left out stay)', params: id, body: R.TaskUpdate, response: R.Task }),
  updateTask: operation({ method: 'PATCH', path: '/task/{id}', permission: 'admin', tag: 'tasks', summary: 'Change a task (fields left out stay)', params: id, body: R.TaskUpdate, response: R.Task }),
  deleteTask: operation({ method: 'DELETE', path: '/task/{id}', permission: 'admin', tag: 'tasks', summary: 'Delete a task and its history', params: id, response: Type.Object({}), errors: ['conflict'] }),
  getTaskCredentials: operation({ method: 'GET', path: '/task/{id}/credentials', permission: 'admin', tag: 'tasks', summary: 'The task’s secret key (audited)', params: id, response: R.Credentials }),
  runTask: operation({
    method: 'POST', path: '/task/{id}/job', permission: 'user', tag: 'tasks', summary: 'Run a task', accepts: 'form', params: id, query: runQuery, body: R.JobCreate, response: R.Job, errors: runErrors,
  }),
  runTaskBySecret: operation({
    method: 'POST', path: '/task/{id}/secret/{secret}/job', permission: 'secret', tag: 'tasks', summary: 'Run a task with its secret key', accepts: 'form',
    params: Closed({ id: Type.String({ maxLength: 200 }), secret: Type.String({ maxLength: 200 }) }), query: runQuery, body: R.JobCreate, response: R.Job, errors: ['wrong_secret', ...runErrors],
  }),

  // ── jobs ──
  listJobs: operation({
    method: 'GET', path: '/job', permission: 'viewer', tag: 'jobs', summary: 'List jobs, newest first (100 without a limit)',
    query: Closed({ limit, cursor, task: Type.Optional(Id), lifecycle: Type.Optional(OneOf(LIFECYCLES)), state: Type.Optional(OneOf(STATES)) }), response: listOf(R.Job),
  }),
  createJob: operation({ method: 'POST', path: '/job', permission: 'user', tag: 'jobs', summary: 'Run the task named by `task`', accepts: 'form', query: runQuery, body: R.JobCreate, response: R.Job, errors: runErrors }),
  createJobBySecret: operation({
    method: 'POST', path: '/job/secret/{secret}', permission: 'secret', tag: 'jobs', summary: 'Run the task named by `task` and `customer` with its secret key', accepts: 'form',
    params: Closed({ secret: Type.String({ maxLength: 200 }) }), query: runQuery, body: R.JobCreate, response: R.Job, errors: ['wrong_secret', ...runErrors],
  }),
  getJob: operation({ method: 'GET', path: '/job/{id}', permission: 'viewer', tag: 'jobs', summary: 'Get a job', params: id, response: R.Job }),
  cancelJob: operation({ method: 'PUT', path: '/job/{id}/cancel', permission: 'user', tag: 'jobs', summary: 'Stop a job: what waits is canceled, what runs is stopped with its whole process tree', params: id, status: 204, errors: ['already_ended'] }),
  listAttempts: operation({ method: 'GET', path: '/job/{id}/attempt', permission: 'viewer', tag: 'jobs', summary: 'The hand-outs of a job to bots', params: id, response: listOf(R.Attempt) }),
  getJobLog: operation({
    method: 'GET', path: '/job/{id}/log', permission: 'viewer', tag: 'logs', summary: 'The log as text', params: id, produces: 'text/plain',
    query: Closed({
      offset: Type.Optional(Type.Integer({ minimum: 0, description: 'Bytes to skip.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 40, description: 'Bytes at most.' })),
      from_line: Type.Optional(Type.Integer({ minimum: 0, description: 'Lines to skip.' })),
      stream: Type.Optional(OneOf(['stdout', 'stderr'])),
      attempt: Type.Optional(Type.Integer({ minimum: 1 })),
    }),
  }),
  followJobLog: operation({
    method: 'GET', path: '/job/{id}/log/stream', permission: 'viewer', tag: 'logs', summary: 'The log and the job’s changes as they come (server-sent events)',
    description: 'Events: `job` (the job, at each change), `log` (a LogPiece; its id is where `Last-Event-ID` resumes), `end` (the job; nothing follows).',
    params: id, query: Closed({ offset: Type.Optional(Type.Integer({ minimum: 0 })), 'last-event-id': Type.Optional(Type.String({ maxLength: 40 })) }), produces: 'text/event-stream',
  }),

  // ── audit ──
  listAudit: operation({ method: 'GET', path: '/audit', permission: 'admin', tag: 'audit', summary: 'Who did what, newest first', query: Closed({ limit, cursor }), response: listOf(R.AuditEntry) }),

  // ── what bots call ──
  enrollBot: operation({ method: 'POST', path: '/bot/enroll', permission: 'public', scope: 'global', tag: 'bot protocol', summary: 'Trade an enrolment code for a credential', body: EnrollRequest, status: 201, response: EnrollResponse, errors: ['unauthorized', 'conflict'] }),
  pollBot: operation({ method: 'POST', path: '/bot/poll', permission: 'bot', scope: 'global', tag: 'bot protocol', summary: 'Wait for instructions', body: PollRequest, response: PollResponse, errors: ['upgrade_required'] }),
  postBotEvents: operation({ method: 'POST', path: '/bot/events', permission: 'bot', scope: 'global', tag: 'bot protocol', summary: 'Tell what happened', body: EventsRequest, response: EventsResponse, errors: ['upgrade_required'] }),
  getBotScript: operation({ method: 'GET', path: '/bot/scripts/{sha256}', permission: 'bot', scope: 'global', tag: 'bot protocol', summary: 'A script of an attempt handed to this bot', params: Closed({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }), produces: 'application/octet-stream' }),

  // ── system ──
  getStatus: operation({ method: 'GET', path: '/api/status', permission: 'public', scope: 'global', tag: 'system', summary: 'Health and version', response: R.Status }),
  getOpenApi: operation({ method: 'GET', path: '/openapi.json', permission: 'public', scope: 'global', tag: 'system', summary: 'This API as OpenAPI 3.1', response: Type.Unknown() }),
  getMetrics: operation({ method: 'GET', path: '/metrics', permission: 'public', scope: 'global', tag: 'system', summary: 'Prometheus metrics', produces: 'text/plain' }),
} as const satisfies Record<string, Operation>;

export type Operations = typeof operations;
export type OperationId = keyof Operations;
