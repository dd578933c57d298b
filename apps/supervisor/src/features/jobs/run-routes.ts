import { ArgusError, isEnded, type Job, type OperationId } from '@argus/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hashToken, sameBytes } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Upload } from '../../platform/http/multipart.ts';
import { Outdated, type Context, type Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Artifacts, Files } from '../files/index.ts';
import { visibleTask, type TaskQueries, type TaskRow } from '../tasks/index.ts';
import { givenAgain } from './arguments.ts';
import { idempotencyKey, onceForKey } from './idempotency.ts';
import { jobFilesFor } from './job-files.ts';
import type { JobQueries, JobRow } from './queries.ts';
import { redirectToResult, type WaitQuery } from './result.ts';
import { readRun, takesTheSame } from './rules.ts';
import { dynamicCount, jobSecret, type CreatedAnswer, type Runner, type Starter } from './run.ts';
import { answerJob } from './secret-page.ts';
import { jobView } from './view.ts';
import { visibleJob } from './visible.ts';

type RunOperations =
  | 'runTask'
  | 'runTaskBySecret'
  | 'createJob'
  | 'createJobBySecret'
  | 'restartJob'
  | 'repeatJob';

export interface RunServices {
  queries: JobQueries;
  tasks: TaskQueries;
  run: Runner;
  files: Pick<Files, 'receive' | 'read'>;
  artifacts: Pick<Artifacts, 'queries'>;
  /** E-mails of the members that a run is assigned to. */
  assigned(customerId: string, entries: readonly string[]): Promise<string[]>;
}

/** One call that wants a job, wherever it came in. */
interface RunCall {
  /** What becomes of the job in the answer; the job itself where left out. */
  answer?: typeof answerJob;
  body: unknown;
  upload: Upload | undefined;
  query: WaitQuery & Record<string, unknown>;
  request: FastifyRequest;
  reply: FastifyReply;
  fromMemory: boolean;
  /** Who may give files of jobs that they see; nobody by a secret. */
  seer?: Actor;
}

/** Runs that rest on what was remembered: the statement that makes the job checks it. */
export const REMEMBERING: ReadonlySet<OperationId> = new Set([
  'runTask',
  'createJob',
  'runTaskBySecret',
  'createJobBySecret',
]);

/** Finds a job as whoever made it was answered. */
export function createdJob(platform: Pick<Platform, 'box'>, queries: Pick<JobQueries, 'find'>) {
  return async (id: string): Promise<CreatedAnswer | undefined> => {
    const row = await queries.find(id);
    return row && { ...jobView(row), secret: jobSecret(platform, id) };
  };
}

