import {
  ArgusError,
  dynamicArguments,
  resolveArguments,
  LOST_AFTER_DEFAULT_S,
  TIMEOUT_DEFAULT_S,
  type ArgumentDefinition,
  type Cause,
  type Job,
  type Origin,
  type RunPolicy,
} from '@argus/contract';
import { createBatcher } from '../../platform/batcher.ts';
import { isStillReferenced, isUniqueViolation } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { Outdated } from '../../platform/http/operations.ts';
import { matches } from '../../platform/pattern.ts';
import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import { shownArgument, type FileArgument, type Files } from '../files/index.ts';
import { isLimited, openDefinitions, problemsOf, type TaskRow } from '../tasks/index.ts';
import { sealArguments } from './arguments.ts';
import type { JobFiles } from './job-files.ts';
import type { ClaimedJob } from './statements/columns.ts';
import { createJobs, handedOut, type CreatedJob, type NewJob, type NewPending } from './statements/create.ts';
import { HELD } from './statements/hold.ts';
import { jobView } from './view.ts';

/** Who starts a job and from where. */
export interface Starter {
  origin: Origin;
  userId: string | null;
  /** For people: an e-mail, `token "name"`, `secret key`. */
  name: string;
  address: string;
}

/** What hands jobs to bots; the dispatcher implements it. */
export interface Counter {
  /** Takes the bots that wait here out of other hands while a batch is created; false keys are not waiting. */
  reserve(hostIds: readonly string[]): { hosts: string[]; release(): void };
  deliver(jobs: readonly ClaimedJob[]): void;
  /** Jobs wait for this bot, or in this pool, now, wherever polls are held. */
  wake(queue: string): void;
}

export interface RunOptions {
  /** Values as sent. */
  given: readonly unknown[];
  /** Finds the files of earlier jobs among them. Throws `invalid_arguments` where one cannot be had. */
  jobFiles?: JobFiles | undefined;
  priority?: number | undefined;
  hold?: boolean;
  /** The job whose values these are. */
  repeatOf?: string;
  /** The id that the job gets; a new one where left out. */
  id?: string;
  /** `customers.epoch` that caller and task were read with, where the job must rest on it. */
  epoch?: number | null;
  /** What started it, where that was no person. */
  automatic?: Automatic;
  /** Whether its people are asked for the arguments; if left out, where it starts by itself. */
  ask?: boolean;
  /** Members who act for its starter: e-mails. */
  assignees?: readonly string[];
}

/** Asks people where a task waits for them; `features/pending` implements it. */
export type AskPeople = (
  task: TaskRow,
  kind: NewPending['kind'],
  about: {
    starter: Starter;
    assignees: readonly string[];
    /** The jobs that led to it. */
    previous: readonly string[];
    /** What started it, where that was no person: jobs and runs of workflows. */
    causes: Causes;
  },
) => Promise<NewPending>;

export interface Causes {
  jobs: readonly string[];
  runs: readonly string[];
}

/** What of a script a job keeps. */
export interface RunScript {
  id: string;
  /** Null where what runs is no version of it. */
  version: number | null;
  filename: string;
  sha256: string;
  size: number;
}

export interface RunnerParts {
  counter: Counter;
  files: Pick<Files, 'keep'>;
  askPeople: AskPeople;
  /** What sends the request of an HTTP task from a bot. */
  httpScript: RunScript;
  /** A job was made that waits for people. */
  asked(): void;
  /** A job was made that needs no bot. */
  forSupervisor(): void;
  /** A job ended as it was made. */
  ended(): void;
}

export interface Automatic {
  /** Used once ever: a second start with it makes nothing. */
  once: string;
  cause: Cause;
  /** Automatic starts in a row, with this one. */
  depth: number;
  scheduleId: string | null;
  step?: StepOfRun | undefined;
}

/** The step of a workflow's run that a job is, with what it has otherwise than its task. */
export interface StepOfRun {
  run_id: string;
  step_id: string;
  policy: RunPolicy | null;
  /** Seconds. */
  timeout: number | null;
  priority: number | null;
  /** Seconds before it may start. */
  delay: number;
  /** Who may see the run sees its jobs. */
  acls: readonly string[];
  assignees: readonly string[];
  /** The jobs that led to it. */
  previous: readonly string[];
  /** Its arguments were given by who started the run. */
  isGiven: boolean;
}

export type CreatedAnswer = Job & { secret: string };
export type Runner = (task: TaskRow, options: RunOptions, starter: Starter) => Promise<CreatedAnswer>;

/** A job's own secret: reads its result without a token. It is derived, so that it can be told again. */
export function jobSecret({ box }: Pick<Platform, 'box'>, id: string): string {
  return box.derive(`job ${id}`);
}

