import { Type } from 'typebox';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { id } from './shared.ts';

/** The machines that run scripts. */
export const botsOperations = {
  listHosts: operation({
    method: 'GET',
    path: '/host',
    permission: 'viewer',
    tag: 'bots',
    summary: 'List bots',
    response: Type.Array(R.Host),
  }),
  getHost: operation({
    method: 'GET',
    path: '/host/{id}',
    permission: 'viewer',
    tag: 'bots',
    summary: 'Get a bot',
    params: id,
    response: R.Host,
  }),
  updateHost: operation({
    method: 'PATCH',
    path: '/host/{id}',
    permission: 'admin',
    tag: 'bots',
    audit: 'host.update',
    summary: 'Change what people decide about a bot: labels, slots, whether it takes jobs',
    params: id,
    body: R.HostUpdate,
    response: R.Host,
  }),
  deleteHost: operation({
    method: 'DELETE',
    path: '/host/{id}',
    permission: 'admin',
    tag: 'bots',
    audit: 'host.delete',
    summary: 'Remove a bot; its credential dies at once',
    params: id,
    status: 204,
    errors: ['conflict'],
  }),
  createEnrollment: operation({
    method: 'POST',
    path: '/host/enrollment',
    permission: 'admin',
    tag: 'bots',
    audit: 'host.enrollment',
    summary: 'A one-time code that enrols a bot',
    body: Type.Union([R.EnrollmentCreate, Type.Null()]),
    status: 201,
    response: R.Enrollment,
  }),
  getEnrollment: operation({
    method: 'GET',
    path: '/host/enrollment/{id}',
    permission: 'admin',
    tag: 'bots',
    summary: 'Whether a code was used, and the bot that came of it; 404 once the code has expired',
    params: id,
    response: R.EnrollmentState,
  }),
} as const satisfies Record<string, Operation>;
