import type { OperationId } from '@argus/contract';
import type { TestApp } from '../app.ts';
import { addAgent } from '../objects.ts';
import { nothing, unique, type Sample } from './shared.ts';

export function agentsSamples(app: TestApp) {
  const { db, demo } = app;
  const { agent } = demo;
  const ofHost = { params: { hostname: agent.hostname } };
  const aJob = async (): Promise<string> =>
    (await app.request('POST', `/task/${agent.taskId}/job`, { token: demo.people.admin.token })).body.id;
  /** A job that the agent has: its answer was written. */
  const aTakenJob = async (): Promise<string> => {
    const id = await aJob();
    await app.request('GET', '/agent/job', { token: agent.token });
    const lifecycle = async () =>
      (await app.request('GET', `/job/${id}`, { token: demo.people.admin.token })).body.lifecycle;
    while ((await lifecycle()) !== 'started');
    return id;
  };

  return {
    listAgentCredentials: nothing,
    createAgentCredential: async () => ({ body: { hostname: `h-${unique()}`, slots: 1 } }),
    deleteAgentCredential: async () => ({
      params: { id: (await addAgent(db, demo.id, `h-${unique()}`)).id },
    }),
    loginAgent: async () => ({ body: { client_id: agent.id, client_secret: agent.secret } }),
    registerAgent: async () => ({
      body: { hostname: agent.hostname, version: '2.1.1', info: { platform: 'linux', arch: 'x64' } },
    }),
    registerOldAgent: async () => ({ ...ofHost, body: { version: '0.9.8', info: { platform: 'linux' } } }),
    getAgentConfig: async () => ofHost,
    keepAgentAlive: async () => ofHost,
    takeAgentJobs: async () => {
      await aJob();
      return {};
    },
    downloadAgentScript: async () => {
      await aTakenJob();
      return { params: { id: demo.script.id } };
    },
    endAgentJob: async () => ({
      params: { id: await aTakenJob() },
      body: {
        result: {
          state: 'hello',
          data: { code: 0, log: 'hello\n', lastline: 'hello', signal: null, killed: false },
        },
      },
    }),
    postAgentDstat: async () => ({ ...ofHost, body: { dstat: { cpu: 1 } } }),
    postAgentPsaux: async () => ({ ...ofHost, body: { psaux: [] } }),
    patchAgentResource: async () => ({ params: { id: agent.hostId }, body: { state: 'success' } }),
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