/**
 * Makes jobs. A call answers only after its job is committed; calls of the same moment share a statement.
 * Throws `cannot_run` for a task without bot, script or a fixed value, `invalid_arguments` that names each wrong value,
 * Outdated where the `epoch` it was to rest on is over, or the key of an automatic start was used before.
 */
export function createRunner(
  platform: Pick<Platform, 'db' | 'metrics' | 'box' | 'bus'>,
  { counter, files, askPeople, httpScript, asked, forSupervisor, ended }: RunnerParts,
): Runner {
  const { db, metrics, box } = platform;
  const create = createBatcher<NewJob, CreatedJob | undefined>(
    async (jobs) => {
      try {
        return await createTogether(jobs);
      } catch (error) {
        if (!isStillReferenced(error) && !isUniqueViolation(error)) throw error;
        // a task or bot that was deleted in this moment, or a job that is there already: only that one fails
        const alone = await Promise.allSettled(jobs.map((job) => createTogether([job])));
        return alone.map((result) =>
          result.status === 'fulfilled' ? result.value[0] : asError(result.reason),
        );
      }
    },
    // 200 rows keep one statement below 20 ms; two under way overlap one's commit with the other's work
    { max: 200, concurrency: 2, fairBy: ({ customer_id }) => customer_id },
  );

  async function createTogether(jobs: readonly NewJob[]): Promise<(CreatedJob | undefined)[]> {
    const { hosts, release } = counter.reserve(jobs.flatMap(({ host_id }) => host_id ?? []));
    try {
      const created = await createJobs(db, jobs, hosts);
      step('job.created');
      counter.deliver(jobs.flatMap((job, place) => handedOut(job, created[place]) ?? []));
      return created;
    } finally {
      release();
    }
  }

  return async (
    task,
    {
      given,
      jobFiles,
      priority,
      hold = false,
      repeatOf,
      id = newId(),
      epoch = null,
      automatic,
      ask,
      assignees = [],
    },
    starter,
  ) => {
    const problems = problemsOf(task);
    if (problems.length > 0) throw new ArgusError('cannot_run', problems.join(' '));
    const queue = task.type === 'script' || task.type === 'http' ? (task.pool_id ?? task.host_id) : null;
    const script = queue === null ? null : task.type === 'http' ? httpScript : scriptOf(task);
    const definitions = openDefinitions(box, task.task_arguments);
    const step = automatic?.step;
    const asksForInput =
      (task.settings.inputs ?? null) !== null && (ask ?? (automatic !== undefined && step?.isGiven !== true));
    const { values, errors } = resolveArguments(definitions, given, {
      matches,
      ...(jobFiles && { jobFile: await jobFiles(definitions, given) }),
    });
    if (errors.length > 0 && !asksForInput)
      throw new ArgusError(
        'invalid_arguments',
        errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
        errors,
      );
    const actors = [...(step?.assignees ?? assignees)];
    const kind = asksForInput ? 'input' : task.type === 'approval' ? 'approval' : undefined;
    const previous = step?.previous ?? previousOf(automatic?.cause);
    const pending =
      kind === undefined
        ? null
        : await askPeople(task, kind, {
            starter,
            assignees: actors,
            previous,
            causes: causesOf(automatic),
          });
    const kept = await files.keep(task.customer_id, id, completed(definitions, values));
    const isDone = task.type === 'input' && !asksForInput;
    // what waits for people, or has nothing to do, cannot be let go by anybody
    const isHeld = pending !== null || (hold && !isDone);

    const delay = step?.delay || null;
    const isCounted = queue !== null && isLimited(task);
    // what waits for its time waits where a claim counts
    const limited = isCounted || (queue !== null && delay !== null && !task.multitasking);
    const policy = { ...task.policy, ...step?.policy };
    const job: NewJob = {
      id,
      customer_id: task.customer_id,
      task_id: task.id,
      task_version: task.version,
      name: task.name,
      // what has to be counted, or may go to several bots, waits in its queue and belongs to none of them yet
      ...(task.pool_id !== null || limited || delay !== null
        ? { host_id: null, pool: queue }
        : { host_id: queue, pool: null }),
      limited,
      exclusive: queue !== null && !task.multitasking && !isCounted,
      priority: step?.priority ?? priority ?? task.priority,
      timeout: step?.timeout ?? task.timeout ?? TIMEOUT_DEFAULT_S,
      lost_after: policy.lost_after ?? LOST_AFTER_DEFAULT_S,
      expires_after: policy.expires_after ?? null,
      script_id: script?.id ?? null,
      script_version: script?.version ?? null,
      script_sha256: script?.sha256 ?? null,
      script_filename: script?.filename ?? null,
      script_size: script?.size ?? null,
      arguments: sealArguments(box, definitions, kept),
      origin: starter.origin,
      user_id: starter.userId,
      started_by: starter.name,
      address: starter.address,
      acls:
        step === undefined && pending === null
          ? task.acls
          : [
              ...new Set([
                ...task.acls,
                ...(step?.acls ?? []),
                ...(pending?.people.map(({ email }) => email) ?? []),
              ]),
            ],
      repeat_of: repeatOf ?? null,
      hold: isHeld,
      reason: isDone ? 'its arguments are its outputs' : reasonOf(pending, isHeld, starter),
      epoch,
      once: automatic?.once ?? null,
      cause: automatic?.cause ?? null,
      depth: automatic?.depth ?? 0,
      schedule_id: automatic?.scheduleId ?? null,
      run_id: step?.run_id ?? null,
      step_id: step?.step_id ?? null,
      step_policy: step?.policy ?? null,
      delay,
      type: task.type,
      assignees: actors,
      pending,
      done: isDone ? { output: outputOf(definitions, kept), reason: 'its arguments are its outputs' } : null,
    };
    const created = await create(job);
    if (created === undefined) throw new Outdated('the organization changed meanwhile');
    metrics.jobsCreated.inc({ origin: starter.origin });
    platform.bus.publish(`job:${id}`);
    if (created.lifecycle === 'finished') ended();
    if (pending !== null) asked();
    if (created.lifecycle === 'ready' && created.due_at === null) {
      if (queue === null) forSupervisor();
      else counter.wake(queue);
    }
    return { ...createdView(task, job, created), secret: jobSecret(platform, id) };
  };
}

