import type { Job, JobSummary, Lifecycle, State } from '@argus/contract';

export const LIFECYCLE_LABELS: Readonly<Record<Lifecycle, string>> = {
  ready: 'Queued',
  onhold: 'On hold',
  assigned: 'Assigned',
  started: 'Running',
  finished: 'Finished',
  canceled: 'Canceled before it started',
  terminated: 'Stopped',
  expired: 'Expired',
};

/** Whether a job waits for people: to approve it, or to give it its arguments. */
export function asksPeople({
  lifecycle,
  reason_code,
}: Pick<JobSummary, 'lifecycle' | 'reason_code'>): boolean {
  return lifecycle === 'onhold' && (reason_code === 'approval' || reason_code === 'input');
}

export const STATE_LABELS: Readonly<Record<State, string>> = {
  in_progress: 'In progress',
  success: 'Success',
  failure: 'Failure',
  canceled: 'Canceled',
  timeout: 'Timed out',
  error: 'Error',
};

/** Where a job was started from. */
export const ORIGIN_LABELS: Readonly<Record<Job['origin'], string>> = {
  user: 'web page',
  api: 'API',
  secret: 'secret key',
  schedule: 'schedule',
  trigger: 'trigger',
  workflow: 'workflow',
  webhook: 'webhook',
  trial: 'trial of a script',
};
export const ORIGINS = Object.keys(ORIGIN_LABELS) as readonly Job['origin'][];
