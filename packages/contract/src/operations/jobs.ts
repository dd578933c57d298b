import { Type } from 'typebox';
import { LIFECYCLES, STATES } from '../lifecycle.ts';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { Closed, Id, OneOf } from '../schema.ts';
import { cursor, id, limit, runErrors, runQuery } from './shared.ts';

/** Jobs and their logs. */
export const jobsOperations = {
  // ── jobs ──
  listJobs: operation({
    method: 'GET',
    path: '/job',
    permission: 'viewer',
    tag: 'jobs',
    summary: 'List jobs, newest first (100 without a limit)',
    instead: { agent: 'takeAgentJobs' },
    query: Closed({
      limit,
      cursor,
      task: Type.Optional(Id),
      lifecycle: Type.Optional(OneOf(LIFECYCLES)),
      state: Type.Optional(OneOf(STATES)),
    }),
    response: Type.Array(R.Job),
  }),
  createJob: operation({
    method: 'POST',
    path: '/job',
    permission: 'user',
    tag: 'jobs',
    summary: 'Run the task named by `task`',
    accepts: 'form',
    query: runQuery,
    body: R.JobCreate,
    response: R.Job,
    errors: runErrors,
  }),
  createJobBySecret: operation({
    method: 'POST',
    path: '/job/secret/{secret}',
    permission: 'secret',
    tag: 'jobs',
    summary: 'Run the task named by `task` and `customer` with its secret key',
    accepts: 'form',
    params: Closed({ secret: Type.String({ maxLength: 200 }) }),
    query: runQuery,
    body: R.JobCreate,
    response: R.Job,
    errors: ['wrong_secret', ...runErrors],
  }),
  getJob: operation({
    method: 'GET',
    path: '/job/{id}',
    permission: 'viewer',
    tag: 'jobs',
    summary: 'Get a job',
    params: id,
    response: R.Job,
  }),
  cancelJob: operation({
    method: 'PUT',
    path: '/job/{id}/cancel',
    permission: 'user',
    tag: 'jobs',
    audit: 'job.cancel',
    summary: 'Stop a job: what waits is canceled, what runs is stopped with its whole process tree',
    params: id,
    status: 204,
    errors: ['already_ended'],
  }),
  listAttempts: operation({
    method: 'GET',
    path: '/job/{id}/attempt',
    permission: 'viewer',
    tag: 'jobs',
    summary: 'The hand-outs of a job to bots',
    params: id,
    response: Type.Array(R.Attempt),
  }),
  getJobLog: operation({
    method: 'GET',
    path: '/job/{id}/log',
    permission: 'viewer',
    tag: 'logs',
    summary: 'The log as text',
    params: id,
    produces: 'text/plain',
    query: Closed({
      offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 40, description: 'Bytes to skip.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 40, description: 'Bytes at most.' })),
      from_line: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 40, description: 'Lines to skip.' })),
      stream: Type.Optional(OneOf(['stdout', 'stderr'])),
      attempt: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })),
    }),
  }),
  followJobLog: operation({
    method: 'GET',
    path: '/job/{id}/log/stream',
    permission: 'viewer',
    tag: 'logs',
    summary: 'The log and the job’s changes as they come (server-sent events)',
    description:
      'Events: `job` (the job, at each change), `log` (a LogPiece; its id is where `Last-Event-ID` resumes), `end` (the job; nothing follows).',
    params: id,
    query: Closed({
      offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 40 })),
      'last-event-id': Type.Optional(Type.String({ maxLength: 40 })),
    }),
    produces: 'text/event-stream',
  }),
} as const satisfies Record<string, Operation>;
