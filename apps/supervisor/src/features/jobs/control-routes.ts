import { ArgusError, invalid, isEnded, type Job } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { changes } from '../audit/index.ts';
import { visibleTask, type TaskQueries } from '../tasks/index.ts';
import type { JobQueries } from './queries.ts';
import { lifecyclesToDelete } from './rules.ts';
import { deleteEnded } from './statements/delete.ts';
import { cancelWaitingOfTask, holdJob, prioritize, resumeJob } from './statements/hold.ts';
import { stopAnywhere, type Stopper } from './stop.ts';
import { jobView } from './view.ts';
import { visibleJob } from './visible.ts';

type ControlOperations =
  | 'cancelJob'
  | 'updateJob'
  | 'holdJob'
  | 'resumeJob'
  | 'emptyQueue'
  | 'deleteFinishedJobs';

export interface ControlServices {
  queries: JobQueries;
  tasks: TaskQueries;
  /** Tells the bot that holds a job to stop it. */
  stop: Stopper;
  /** A job ended: something may be to be started. */
  ended(): void;
  /** Jobs wait for this bot, or in this pool, again. */
  wake(queue: string): void;
}

/** What can be done with jobs that are there: stop, hold, let go, take off the queue, delete. */
export function jobControlRoutes(
  { db, bus }: Platform,
  { queries, tasks, stop, ended, wake }: ControlServices,
): Pick<Handlers, ControlOperations> {
  async function changed(caller: Actor, id: string): Promise<Job> {
    bus.publish(`job:${id}`);
    return jobView(await visibleJob(queries, caller, id));
  }

  return {
    async cancelJob({ caller, params, note }) {
      const job = await visibleJob(queries, caller, params.id);
      if (isEnded(job.lifecycle)) throw new ArgusError('already_ended');
      const isStopped = await stopAnywhere({ db, bus }, stop, job.id, { by: caller.name, why: 'canceled' });
      if (!isStopped) throw new ArgusError('already_ended');
      ended();
      note({ details: { task: job.task_id } });
      return undefined;
    },

    async updateJob({ caller, params, body: { priority }, note }) {
      const job = await visibleJob(queries, caller, params.id);
      const moved = await prioritize(db, job.id, priority);
      if (moved === undefined)
        throw new ArgusError(
          'conflict',
          `Only the priority of a job that waits can be changed: this one is ${job.lifecycle}.`,
        );
      const queue = moved.pool ?? moved.host_id;
      if (queue !== null) wake(queue);
      note({ details: { task: job.task_id, changed: changes({ priority: job.priority }, { priority }) } });
      return changed(caller, job.id);
    },

    async holdJob({ caller, params, note }) {
      const job = await visibleJob(queries, caller, params.id);
      if (!(await holdJob(db, job.id, `held by ${caller.name}`)))
        throw new ArgusError('conflict', `Only a job that waits can be held: this one is ${job.lifecycle}.`);
      note({ details: { task: job.task_id } });
      return changed(caller, job.id);
    },

    async resumeJob({ caller, params, note }) {
      const job = await visibleJob(queries, caller, params.id);
      const task = await tasks.find(job.task_id);
      if (job.lifecycle === 'onhold' && task?.paused)
        throw new ArgusError('conflict', 'The task of this job is paused: resume the task.');
      if (!(await resumeJob(db, job.id)))
        throw new ArgusError('conflict', `Only a job on hold can be let go: this one is ${job.lifecycle}.`);
      const queue = job.pool ?? job.host_id;
      if (queue !== null) wake(queue);
      note({ details: { task: job.task_id } });
      return changed(caller, job.id);
    },

    async emptyQueue({ caller, params, query, note }) {
      const task = await visibleTask(tasks, caller, params.id);
      const lifecycles = lifecyclesToDelete(query.lifecycle);
      const canceled = await cancelWaitingOfTask(db, task.id, `the queue was emptied by ${caller.name}`);
      for (const { id } of canceled) bus.publish(`job:${id}`);
      if (canceled.length > 0) ended();
      const deleted =
        lifecycles.length === 0
          ? 0
          : await deleteEnded(db, {
              customerId: task.customer_id,
              tasks: [task.id],
              lifecycles,
              before: null,
              // what this call canceled stays in the history, whatever lifecycles it deletes
              except: canceled.map(({ id }) => id),
            });
      note({
        target: { type: 'task', id: task.id },
        details: { name: task.name, canceled: canceled.length, deleted, lifecycles },
      });
      return { deletedCount: canceled.length + deleted };
    },

    async deleteFinishedJobs({ caller, query, note }) {
      const before = query.before === undefined ? null : new Date(query.before);
      if (before !== null && Number.isNaN(before.getTime()))
        throw invalid('before', 'must be an ISO 8601 time');
      const only = query.task === undefined ? caller.tasks : [query.task];
      if (query.task !== undefined) await visibleTask(tasks, caller, query.task);
      const deletedCount = await deleteEnded(db, {
        customerId: caller.customer.id,
        tasks: only,
        lifecycles: null,
        before,
        except: [],
      });
      note({
        details: { task: query.task ?? null, before: before?.toISOString() ?? null, deleted: deletedCount },
      });
      return { deletedCount };
    },
  };
}
