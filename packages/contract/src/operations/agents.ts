import { Type } from 'typebox';
import { EVENTS_MAX_BYTES } from '../limits.ts';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { Closed } from '../schema.ts';
import { id } from './shared.ts';

const hostname = Closed({
  hostname: Type.String({ maxLength: 200, description: 'The agent’s own name.' }),
});

/**
 * The credentials of existing agents, and the protocol that those agents speak. Where one of their paths has
 * another meaning for everybody else (`POST /token`, `GET /job`, `GET /script/{id}/download`), the operation of that
 * meaning names the agents' one in `instead`, and the agents' one has a path of its own below `/agent`.
 */
export const agentsOperations = {
  // ── their credentials ──
  listAgentCredentials: operation({
    method: 'GET',
    path: '/host/agent',
    permission: 'admin',
    tag: 'existing agents',
    summary: 'List the credentials of existing agents',
    response: Type.Array(R.AgentCredential),
  }),
  createAgentCredential: operation({
    method: 'POST',
    path: '/host/agent',
    permission: 'admin',
    tag: 'existing agents',
    audit: 'agent.create',
    summary: 'A credential for one existing agent, as its credentials file has it',
    body: Type.Union([R.AgentCredentialCreate, Type.Null()]),
    status: 201,
    response: R.AgentCredentialCreated,
    errors: ['conflict'],
  }),
  deleteAgentCredential: operation({
    method: 'DELETE',
    path: '/host/agent/{id}',
    permission: 'admin',
    tag: 'existing agents',
    audit: 'agent.delete',
    summary: 'Revoke an agent’s credential, and its token, at once',
    params: id,
    status: 204,
  }),

  // ── what agents call ──
  loginAgent: operation({
    method: 'POST',
    path: '/agent/token',
    permission: 'public',
    tag: 'existing agents',
    audit: 'agent.login',
    basic: true,
    summary: 'An agent’s token, for its client_id and client_secret (HTTP Basic, or the body)',
    description: 'Agents call `POST /token`, which answers so to HTTP Basic.',
    body: Type.Union([R.AgentLogin, Type.Null()]),
    response: Type.String(),
    errors: ['unauthorized', 'too_many_requests'],
  }),
  registerAgent: operation({
    method: 'POST',
    path: '/host',
    permission: 'agent',
    tag: 'existing agents',
    audit: 'agent.register',
    summary: 'An agent has started',
    body: R.AgentRegistration,
    response: R.AgentRegistered,
  }),
  registerOldAgent: operation({
    method: 'POST',
    path: '/host/{hostname}',
    permission: 'agent',
    tag: 'existing agents',
    audit: 'agent.register',
    summary: 'An agent has started (as older ones say it)',
    params: hostname,
    body: Type.Union([R.OldAgentRegistration, Type.Null()]),
    response: R.AgentRegistered,
  }),
  getAgentConfig: operation({
    method: 'GET',
    path: '/agent/{hostname}/config',
    permission: 'agent',
    tag: 'existing agents',
    summary: 'What an agent is to watch: nothing',
    params: hostname,
    response: Type.Object({ workers: Type.Array(Type.Unknown()) }),
  }),
  keepAgentAlive: operation({
    method: 'PUT',
    path: '/agent/{hostname}',
    permission: 'agent',
    tag: 'existing agents',
    summary: 'A sign of life; renews the leases of what the agent runs',
    params: hostname,
    status: 204,
  }),
  takeAgentJobs: operation({
    method: 'GET',
    path: '/agent/job',
    permission: 'agent',
    tag: 'existing agents',
    summary: 'Wait for jobs, up to 9 s',
    description: 'Agents call `GET /job`, which answers so to their tokens. Each job is handed out once.',
    query: Type.Object({
      hostname: Type.Optional(Type.String({ maxLength: 200, description: 'The agent’s own name.' })),
    }),
    response: Type.Object({ jobs: Type.Array(R.AgentJob) }),
  }),
  downloadAgentScript: operation({
    method: 'GET',
    path: '/agent/script/{id}/download',
    permission: 'agent',
    tag: 'existing agents',
    summary: 'The script of a job handed to this agent',
    description: 'Agents call `GET /script/{id}/download`, which answers so to their tokens.',
    params: Closed({
      id: Type.String({ pattern: '^[0-9a-f]{24}(-[0-9a-f]{64})?$', description: 'As the job names it.' }),
    }),
    produces: 'application/octet-stream',
  }),
  endAgentJob: operation({
    method: 'PUT',
    path: '/job/{id}',
    permission: 'agent',
    tag: 'existing agents',
    summary: 'The result of a job',
    description:
      'An agent never repeats a result: one that comes too late is answered 200 as well, changes nothing and is noted in the audit.',
    params: id,
    accepts: 'unchecked',
    maxBodyBytes: EVENTS_MAX_BYTES,
    body: R.AgentResult,
    response: Type.Object({}),
  }),
  postAgentDstat: operation({
    method: 'POST',
    path: '/dstat/{hostname}',
    permission: 'agent',
    tag: 'existing agents',
    summary: 'Figures of the machine: taken, not kept',
    params: hostname,
    body: R.AgentFigures,
  }),
  postAgentPsaux: operation({
    method: 'POST',
    path: '/psaux/{hostname}',
    permission: 'agent',
    tag: 'existing agents',
    summary: 'Processes of the machine: taken, not kept',
    params: hostname,
    body: R.AgentFigures,
  }),
  patchAgentResource: operation({
    method: 'PATCH',
    path: '/resource/{id}/state',
    permission: 'agent',
    tag: 'existing agents',
    summary: 'The state of a monitor: taken, not kept',
    params: id,
    body: R.AgentFigures,
    status: 204,
  }),
} as const satisfies Record<string, Operation>;
