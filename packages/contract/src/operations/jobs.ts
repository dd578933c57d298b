import { Type } from 'typebox';
import { LIFECYCLES, STATES } from '../lifecycle.ts';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { Closed, Id, OneOf } from '../schema.ts';
import { cursor, id, idBesideSecret, limit, runErrors, runQuery, secret } from './shared.ts';

/** Jobs and their logs. */
export const jobsOperations = {
  // ── jobs ──
  listJobs: operation({
    method: 'GET',
    path: '/job',
    permission: 'viewer',
    tag: 'jobs',
    summary: 'List jobs, newest first (100 without a limit)',
    query: Closed({
      limit,
      cursor,
      task: Type.Optional(Type.String({ ...Id, description: 'Only jobs of this task.' })),
      lifecycle: Type.Optional(OneOf(LIFECYCLES, 'Only jobs that are there.')),
      state: Type.Optional(OneOf(STATES, 'Only jobs that went so.')),
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
    params: Closed({ secret }),
    page: true,
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
  getJobBySecret: operation({
    method: 'GET',
    path: '/job/{id}/secret/{secret}',
    permission: 'secret',
    tag: 'jobs',
    summary: 'Get a job with its own secret key, which the answer that created it carries',
    params: Closed({ id: idBesideSecret, secret }),
    page: true,
    response: R.Job,
    errors: ['wrong_secret'],
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
      stream: Type.Optional(
        OneOf(['stdout', 'stderr'], 'Only this one; both in order of arrival if left out.'),
      ),
      attempt: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1, description: 'The last one if left out.' }),
      ),
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
      offset: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 2 ** 40, description: 'Bytes of the log to skip.' }),
      ),
      'last-event-id': Type.Optional(
        Type.String({ maxLength: 40, description: 'In place of the header, where none can be sent.' }),
      ),
    }),
    headers: { 'Last-Event-ID': 'Where to go on: the id of the last event that was read.' },
    produces: 'text/event-stream',
  }),
} as const satisfies Record<string, Operation>;
