import {
  asText,
  builtInEnv,
  KILL_GRACE_DEFAULT_S,
  LOG_LIMIT_DEFAULT_BYTES,
  runLimits,
  secretNames,
  textsOfRequest,
  textsOfSecret,
  withSecrets,
  type ArgumentDefinition,
  type CancelInstruction,
  type HttpRequest,
  type RunInstruction,
  type RunPolicy,
  type TypeSettings,
} from '@argus/contract';
import type { Platform } from '../../platform/platform.ts';
import { instructionArguments } from '../files/index.ts';
import { maskedValues, openArguments, type ClaimedJob, type HeldAttempt } from '../jobs/index.ts';
import { missingSecret, type OpenSecrets } from '../secrets/index.ts';
import { onLost, openDefinitions, openEnv, type StoredDefinition } from '../tasks/index.ts';

const MIB = 1024 * 1024;

const CACHE_MAX = 1000;

/** How a bot sends the request of an HTTP task. */
export interface HttpOnBot {
  runAs: string;
  /** The request of a job in the environment of the script that sends it. */
  env(
    request: HttpRequest,
    values: readonly string[],
    labels: readonly (string | undefined)[],
    secrets: ReadonlyMap<string, string>,
  ): Record<string, string>;
}

/** What a step of a run gets beside the environment of its task; undefined for a job that is none. */
export type StepEnvs = (job: Pick<ClaimedJob, 'run_id'>) => Promise<
  | {
      workflow_id: string;
      /** For every step. */
      env: Record<string, string>;
      /** By step. */
      steps: Record<string, Record<string, string>>;
    }
  | undefined
>;

interface TaskVersion {
  run_as: string;
  env_cipher: Buffer | null;
  policy: RunPolicy;
  settings: Partial<TypeSettings>;
  task_arguments: StoredDefinition[];
  customer_name: string;
}

/** A version with what is asked of it at each hand-out. */
interface KnownVersion extends TaskVersion {
  /** The secrets that it names. */
  secrets: string[];
}

export interface InstructionParts {
  stepEnv: StepEnvs;
  http: HttpOnBot;
  secrets: OpenSecrets;
  /** Ends an attempt that can never be told, for this reason. */
  giveUp(job: ClaimedJob, reason: string): Promise<void>;
}

/** What of a job says which values it holds that nobody may see. */
export type MaskedJob = Pick<
  ClaimedJob,
  'customer_id' | 'task_id' | 'task_version' | 'arguments' | 'run_id' | 'step_id'
>;

/**
 * Makes run instructions; undefined where a secret that the job needs is not there any more: then it was ended. Task
 * versions never change, so they are kept in memory once read; secrets are read each time.
 */
