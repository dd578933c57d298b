import { ArgusError } from '@argus/contract';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Audit } from '../audit/index.ts';
import type { HostQueries } from '../bots/index.ts';
import type { DispatchCounter, EventTaker } from '../dispatch/index.ts';
import type { Files } from '../files/index.ts';
import { heldScript, noteAgent } from '../jobs/index.ts';
import type { ScriptQueries } from '../scripts/index.ts';
import { agentLogin, credentialRoutes, hostOf } from './credentials.ts';
import { agentPolls, type PollServices } from './poll.ts';
import type { AgentQueries } from './queries.ts';
import { agentRegistrar } from './register.ts';
import { agentResults, type ResultServices } from './result.ts';
import type { AgentSweepParts } from './sweep.ts';

type AgentOperations =
  | 'listAgentCredentials'
  | 'createAgentCredential'
  | 'deleteAgentCredential'
  | 'loginAgent'
  | 'registerAgent'
  | 'registerOldAgent'
  | 'getAgentConfig'
  | 'keepAgentAlive'
  | 'takeAgentJobs'
  | 'downloadAgentScript'
  | 'endAgentJob'
  | 'postAgentDstat'
  | 'postAgentPsaux'
  | 'patchAgentResource';

export interface AgentRouteServices {
  queries: AgentQueries;
  hosts: HostQueries;
  scripts: ScriptQueries;
  files: Pick<Files, 'asDataUrl'>;
  counter: DispatchCounter;
  instructionFor: PollServices['instructionFor'];
  jobs: ResultServices['jobs'];
  masksOf: ResultServices['masksOf'];
  take: EventTaker;
  audit: Audit;
  freed: AgentSweepParts['freed'];
}

export function agentRoutes(
  platform: Platform,
  {
    queries,
    hosts,
    scripts,
    files,
    counter,
    instructionFor,
    jobs,
    masksOf,
    take,
    audit,
    freed,
  }: AgentRouteServices,
): { handlers: Pick<Handlers, AgentOperations> } & AsyncDisposable {
  const { db } = platform;
  const wake = (hostId: string) => counter.wake(hostId);
  const register = agentRegistrar(platform, queries, hosts, { wake, freed });
  const polls = agentPolls(platform, {
    counter,
    instructionFor,
    md5: md5Cache(scripts),
    take,
    asDataUrl: files.asDataUrl,
  });

  const handlers: Pick<Handlers, AgentOperations> = {
    ...credentialRoutes(platform, queries, hosts),
    loginAgent: agentLogin(platform, queries),

    async registerAgent({ caller, body, note }) {
      const { hostname, version, info } = body;
      return register(caller, { hostname, version, info }, note);
    },

    async registerOldAgent({ caller, params, body, note }) {
      const { version, info } = body ?? {};
      // older agents know no connection
      const { connection_id: _connection, ...answer } = await register(
        caller,
        { hostname: params.hostname, version, info },
        note,
      );
      return answer;
    },

    async getAgentConfig({ caller, params, note }) {
      hostOf(caller, params.hostname, note);
      return { workers: [] };
    },

    async keepAgentAlive({ caller, params, note }) {
      await noteAgent(db, hostOf(caller, params.hostname, note).id);
      return undefined;
    },

    takeAgentJobs: polls.handler,

    async downloadAgentScript({ caller, params, reply, note }) {
      const host = hostOf(caller, undefined, note);
      const [scriptId = '', named] = params.id.split('-', 2);
      const sha256 = await heldScript(db, host.id, scriptId, named);
      const data = sha256 === undefined ? undefined : await scripts.blob(sha256);
      if (data === undefined)
        throw new ArgusError('not_found', 'No job handed to this bot runs this script.');
      return reply
        .headers({ 'content-type': 'application/octet-stream', 'content-security-policy': 'sandbox' })
        .send(data);
    },

    endAgentJob: agentResults(platform, { jobs, masksOf, take, audit, wake }),

    async postAgentDstat({ caller, params, note }) {
      hostOf(caller, params.hostname, note);
      return undefined;
    },

    async postAgentPsaux({ caller, params, note }) {
      hostOf(caller, params.hostname, note);
      return undefined;
    },

    async patchAgentResource({ caller, params, note }) {
      if (hostOf(caller, undefined, note).id !== params.id) throw new ArgusError('not_found');
      return undefined;
    },
  };
  return { handlers, [Symbol.asyncDispose]: () => polls[Symbol.asyncDispose]() };
}

const CACHE_MAX = 1000;

/** Contents never change under their digest, so one MD5 of each is worked out once. */
function md5Cache(scripts: ScriptQueries): PollServices['md5'] {
  const known = new Map<string, string>();
  return async (sha256) => {
    const cached = known.get(sha256);
    if (cached !== undefined) return cached;
    const digest = await scripts.md5(sha256);
    if (known.size >= CACHE_MAX) known.clear();
    known.set(sha256, digest);
    return digest;
  };
}
