import { aclKeys, ArgusError, isEnded, seesEverything } from '@argus/contract';
import { hashToken, sameBytes } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { idPage, pageLink } from '../../platform/http/paging.ts';
import type { Platform } from '../../platform/platform.ts';
import { visibleTo } from '../access/index.ts';
import { visibleTask, type TaskQueries, type TaskRow } from '../tasks/index.ts';
import type { JobQueries, JobRow } from './queries.ts';
import { readRun } from './rules.ts';
import { answerJob } from './secret-page.ts';
import { dynamicCount, type AnsweredJob, type Runner, type Starter } from './run.ts';
import { stopJob } from './statements/stop.ts';
import { jobView } from './view.ts';

type JobOperations =
  | 'runTask'
  | 'runTaskBySecret'
  | 'createJob'
  | 'createJobBySecret'
  | 'listJobs'
  | 'getJob'
  | 'getJobBySecret'
  | 'cancelJob'
  | 'listAttempts';

export interface JobRouteServices {
  queries: JobQueries;
  tasks: TaskQueries;
  run: Runner;
  /** Tells the bot that holds a job to stop it. */
  stop(hostId: string, attempt: { job: string; attempt: number; lease: string; why: string }): void;
}

/** A job that a caller may know of. Throws `not_found` for anything else. */
export async function visibleJob(queries: JobQueries, caller: Actor, id: string): Promise<JobRow> {
  const job = await queries.find(id);
  const visible =
    job !== undefined &&
    job.customer_id === caller.customer.id &&
    visibleTo(caller, { taskId: job.task_id, acls: job.acls, userId: job.user_id });
  if (!visible) throw new ArgusError('not_found');
  return job;
}

export function jobRoutes(
  { db, bus }: Platform,
  { queries, tasks, run, stop }: JobRouteServices,
): Pick<Handlers, JobOperations> {
  async function runFor(
    task: TaskRow,
    body: unknown,
    query: Record<string, unknown>,
    starter: Starter,
  ): Promise<AnsweredJob> {
    const { given, priority } = readRun(body, query, dynamicCount(task));
    return run(task, { given, priority }, starter);
  }

  function starterOf(caller: Actor, fromPage: boolean, address: string): Starter {
    return { origin: fromPage ? 'user' : 'api', userId: caller.userId, name: caller.name, address };
  }

  /** Unknown id and wrong secret are told alike, so that ids cannot be probed. */
  async function taskBySecret(id: string | undefined, secret: string): Promise<TaskRow> {
    const known = id !== undefined && /^[0-9a-f]{24}$/.test(id) ? await tasks.find(id) : undefined;
    if (known === undefined || !sameBytes(hashToken(secret), known.secret_hash))
      throw new ArgusError('wrong_secret');
    return known;
  }

  const bySecret = (address: string): Starter => ({
    origin: 'secret',
    userId: null,
    name: 'secret key',
    address,
  });

  return {
    async runTask({ caller, params, query, body, fromPage, address }) {
      return runFor(
        await visibleTask(tasks, caller, params.id),
        body,
        query,
        starterOf(caller, fromPage, address),
      );
    },

    async createJob({ caller, query, body, fromPage, address }) {
      const id = taskIdOf(body, query);
      return runFor(await visibleTask(tasks, caller, id), body, query, starterOf(caller, fromPage, address));
    },

    async runTaskBySecret({ params, namedCustomer, query, body, address, request, reply }) {
      const task = await taskBySecret(params.id, params.secret);
      assertNamed(task, namedCustomer);
      const job = await runFor(task, body, query, bySecret(address));
      return answerJob(job, job.secret, request, reply);
    },

    async createJobBySecret({ params, namedCustomer, query, body, address, request, reply }) {
      const task = await taskBySecret(readRun(body, query, 1).task, params.secret);
      assertNamed(task, namedCustomer);
      const job = await runFor(task, body, query, bySecret(address));
      return answerJob(job, job.secret, request, reply);
    },

    async getJobBySecret({ params: { id, secret }, namedCustomer, request, reply }) {
      const hash = /^[0-9a-f]{24}$/.test(id) ? await queries.secretHash(id) : undefined;
      const job = hash && sameBytes(hashToken(secret), hash) ? await queries.find(id) : undefined;
      if (job === undefined || (namedCustomer !== undefined && namedCustomer !== job.customer_name))
        throw new ArgusError('wrong_secret');
      return answerJob(jobView(job), secret, request, reply);
    },

    async listJobs({ caller, query, request, reply }) {
      const { limit, before = null } = idPage(query, 100);
      const rows = await queries.list({
        customerId: caller.customer.id,
        keys: seesEverything(caller.role) ? null : aclKeys(caller),
        userId: caller.userId,
        tasks: caller.tasks,
        task: query.task ?? null,
        lifecycle: query.lifecycle ?? null,
        state: query.state ?? null,
        before,
        limit,
      });
      pageLink(request, reply, rows, limit);
      return rows.map((row) => jobView(row));
    },

    async getJob({ caller, params }) {
      return jobView(await visibleJob(queries, caller, params.id));
    },

    async cancelJob({ caller, params, note }) {
      const job = await visibleJob(queries, caller, params.id);
      if (isEnded(job.lifecycle)) throw new ArgusError('already_ended');
      const outcome = await stopJob(db, job.id, { by: caller.name, why: 'canceled' });
      if (outcome.kind === 'ended') throw new ArgusError('already_ended');
      if (outcome.kind === 'requested')
        stop(outcome.host_id, {
          job: job.id,
          attempt: outcome.attempt,
          lease: outcome.lease,
          why: `stopped by ${caller.name}`,
        });
      bus.publish(`job:${job.id}`);
      note({ details: { task: job.task_id } });
      return undefined;
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

function taskIdOf(body: unknown, query: Record<string, unknown>): string {
  // the count of arguments is not known yet, and only matters for a body that is the argument itself
  const { task } = readRun(body, query, 1);
  if (task === undefined || !/^[0-9a-f]{24}$/.test(task))
    throw new ArgusError('invalid_id', 'task: send the id of the task to run', [
      { field: 'task', message: 'must be the id of a task' },
    ]);
  return task;
}

/** A secret runs its own task in its own organization; another name beside it is a mistake worth telling. */
function assertNamed(task: TaskRow, namedCustomer: string | undefined): void {
  if (namedCustomer !== undefined && namedCustomer !== task.customer_name)
    throw new ArgusError('wrong_secret');
}
