import { PROTOCOL_VERSION, type OperationId } from '@argus/contract';
import { newId } from '../../platform/ids.ts';
import type { TestApp } from '../app.ts';
import { addHost } from '../objects.ts';
import { nothing, startJob, unique, type Sample } from './shared.ts';

export function botsSamples(app: TestApp) {
  const { db, demo } = app;

  return {
    listHosts: nothing,
    getHost: async () => ({ params: { id: demo.host.id } }),
    updateHost: async () => ({
      params: { id: (await addHost(db, demo.id, `h-${unique()}`)).id },
      body: { disabled: true },
    }),
    deleteHost: async () => ({ params: { id: (await addHost(db, demo.id, `h-${unique()}`)).id } }),
    createEnrollment: async () => ({ body: { hostname: `h-${unique()}` } }),
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
      return { body: { protocol: PROTOCOL_VERSION, boot: 'a boot id', slots: 1000, attempts: [] } };
    },
    postBotEvents: async () => ({
      body: {
        protocol: PROTOCOL_VERSION,
        events: [
          { type: 'started', job: newId(), attempt: 1, lease: 'no lease of anybody', pid: 1, age_ms: 0 },
        ],
      },
    }),
    getBotScript: async () => ({ params: { sha256: demo.script.sha256 } }),
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