/** Everything that makes a job. */
export function runRoutes(
  platform: Platform,
  { queries, tasks, run, files, artifacts, assigned }: RunServices,
): Pick<Handlers, RunOperations> {
  const { db } = platform;
  const earlier = { jobs: queries, artifacts: artifacts.queries };

  /**
   * The task whose secret key this is. Unknown id and wrong secret are told alike, so that ids cannot be probed. A
   * secret runs its own task in its own organization; another name beside it is a mistake worth telling.
   */
  async function taskBySecret(
    id: string | undefined,
    secret: string,
    { namedCustomer, address, fromMemory }: Pick<Context, 'namedCustomer' | 'address' | 'fromMemory'>,
  ): Promise<TaskRow> {
    const recalled = fromMemory && id !== undefined ? tasks.recall(id) : undefined;
    const known =
      recalled ?? (id !== undefined && /^[0-9a-f]{24}$/.test(id) ? await tasks.find(id) : undefined);
    // a guess is counted once: when the database refuses it
    if (fromMemory && (known === undefined || !sameBytes(hashToken(secret), known.secret_hash)))
      throw new Outdated();
    if (known === undefined || !sameBytes(hashToken(secret), known.secret_hash)) {
      await platform.throttle.wrongSecret(address);
      throw new ArgusError('wrong_secret');
    }
    if (namedCustomer !== undefined && namedCustomer !== known.customer_name)
      throw new ArgusError('wrong_secret');
    return known;
  }

  /** The task that a caller runs. Where both are remembered they must be of one moment. */
  async function taskFor(caller: Actor, id: string, { fromMemory }: Pick<RunCall, 'fromMemory'>) {
    const task = await visibleTask(tasks, caller, id, { recalled: fromMemory });
    if (fromMemory && task.epoch !== caller.epoch) throw new Outdated();
    return task;
  }

  const findCreated = createdJob(platform, queries);

  /** Stores the files that come with a run, once it is known who may run what. Where no job came of it they go again. */
  async function withFiles<T>(
    task: TaskRow,
    { body, upload }: Pick<RunCall, 'body' | 'upload'>,
    use: (whole: unknown) => Promise<T>,
  ): Promise<T> {
    if (upload === undefined) return use(body);
    const received = await files.receive(upload, task);
    try {
      return await use(received.body);
    } catch (error) {
      await received.takeBack();
      throw error;
    }
  }

  /** `scope`: who calls, for their Idempotency-Key. */
  function runFor(task: TaskRow, call: RunCall, starter: Starter, scope: string) {
    return withFiles(task, call, (body) => runWith(task, { ...call, body }, starter, scope));
  }

  async function runWith(
    task: TaskRow,
    { body, query, request, reply, fromMemory, seer, answer = (job) => job }: RunCall,
    starter: Starter,
    scope: string,
  ) {
    const { given, hasValues, priority, hold, wait, assignee } = readRun(body, query, dynamicCount(task));
    const assignees = await assigned(task.customer_id, assignee);
    // a task that collects input asks its people for what nobody sent
    const ask = task.type === 'input' && !hasValues && given.length === 0;
    const make = (id?: string) =>
      run(
        task,
        {
          given,
          jobFiles: seer && jobFilesFor(earlier, seer, { task: task.id }),
          priority,
          hold,
          epoch: fromMemory ? task.epoch : null,
          ask,
          assignees,
          ...(id !== undefined && { id }),
        },
        starter,
      );
    const key = idempotencyKey(request, task.customer_id, scope, [
      task.id,
      given,
      priority,
      hold,
      ...assignees,
    ]);
    const job = key ? await onceForKey(db, key, make, findCreated) : await make();
    return wait ? redirectToResult(reply, job, query) : answer(job, job.secret, request, reply);
  }

  function taskOf(job: JobRow, caller: Actor): Promise<TaskRow> {
    if (job.origin === 'trial')
      throw new ArgusError('conflict', 'It was a trial of a script: try the script again.');
    return visibleTask(tasks, caller, job.task_id);
  }

  /** Whether the values of a job mean the same to its task now: none may come to stand where it would be shown. */
  async function fitsAgain(job: JobRow, task: TaskRow): Promise<boolean> {
    if (job.task_version === task.version) return true;
    const before = await queries.definitions(job.task_id, job.task_version);
    return job.arguments.length === before.length && takesTheSame(before, task.task_arguments);
  }

  /**
   * Runs the task of a job again, as it is now, with the values that job was started with: masked ones too, which
   * nobody gets to see. A task whose arguments are others by now has no use for them.
   */
  async function repeat(
    job: JobRow,
    starter: Starter,
    caller: Actor,
    options: { given?: readonly unknown[]; id?: string } = {},
  ): Promise<Job> {
    const task = await taskOf(job, caller);
    if (options.given === undefined && !(await fitsAgain(job, task)))
      throw new ArgusError(
        'conflict',
        'The arguments of the task have changed since: run the task with new values.',
      );
    const given = options.given ?? givenAgain(platform.box, job.arguments);
    const { priority, assignees } = job;
    const jobFiles = options.given && jobFilesFor(earlier, caller, { task: task.id });
    return run(task, { ...options, given, jobFiles, priority, assignees, repeatOf: job.id }, starter);
  }

  return {
    async runTask({ caller, params, fromPage, address, ...call }) {
      const task = await taskFor(caller, params.id, call);
      return runFor(
        task,
        { ...call, seer: caller },
        starterOfCaller(caller, fromPage, address),
        caller.tokenId,
      );
    },

    async createJob({ caller, fromPage, address, ...call }) {
      const task = await taskFor(caller, taskIdOf(call.body, call.query), call);
      return runFor(
        task,
        { ...call, seer: caller },
        starterOfCaller(caller, fromPage, address),
        caller.tokenId,
      );
    },

    async runTaskBySecret({ params, namedCustomer, address, ...call }) {
      const task = await taskBySecret(params.id, params.secret, { ...call, namedCustomer, address });
      return runFor(task, { ...call, answer: answerJob }, bySecret(address), task.id);
    },

    async createJobBySecret({ params, namedCustomer, address, ...call }) {
      const { task: id } = readRun(call.body, call.query, 1);
      const task = await taskBySecret(id, params.secret, { ...call, namedCustomer, address });
      return runFor(task, { ...call, answer: answerJob }, bySecret(address), task.id);
    },

    async restartJob({ caller, params, body, upload, fromPage, address, note }) {
      const job = await visibleJob(queries, caller, params.id);
      if (!isEnded(job.lifecycle))
        throw new ArgusError('conflict', 'Only an ended job can be restarted: cancel it first.');
      const task = await taskOf(job, caller);
      const made = await withFiles(task, { body, upload }, (whole) => {
        const { given, hasValues } = readRun(whole, {}, dynamicCount(task));
        return repeat(job, starterOfCaller(caller, fromPage, address), caller, hasValues ? { given } : {});
      });
      note({ details: { task: job.task_id, job: made.id } });
      return made;
    },

    async repeatJob({ caller, params, fromPage, address, request, note }) {
      const job = await visibleJob(queries, caller, params.id);
      const make = (id?: string) =>
        repeat(job, starterOfCaller(caller, fromPage, address), caller, id === undefined ? {} : { id });
      const key = idempotencyKey(request, job.customer_id, caller.tokenId, ['repeat', job.id]);
      const made = key ? await onceForKey(db, key, make, findCreated) : await make();
      note({ details: { task: job.task_id, job: made.id } });
      return made;
    },
  };
}

export function starterOfCaller(caller: Actor, fromPage: boolean, address: string): Starter {
  return { origin: fromPage ? 'user' : 'api', userId: caller.userId, name: caller.name, address };
}

function bySecret(address: string): Starter {
  return { origin: 'secret', userId: null, name: 'secret key', address };
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
