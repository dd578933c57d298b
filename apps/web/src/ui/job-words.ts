import { t } from '@lingui/core/macro';
import type { Job, JobSummary, Lifecycle, State } from '@argus/contract';

export const LIFECYCLE_LABELS: Readonly<Record<Lifecycle, string>> = {
  ready: t`Queued`,
  onhold: t`On hold`,
  assigned: t`Assigned`,
  started: t`Running`,
  finished: t`Finished`,
  canceled: t`Canceled before it started`,
  terminated: t`Stopped`,
  expired: t`Expired`,
};

/** Whether a job waits for people: to approve it, or to give it its arguments. */
export function asksPeople({
  lifecycle,
  reason_code,
}: Pick<JobSummary, 'lifecycle' | 'reason_code'>): boolean {
  return lifecycle === 'onhold' && (reason_code === 'approval' || reason_code === 'input');
}

export const STATE_LABELS: Readonly<Record<State, string>> = {
  in_progress: t`In progress`,
  success: t`Success`,
  failure: t`Failure`,
  canceled: t`Canceled`,
  timeout: t`Timed out`,
  error: t`Error`,
};

/** Where a job was started from. */
export const ORIGIN_LABELS: Readonly<Record<Job['origin'], string>> = {
  user: t`web page`,
  api: t`API`,
  secret: t`secret key`,
  schedule: t`schedule`,
  trigger: t`trigger`,
  workflow: t`workflow`,
  webhook: t`webhook`,
  trial: t`trial of a script`,
};
export const ORIGINS = Object.keys(ORIGIN_LABELS) as readonly Job['origin'][];
