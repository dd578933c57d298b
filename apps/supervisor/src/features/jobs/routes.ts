import { ArgusError } from '@argus/contract';
import { sameBytes } from '../../platform/crypto.ts';
import type { Context, Handlers } from '../../platform/http/operations.ts';
import { pageLink } from '../../platform/http/paging.ts';
import type { Platform } from '../../platform/platform.ts';
import { artifactView, sendFile } from '../files/index.ts';
import { shownDefinitions, visibleTask } from '../tasks/index.ts';
import { inputFiles, shownArguments, shownFiles } from './arguments.ts';
import { listActivity } from './activity.ts';
import { jobControlRoutes, type ControlServices } from './control-routes.ts';
import { countRunning, listJobs, listRunning } from './list.ts';
import type { JobRow } from './queries.ts';
import { listQueues, queueEntry } from './queue.ts';
import { taskOutlook } from './outlook.ts';
import { answerResult, type WaitQuery } from './result.ts';
import { runRoutes, type RunServices } from './run-routes.ts';
import { jobSecret } from './run.ts';
import { answerJob } from './secret-page.ts';
import { jobView } from './view.ts';
import { readStats } from './stats.ts';
import { visibleJob } from './visible.ts';

type JobOperations =
  | 'listJobs'
  | 'getJob'
  | 'getJobBySecret'
  | 'listRunningJobs'
  | 'countRunningJobs'
  | 'getJobStats'
  | 'listTaskActivity'
  | 'listQueues'
  | 'getQueueEntry'
  | 'getTaskOutlook'
  | 'getJobLifecycle'
  | 'getJobOutput'
  | 'getJobInput'
  | 'getJobFile'
  | 'listArtifacts'
  | 'getArtifact'
  | 'getJobResult'
  | 'postJobResult'
  | 'getJobResultBySecret'
  | 'postJobResultBySecret'
  | 'listAttempts'
  | keyof ReturnType<typeof runRoutes>
  | keyof ReturnType<typeof jobControlRoutes>;

export type JobRouteServices = RunServices & ControlServices;

export function jobRoutes(platform: Platform, services: JobRouteServices): Pick<Handlers, JobOperations> {
  const { db } = platform;
  const { queries } = services;

  async function jobBySecret(
    { id, secret }: { id: string; secret: string },
    namedCustomer: string | undefined,
    address: string,
  ): Promise<JobRow> {
    const right = sameBytes(Buffer.from(secret), Buffer.from(jobSecret(platform, id)));
    const job = right ? await queries.find(id) : undefined;
    if (job === undefined || (namedCustomer !== undefined && namedCustomer !== job.customer_name)) {
      await platform.throttle.wrongSecret(address);
      throw new ArgusError('wrong_secret');
    }
    return job;
  }

  type Waiting = Pick<Context, 'reply' | 'signal'> & { query: WaitQuery };
  function result({ query, reply, signal }: Waiting, { id }: JobRow) {
    const read = async () => {
      const row = await queries.find(id);
      return row && jobView(row);
    };
    const { bus, stopping } = platform;
    const job = { id, secret: jobSecret(platform, id) };
    return answerResult(reply, { bus, stopping, signal, read }, job, query);
  }

  return {
    ...runRoutes(platform, services),
    ...jobControlRoutes(platform, services),

    async listJobs({ caller, query, request, reply }) {
      const { rows, views, limit } = await listJobs(db, { caller, query });
      if (query.sort === undefined) pageLink(request, reply, rows, limit);
      return views;
    },

    listTaskActivity: ({ caller }) => listActivity(db, caller),

    async listRunningJobs({ caller, query }) {
      return listRunning(db, caller, query.limit ?? null);
    },

    async countRunningJobs({ caller }) {
      return (await countRunning(db, caller)).map(({ task_id, count }) => ({
        _id: { task: task_id },
        count,
      }));
    },

    async getJobStats({ caller, query }) {
      if (query.task !== undefined) await visibleTask(services.tasks, caller, query.task);
      return readStats(db, caller, query);
    },

    async listQueues({ caller, query }) {
      return listQueues(db, { caller, query });
    },

    async getQueueEntry({ caller, params, reply }) {
      const { id } = await visibleJob(queries, caller, params.id);
      const entry = await queueEntry(db, caller, id);
      // null alone would be sent as no body at all
      return entry ?? reply.type('application/json; charset=utf-8').send('null');
    },

    async getTaskOutlook({ caller, params }) {
      return taskOutlook(platform, caller, await visibleTask(services.tasks, caller, params.id));
    },

    async getJob({ caller, params }) {
      return jobView(await visibleJob(queries, caller, params.id));
    },

    async getJobBySecret({ params, namedCustomer, address, request, reply }) {
      const job = await jobBySecret(params, namedCustomer, address);
      return answerJob(jobView(job), params.secret, request, reply);
    },

    async getJobLifecycle({ caller, params, reply }) {
      // a string alone would be sent as text, not as JSON
      const { lifecycle } = await visibleJob(queries, caller, params.id);
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(lifecycle));
    },

    async getJobOutput({ caller, params }) {
      return (await visibleJob(queries, caller, params.id)).output;
    },

    async getJobInput({ caller, params, query }) {
      const job = await visibleJob(queries, caller, params.id);
      const values = shownArguments(job.arguments);
      if (query.include_definitions === undefined) return values;
      const definitions = await queries.definitions(job.task_id, job.task_version);
      return {
        task_arguments_values: values,
        task: { task_arguments: shownDefinitions(definitions) },
        files: inputFiles(job.arguments),
      };
    },

    async getJobFile({ caller, params, reply }) {
      const job = await visibleJob(queries, caller, params.id);
      const found = shownFiles(job.arguments).find(({ file }) => file === params.file);
      if (found === undefined) throw new ArgusError('not_found', 'The job has no such file to download.');
      return sendFile(services.files, found, reply);
    },

    async listArtifacts({ caller, params, query }) {
      const { id } = await visibleJob(queries, caller, params.id);
      return (await services.artifacts.queries.list(id, query.attempt ?? null)).map(artifactView);
    },

    async getArtifact({ caller, params, reply }) {
      const { id } = await visibleJob(queries, caller, params.id);
      const found = await services.artifacts.queries.find(id, params.artifact);
      if (found === undefined) throw new ArgusError('not_found', 'The job left no such file.');
      return sendFile(services.files, found, reply);
    },

    async getJobResult({ caller, params, ...call }) {
      return result(call, await visibleJob(queries, caller, params.id));
    },

    async postJobResult({ caller, params, ...call }) {
      return result(call, await visibleJob(queries, caller, params.id));
    },

    async getJobResultBySecret({ params, namedCustomer, address, ...call }) {
      return result(call, await jobBySecret(params, namedCustomer, address));
    },

    async postJobResultBySecret({ params, namedCustomer, address, ...call }) {
      return result(call, await jobBySecret(params, namedCustomer, address));
    },

    async listAttempts({ caller, params }) {
      const job = await visibleJob(queries, caller, params.id);
      return (await queries.attempts(job.id)).map((row) => ({
        ...row,
        assigned_at: row.assigned_at.toISOString(),
        started_at: row.started_at?.toISOString() ?? null,
        finished_at: row.finished_at?.toISOString() ?? null,
      }));
    },
  };
}
