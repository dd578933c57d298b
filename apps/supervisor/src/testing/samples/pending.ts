import type { OperationId } from '@argus/contract';
import { until } from '@argus/testing';
import type { TestApp } from '../app.ts';
import { addFile } from './jobs.ts';
import { nothing, unique, type Sample } from './shared.ts';

const EVERYBODY = ['viewer', 'user', 'manager', 'admin', 'owner'];

export function pendingSamples(app: TestApp) {
  const { demo, platform } = app;
  const call = async (method: string, path: string, body: object) =>
    (await app.request(method, path, { token: demo.people.admin.token, body })).body as { id: string };

  const waiting = async (values: object) => {
    // a push to the browser of another sample, which nobody takes, would be tried again for hours
    await app.db.once('delete from push_devices', []);
    const task = await call('POST', '/task', { name: `Asks ${unique()}`, acls: EVERYBODY, ...values });
    const { id } = await call('POST', `/task/${task.id}/job`, {});
    // its people are told by somebody else: nothing of it changes any more
    await until(
      async () =>
        (await app.db.once('select 1 from pending where job_id = $1 and told_at is not null', [id])).length >
        0,
    );
    return id;
  };
  const anApproval = () => waiting({ type: 'approval', approval: { people: EVERYBODY } });
  const byId = async () => ({ params: { id: await anApproval() } });
  const byLink = async () => {
    const id = await anApproval();
    const { user_id } = (
      await app.db.once<{ user_id: string }>(
        `select p ->> 'user_id' as user_id from pending, jsonb_array_elements(people) p where job_id = $1 limit 1`,
        [id],
      )
    )[0] as { user_id: string };
    return { params: { id, user: user_id, key: platform.box.derive(`approval ${id} ${user_id}`) } };
  };

  return {
    listPending: nothing,
    getPending: byId,
    approveJob: async () => ({ ...(await byId()), body: { reason: 'fine' } }),
    rejectJob: async () => ({ ...(await byId()), body: { reason: 'not now' } }),
    giveJobInput: async () => ({
      params: {
        id: await waiting({
          type: 'input',
          task_arguments: [{ type: 'input', label: 'Amount' }],
          inputs: { who: 'fixed', people: EVERYBODY },
        }),
      },
      body: { task_arguments: ['250'] },
    }),
    delegateJob: async () => {
      const id = await anApproval();
      const email = `${unique()}@example.org`;
      await call('POST', '/member', { user: { name: 'Bo', email }, credential: 'viewer' });
      return { params: { id }, body: { to: email } };
    },
    getApprovalFile: async () => {
      const { params } = await byLink();
      return { params: { ...params, file: await addFile(app, params.id) } };
    },
    showApproval: byLink,
    decideByLink: async () => ({ ...(await byLink()), body: { decision: 'approve' } }),
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
