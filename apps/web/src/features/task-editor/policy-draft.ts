import { RETRY_CAUSES, type RetryCause, type Task, type TaskUpdate } from '@argus/contract';

/** How runs are limited and repeated, as the form edits it. Empty numbers are the server's defaults. */
export interface PolicyDraft {
  max_running: number | string;
  expires_after: number | string;
  retries: {
    /** Further attempts; empty or 0: none. */
    limit: number | string;
    on: RetryCause[];
    delay: number | string;
    backoff: 'fixed' | 'exponential';
    max_delay: number | string;
  };
  lost_after: number | string;
  /** Empty: as the server decides by the rest. */
  on_lost: 'stop' | 'keep' | '';
  limits: {
    memory_mb: number | string;
    cpu_seconds: number | string;
    processes: number | string;
    output_mb: number | string;
  };
  kill_grace: number | string;
}

export const EMPTY_POLICY: PolicyDraft = {
  max_running: '',
  expires_after: '',
  retries: { limit: '', on: [...RETRY_CAUSES], delay: '', backoff: 'fixed', max_delay: '' },
  lost_after: '',
  on_lost: '',
  limits: { memory_mb: '', cpu_seconds: '', processes: '', output_mb: '' },
  kill_grace: '',
};

export function policyDraft(task: Task): PolicyDraft {
  const { max_running, expires_after, retries, lost_after, on_lost, limits, kill_grace } = task;
  return {
    max_running: max_running ?? '',
    expires_after: expires_after ?? '',
    retries: {
      limit: retries?.limit ?? '',
      on: retries?.on ?? [...RETRY_CAUSES],
      delay: retries?.delay ?? '',
      backoff: retries?.backoff ?? 'fixed',
      max_delay: retries?.max_delay ?? '',
    },
    lost_after: lost_after ?? '',
    on_lost: on_lost ?? '',
    limits: {
      memory_mb: limits.memory_mb ?? '',
      cpu_seconds: limits.cpu_seconds ?? '',
      processes: limits.processes ?? '',
      output_mb: limits.output_mb ?? '',
    },
    kill_grace: kill_grace ?? '',
  };
}

type PolicyBody = Pick<
  TaskUpdate,
  'max_running' | 'expires_after' | 'retries' | 'lost_after' | 'on_lost' | 'limits' | 'kill_grace'
>;

/** What is sent of it. */
export function policyBody(draft: PolicyDraft): PolicyBody {
  const { memory_mb, cpu_seconds, processes, output_mb } = draft.limits;
  return {
    max_running: numberOf(draft.max_running),
    expires_after: numberOf(draft.expires_after),
    retries: retriesOf(draft.retries),
    lost_after: numberOf(draft.lost_after),
    on_lost: draft.on_lost === '' ? null : draft.on_lost,
    limits: {
      memory_mb: numberOf(memory_mb),
      cpu_seconds: numberOf(cpu_seconds),
      processes: numberOf(processes),
      output_mb: numberOf(output_mb),
    },
    kill_grace: numberOf(draft.kill_grace),
  };
}

function retriesOf({ limit, on, delay, backoff, max_delay }: PolicyDraft['retries']): PolicyBody['retries'] {
  if (typeof limit !== 'number' || limit === 0) return null;
  return {
    limit,
    ...(on.length < RETRY_CAUSES.length && { on }),
    ...(typeof delay === 'number' && { delay }),
    ...(backoff === 'exponential' && { backoff }),
    ...(backoff === 'exponential' && typeof max_delay === 'number' && { max_delay }),
  };
}

/** A number, or null where the input is empty. */
export function numberOf(value: number | string): number | null {
  return typeof value === 'number' ? value : null;
}