function scriptOf({ script_id, script_runs, script_name, script_sha256, script_size }: TaskRow): RunScript {
  return {
    id: script_id as string,
    version: script_runs,
    filename: script_name as string,
    sha256: script_sha256 as string,
    size: script_size as number,
  };
}

/** The job whose end started it. */
function previousOf(cause: Cause | undefined): string[] {
  return cause?.type === 'trigger' && cause.job_id !== null ? [cause.job_id] : [];
}

function causesOf(automatic: Automatic | undefined): Causes {
  const { cause, step } = automatic ?? {};
  const triggered = cause?.type === 'trigger' ? cause : undefined;
  return {
    jobs: [triggered?.job_id].filter((id) => id != null),
    runs: [step?.run_id, triggered?.run_id].filter((id) => id != null),
  };
}

/** Values for every position: what is still to be given is empty. */
function completed<V>(definitions: readonly ArgumentDefinition[], values: readonly V[]): (V | string)[] {
  return definitions.map((_definition, place) => values[place] ?? '');
}

/** What a task of type input puts out: its arguments, but those that nobody may see. */
export function outputOf(
  definitions: readonly ArgumentDefinition[],
  values: readonly (string | FileArgument)[],
): string[] {
  return definitions.map(({ masked }, place) => {
    const value = values[place] ?? '';
    return masked ? '' : typeof value === 'string' ? value : shownArgument(value);
  });
}

function reasonOf(pending: NewPending | null, hold: boolean, starter: Starter): string | null {
  if (pending === null) return hold ? `held by ${starter.name}` : null;
  return waitingReason(pending);
}

/** Why a job waits that asks people. */
export function waitingReason({ kind, people }: Pick<NewPending, 'kind' | 'people'>): string {
  const names = people.map(({ email }) => email);
  const who =
    names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return kind === 'input' ? `waits for its arguments from ${who}` : `waits for approval by ${who}`;
}

function asError(reason: unknown): Error {
  if (isStillReferenced(reason))
    return new ArgusError('conflict', 'The task or its bot was deleted in this moment.');
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** How many values a caller gives for a task. */
export function dynamicCount(task: TaskRow): number {
  return dynamicArguments(task.task_arguments).length;
}

function createdView(task: TaskRow, job: NewJob, created: CreatedJob): Job {
  const { lifecycle, attempt, created_at, assigned_at, due_at, expires_at } = created;
  const isDone = job.done !== null;
  return jobView({
    ...job,
    origin: job.origin as Origin,
    customer_name: task.customer_name,
    host_id: task.host_id,
    hostname: task.hostname,
    host_labels: task.pool_id === null ? [] : task.host_labels,
    lifecycle,
    state: isDone ? 'success' : 'in_progress',
    reason_code: isDone ? 'completed' : (job.pending?.kind ?? (job.hold ? HELD : null)),
    exit_code: null,
    signal: null,
    output: job.done?.output ?? [],
    components: null,
    next: null,
    event_name: null,
    attempt,
    renewed_at: null,
    stop_requested: null,
    due_at,
    expires_at,
    limit_hit: null,
    usage: null,
    log_bytes: 0,
    log_lines: 0,
    created_at,
    assigned_at,
    started_at: null,
    finished_at: isDone ? created_at : null,
  });
}
