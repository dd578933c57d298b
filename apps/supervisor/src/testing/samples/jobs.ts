import type { OperationId } from '@argus/contract';
import type { TestApp } from '../app.ts';
import { nothing, startJob, type Sample } from './shared.ts';

export function jobsSamples(app: TestApp) {
  const { demo } = app;
  const aJob = async () => ({ params: { id: await startJob(app) } });
  const anEndedJob = async () => {
    const id = await startJob(app);
    await app.request('PUT', `/job/${id}/cancel`, { token: demo.people.admin.token });
    return { params: { id } };
  };

  return {
    listJobs: nothing,
    createJob: async () => ({ body: { task: demo.task.id, task_arguments: [] } }),
    createJobBySecret: async () => ({
      params: { secret: demo.task.secret },
      body: { customer: 'demo', task: demo.task.id },
    }),
    getJob: aJob,
    getJobBySecret: async () => {
      const { body } = await app.request('POST', `/task/${demo.task.id}/job`, {
        token: demo.people.admin.token,
      });
      return { params: { id: body.id as string, secret: body.secret as string } };
    },
    cancelJob: aJob,
    listAttempts: aJob,
    getJobLog: aJob,
    followJobLog: anEndedJob,
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
