import { Type } from 'typebox';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { Closed } from '../schema.ts';
import { id, idBesideSecret } from './shared.ts';

const link = Closed({
  id: idBesideSecret,
  user: Type.String({ maxLength: 64, description: 'Who was asked.' }),
  key: Type.String({ maxLength: 200, description: 'The signature of the link.' }),
});
const tag = 'pending';

/** What waits for people. */
export const pendingOperations = {
  listPending: operation({
    method: 'GET',
    path: '/job/pending',
    permission: 'viewer',
    tag,
    summary: 'List what waits for the caller: approvals and inputs, oldest first',
    query: Closed({
      all: Type.Optional(
        Type.Boolean({ description: 'What waits for anybody, as far as the caller may see it.' }),
      ),
    }),
    response: Type.Array(R.Pending),
  }),
  getPending: operation({
    method: 'GET',
    path: '/job/{id}/pending',
    permission: 'viewer',
    tag,
    summary: 'What a job waits, or waited, for people to do, and what they decided',
    params: id,
    response: R.Pending,
  }),
  approveJob: operation({
    method: 'PUT',
    path: '/job/{id}/approve',
    permission: 'viewer',
    tag,
    audit: 'job.approve',
    summary: 'Approve what a job asks',
    params: id,
    body: Type.Union([R.DecisionBody, Type.Null()]),
    status: 204,
    errors: ['conflict'],
  }),
  rejectJob: operation({
    method: 'PUT',
    path: '/job/{id}/reject',
    permission: 'viewer',
    tag,
    audit: 'job.reject',
    summary: 'Reject what a job asks',
    params: id,
    body: Type.Union([R.DecisionBody, Type.Null()]),
    status: 204,
    errors: ['conflict'],
  }),
  delegateJob: operation({
    method: 'PUT',
    path: '/job/{id}/delegate',
    permission: 'viewer',
    tag,
    audit: 'job.delegate',
    summary: 'Hand on to another member what a job asks of you',
    description:
      'They are told, see the job, and act in your place; you are asked no more. Admins may hand on what is asked of somebody else.',
    params: id,
    body: R.DelegateBody,
    response: R.Pending,
    errors: ['conflict'],
  }),
  giveJobInput: operation({
    method: 'PUT',
    path: '/job/{id}/input',
    permission: 'viewer',
    tag,
    audit: 'job.input',
    summary: 'Give a job the arguments that it waits for',
    params: id,
    body: R.JobCreate,
    response: R.Job,
    errors: ['conflict', 'invalid_arguments'],
  }),
  showApproval: operation({
    method: 'GET',
    path: '/job/{id}/approval/{user}/{key}',
    permission: 'secret',
    tag,
    summary: 'What the link of an approval asks; it decides nothing',
    description:
      'The link in an e-mail: signed, for one person and one job. A browser gets a page that asks to confirm.',
    page: true,
    params: link,
    response: R.Pending,
    errors: ['wrong_secret', 'too_many_requests'],
  }),
  getApprovalFile: operation({
    method: 'GET',
    path: '/job/{id}/approval/{user}/{key}/file/{file}',
    permission: 'secret',
    tag,
    summary: 'A file that is to be looked at, by the link of an approval',
    params: Closed({ ...link.properties, file: idBesideSecret }),
    produces: 'application/octet-stream',
    errors: ['wrong_secret', 'too_many_requests'],
  }),
  decideByLink: operation({
    method: 'POST',
    path: '/job/{id}/approval/{user}/{key}',
    permission: 'secret',
    tag,
    audit: 'job.decide',
    summary: 'Approve or reject by the link of an approval, once',
    accepts: 'form',
    page: true,
    params: link,
    body: Type.Union([R.LinkDecision, Type.Null()]),
    response: R.Pending,
    errors: ['wrong_secret', 'too_many_requests', 'conflict'],
  }),
} as const satisfies Record<string, Operation>;