export function instructionMaker(
  { db, box, publicUrl }: Pick<Platform, 'db' | 'box' | 'publicUrl'>,
  { stepEnv, http, secrets: open, giveUp }: InstructionParts,
) {
  const cache = new Map<string, KnownVersion>();

  async function versionOf({ task_id, task_version }: MaskedJob): Promise<KnownVersion> {
    const key = `${task_id}.${task_version}`;
    const known = cache.get(key);
    if (known) return known;
    const [row] = await db.hot<TaskVersion>(
      'task_version',
      `select v.run_as, v.env_cipher, v.policy, v.settings, v.task_arguments, c.name as customer_name from task_versions v join tasks t on t.id = v.task_id join customers c on c.id = t.customer_id
       where v.task_id = $1 and v.version = $2`,
      [task_id, task_version],
    );
    if (row === undefined) throw new Error(`task ${task_id} has no version ${task_version}`);
    if (cache.size >= CACHE_MAX) cache.clear();
    const version = { ...row, secrets: secretsOfVersion(box, row) };
    cache.set(key, version);
    return version;
  }

  /** The version of a job with the secrets that it names, as they are now. */
  async function secretsOf(job: MaskedJob) {
    const [version, step] = await Promise.all([versionOf(job), stepEnv(job)]);
    const ofStep = { ...step?.env, ...step?.steps[job.step_id ?? ''] };
    const named = [...version.secrets, ...secretNames(Object.values(ofStep))];
    return { version, step, named, secrets: await open(job.customer_id, named) };
  }

  const masksIn = (job: MaskedJob, secrets: ReadonlyMap<string, string>) => [
    ...textsToMask(box, job),
    ...[...secrets.values()].flatMap(textsOfSecret),
  ];

  /** What nothing that comes of a job may show. */
  async function masksOf(job: MaskedJob): Promise<string[]> {
    return masksIn(job, (await secretsOf(job)).secrets);
  }

  async function instructionFor(job: ClaimedJob): Promise<RunInstruction | undefined> {
    const { version, step, named, secrets } = await secretsOf(job);
    const missing = missingSecret(named, secrets);
    if (missing !== undefined) {
      await giveUp(job, missing);
      return undefined;
    }
    const filledIn = (env: Readonly<Record<string, string>>) =>
      secrets.size === 0
        ? env
        : Object.fromEntries(Object.entries(env).map(([name, text]) => [name, withSecrets(text, secrets)]));
    const { env_cipher, customer_name } = version;
    const policy = { ...version.policy, ...job.step_policy };
    const limits = runLimits(policy.limits);
    const opened = openArguments(box, job.arguments).map((value, place) =>
      // of what a caller gives nothing is a reference: whoever may run a task could read every secret with it
      typeof value === 'string' && version.task_arguments[place]?.type === 'fixed'
        ? withSecrets(value, secrets)
        : value,
    );
    const { args, files } = instructionArguments(opened);
    const request = job.type === 'http' ? version.settings.request : undefined;
    const labels = version.task_arguments.map(({ label }) => label);
    const masks = masksIn(job, secrets);
    return {
      type: 'run',
      job: job.id,
      attempt: job.attempt,
      lease: job.lease,
      task_id: job.task_id,
      name: job.name,
      run_as: request ? http.runAs : version.run_as,
      script: {
        id: job.script_id,
        filename: job.script_filename,
        sha256: job.script_sha256,
        size: job.script_size,
      },
      args: request ? [] : args,
      ...(files.length > 0 && { files }),
      env: {
        ...builtInEnv({
          job: job.id,
          task: job.task_id,
          user: job.user_id === null ? null : { id: job.user_id, email: job.started_by },
          workflow: step && job.run_id !== null ? { id: step.workflow_id, run: job.run_id } : null,
          organization: customer_name,
          url: publicUrl(),
        }),
        ...filledIn({
          ...step?.env,
          ...openEnv(box, env_cipher),
          ...step?.steps[job.step_id ?? ''],
        }),
        ...(request && http.env(request, args, labels, secrets)),
      },
      timeout: job.timeout,
      kill_grace: policy.kill_grace ?? KILL_GRACE_DEFAULT_S,
      log_limit: policy.limits?.output_mb ? policy.limits.output_mb * MIB : LOG_LIMIT_DEFAULT_BYTES,
      ...(limits !== undefined && { limits }),
      // what the attempt was handed out with: the lease is given up after that, whatever the task says by now
      ...(onLost(policy, job.exclusive || job.limited) === 'stop' && { fence: job.lost_after }),
      ...(masks.length > 0 && { masks }),
    };
  }

  return { instructionFor, masksOf };
}

/** The secrets that a version of a task names. */
function secretsOfVersion(
  box: Platform['box'],
  { env_cipher, task_arguments, settings: { request } }: TaskVersion,
): string[] {
  const fixed = openDefinitions(box, task_arguments).filter(({ type }) => type === 'fixed');
  return secretNames([
    ...Object.values(openEnv(box, env_cipher)),
    ...fixed.map(({ value }: ArgumentDefinition) => asText(value)),
    ...(request ? textsOfRequest(request) : []),
  ]);
}

/** What of the arguments the log of this job must not show. */
function textsToMask(box: Platform['box'], job: Pick<MaskedJob, 'arguments'>): string[] {
  return maskedValues(box, job.arguments).filter((text) => text !== '');
}

export function cancelInstruction({ id, attempt, lease, stop_requested }: HeldAttempt): CancelInstruction {
  return {
    type: 'cancel',
    job: id,
    attempt,
    lease,
    why: stop_requested ? `stopped by ${stop_requested.by}` : 'stopped',
  };
}
