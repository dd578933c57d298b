import type { OperationId } from '@argus/contract';
import type { TestApp } from '../app.ts';
import { jobSecret } from '../../features/jobs/index.ts';
import { newId } from '../../platform/ids.ts';
import { nothing, startJob, succeed, type Sample } from './shared.ts';

/** Puts a file beside the arguments of a job; answers its id. */
/** Gives a job one more argument: a file of one byte. Answers the file's id. */
export async function addFile({ db, demo }: TestApp, job: string): Promise<string> {
  const id = newId();
  const named = JSON.stringify([{ file: id, filename: 'a.txt', size: 1, sha256: 'a'.repeat(64) }]);
  await db.once(
    `insert into files (id, customer_id, filename, mimetype, size, sha256) values ($1, $2, 'a.txt', 'text/plain', 1, repeat('a', 64))`,
    [id, demo.id],
  );
  await db.once(`insert into file_chunks (file_id, seq, data) values ($1, 0, 'a')`, [id]);
  await db.once(`insert into job_files (job_id, file_id) values ($1, $2)`, [job, id]);
  await db.once(`update jobs set arguments = arguments || $2::jsonb where id = $1`, [job, named]);
  return id;
}

/** A file that the first attempt of a job left; answers its id. */
async function addArtifact(app: TestApp, job: string): Promise<string> {
  const id = await addFile(app, job);
  await app.db.once(
    `insert into artifacts (file_id, job_id, attempt, name, size, sha256, received, settled)
     values ($1, $2, 1, 'out/a.txt', 1, repeat('a', 64), 1, true)`,
    [id, job],
  );
  return id;
}

export function jobsSamples(app: TestApp) {
  const { demo } = app;
  const aJob = async () => ({ params: { id: await startJob(app) } });
  const anEndedJob = async () => {
    const id = await startJob(app);
    await app.request('PUT', `/job/${id}/cancel`, { token: demo.people.admin.token });
    return { params: { id } };
  };

  const aSuccess = async () => ({ params: { id: await succeed(app, await startJob(app)) } });
  const aSuccessWithSecret = async () => {
    const { params } = await aSuccess();
    return { params: { ...params, secret: jobSecret(app.platform, params.id) } };
  };

  return {
    listJobs: nothing,
    createJob: async () => ({ body: { task: demo.task.id, task_arguments: [] } }),
    createJobBySecret: async () => ({
      params: { secret: demo.task.secret },
      body: { customer: 'demo', task: demo.task.id },
    }),
    listRunningJobs: nothing,
    countRunningJobs: nothing,
    getJobStats: nothing,
    listTaskActivity: nothing,
    listQueues: nothing,
    getQueueEntry: aJob,
    getJobLifecycle: aJob,
    getJobOutput: aJob,
    getJobInput: aJob,
    getJobFile: async () => {
      const id = await startJob(app);
      return { params: { id, file: await addFile(app, id) } };
    },
    listArtifacts: aJob,
    getArtifact: async () => {
      const id = await startJob(app);
      return { params: { id, artifact: await addArtifact(app, id) } };
    },
    getJobResult: aSuccess,
    postJobResult: aSuccess,
    getJobResultBySecret: aSuccessWithSecret,
    postJobResultBySecret: aSuccessWithSecret,
    updateJob: async () => ({ ...(await aJob()), body: { priority: 50 } }),
    holdJob: aJob,
    resumeJob: async () => {
      const sample = await aJob();
      await app.request('PUT', `/job/${sample.params.id}/hold`, { token: demo.people.admin.token });
      return sample;
    },
    restartJob: async () => ({ ...(await anEndedJob()), body: { task_arguments: [] } }),
    repeatJob: aJob,
    deleteFinishedJobs: nothing,
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
    listJobLogLines: aJob,
    searchJobLog: aJob,
    followJobLog: anEndedJob,
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
