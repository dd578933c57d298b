import type { OperationId } from '@argus/contract';
import { until } from '@argus/testing';
import type { TestApp } from '../app.ts';
import { addTask } from '../objects.ts';
import { nothing, unique, type Sample } from './shared.ts';

export function workflowsSamples(app: TestApp) {
  const { demo, platform } = app;
  const { token } = demo.people.admin;
  const call = async (method: string, path: string, body?: object) =>
    (await app.request(method, path, { token, ...(body && { body }) })).body as { id: string };

  const graph = async () => {
    const task = (await addTask(platform, demo.id, { host_id: demo.host.id, script_id: demo.script.id })).id;
    return {
      name: `Workflow ${unique()}`,
      acls: ['viewer', 'user', 'manager'],
      steps: [
        { id: 'first', task },
        { id: 'second', task },
      ],
      edges: [{ from: 'first', to: 'second' }],
    };
  };
  const aWorkflow = async () => call('POST', '/workflow', await graph());
  const itsId = async () => ({ params: { id: (await aWorkflow()).id } });
  const aRun = async () => {
    const { id } = await aWorkflow();
    const run = await call('POST', `/workflow/${id}/job`, {});
    // its first step is started by somebody else: nothing of it changes any more
    await until(
      async () => (await app.db.once('select 1 from run_wakes where run_id = $1', [run.id])).length === 0,
    );
    return { params: { id, run: run.id } };
  };
  const withSecret = async () => {
    const { id } = await aWorkflow();
    const { secret } = (await call('GET', `/workflow/${id}/credentials`)) as unknown as { secret: string };
    return { params: { id, secret } };
  };
  const anEndedRun = async () => {
    const sample = await aRun();
    const { id, run } = sample.params;
    await app.db.once(
      `update workflow_runs set lifecycle = 'terminated', state = 'canceled', reason_code = 'canceled', reason = 'stopped by a test', finished_at = now() where id = $1`,
      [run],
    );
    return { params: { id, run } };
  };

  return {
    listWorkflows: nothing,
    getWorkflow: itsId,
    createWorkflow: async () => ({ body: await graph() }),
    replaceWorkflow: async () => ({ ...(await itsId()), body: { description: 'changed' } }),
    updateWorkflow: async () => ({ ...(await itsId()), body: { description: 'changed' } }),
    deleteWorkflow: itsId,
    listWorkflowVersions: itsId,
    getWorkflowVersion: async () => ({ params: { id: (await aWorkflow()).id, version: '1' } }),
    restoreWorkflow: async () => ({ ...(await itsId()), body: { version: 1 } }),
    pauseWorkflow: async () => ({ ...(await itsId()), body: { reason: 'a test' } }),
    async resumeWorkflow() {
      const sample = await itsId();
      await call('PUT', `/workflow/${sample.params.id}/pause`);
      return sample;
    },
    getWorkflowCredentials: itsId,
    changeWorkflowSecret: itsId,
    getWorkflowAcl: itsId,
    replaceWorkflowAcl: async () => ({ ...(await itsId()), body: { users: ['viewer', 'user', 'manager'] } }),
    updateWorkflowAcl: async () => ({ ...(await itsId()), body: { users: ['user'], action: 'add' } }),
    deleteWorkflowAcl: itsId,
    getWorkflowOutlook: itsId,
    runWorkflow: async () => ({ ...(await itsId()), body: {} }),
    runWorkflowBySecret: async () => ({ ...(await withSecret()), body: {} }),
    listWorkflowRuns: itsId,
    getWorkflowRun: aRun,
    listWorkflowRunJobs: aRun,
    cancelWorkflowRun: aRun,
    resumeWorkflowRun: async () => ({ ...(await anEndedRun()), body: { from: ['first'] } }),
    listWorkflowSchedules: itsId,
    createWorkflowSchedule: async () => ({ ...(await itsId()), body: { repeatEvery: '@daily' } }),
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
