import {
  PROTOCOL_VERSION,
  type ArtifactsWanted,
  type Instruction,
  type OperationId,
  type PollRequest,
  type RunInstruction,
} from '@argus/contract';
import { newId } from '../../platform/ids.ts';
import type { TestApp } from '../app.ts';
import { addHost, addTask } from '../objects.ts';
import { nothing, startJob, unique, type Sample } from './shared.ts';

const aPoll = { protocol: PROTOCOL_VERSION, boot: 'a boot id', slots: 1000, attempts: [] };

export function botsSamples(app: TestApp) {
  const { db, demo } = app;
  const aCode = async () => {
    const { body } = await app.request('POST', '/host/enrollment', {
      token: demo.people.admin.token,
      body: {},
    });
    return { params: { id: body.id as string } };
  };

  /** A run of a task that takes a file, in the hands of its bot. */
  const aFileRun = async (): Promise<RunInstruction> => {
    const task = await addTask(app.platform, demo.id, {
      host_id: demo.host.id,
      script_id: demo.script.id,
      task_arguments: [{ order: 0, type: 'file', label: 'File' }],
    });
    await app.request('POST', `/task/${task.id}/job`, {
      token: demo.people.admin.token,
      body: ['data:text/plain;name=a.txt;base64,aGVsbG8='],
    });
    // as a bot does, it names what it was given and says what it does not know: else it is told nothing else
    const attempts: PollRequest['attempts'] = [];
    let unknown: PollRequest['unknown'];
    for (;;) {
      const { body } = await app.request('POST', '/bot/poll', {
        token: demo.host.credential,
        body: { ...aPoll, attempts, unknown },
      });
      unknown = body.missed;
      for (const one of body.instructions as Instruction[]) {
        const { job, attempt, lease } = one;
        if (one.type === 'run') attempts.push({ job, attempt, lease, phase: 'accepted' });
      }
      const runs = (body.instructions as Instruction[]).filter((one) => one.type === 'run');
      const run = runs.find(({ task_id }) => task_id === task.id);
      if (run) return run;
    }
  };
  const anOffer = async () => {
    const { job, attempt, lease } = await aFileRun();
    const files = [{ name: 'a', size: 1, sha256: 'a'.repeat(64) }];
    return { body: { job, attempt, lease, files, left_out: null } };
  };

  return {
    listHosts: nothing,
    getHost: async () => ({ params: { id: demo.host.id } }),
    updateHost: async () => ({
      params: { id: (await addHost(db, demo.id, `h-${unique()}`)).id },
      body: { disabled: true },
    }),
    deleteHost: async () => ({ params: { id: (await addHost(db, demo.id, `h-${unique()}`)).id } }),
    createEnrollment: async () => ({ body: { hostname: `h-${unique()}` } }),
    listEnrollments: nothing,
    deleteEnrollment: aCode,
    getEnrollment: aCode,
    enrollBot: async () => {
      const hostname = `h-${unique()}`;
      const { body } = await app.request('POST', '/host/enrollment', {
        token: demo.people.admin.token,
        body: { hostname },
      });
      return { body: { code: body.code, hostname } };
    },
    pollBot: async () => {
      // a poll is answered at once where something waits for its bot
      await startJob(app);
      return { body: aPoll };
    },
    postBotEvents: async () => ({
      body: {
        protocol: PROTOCOL_VERSION,
        events: [
          { type: 'started', job: newId(), attempt: 1, lease: 'no lease of anybody', pid: 1, age_ms: 0 },
        ],
      },
    }),
    getBotFile: async () => {
      const { files = [] } = await aFileRun();
      return { params: { id: files[0]?.id as string } };
    },
    offerArtifacts: anOffer,
    sendArtifact: async () => {
      const { body } = await app.request('POST', '/bot/artifacts', {
        token: demo.host.credential,
        ...(await anOffer()),
      });
      return { params: { id: (body.wanted as ArtifactsWanted['wanted'])[0]?.id as string }, body: 'a' };
    },
    getBotScript: async () => ({ params: { sha256: demo.script.sha256 } }),
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
