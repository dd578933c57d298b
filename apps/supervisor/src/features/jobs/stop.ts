import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import { stopJob, type Stop } from './statements/stop.ts';

/** Tells the bot that holds an attempt to stop it. */
export type Stopper = (
  hostId: string,
  attempt: { job: string; attempt: number; lease: string; why: string },
) => void;

/** Cancels a job that waits, or has its bot stop it; false where it has ended. */
export async function stopAnywhere(
  { db, bus }: Pick<Platform, 'db' | 'bus'>,
  tell: Stopper,
  jobId: string,
  by: Stop,
): Promise<boolean> {
  const outcome = await stopJob(db, jobId, by);
  if (outcome.kind === 'ended') return false;
  step('stop.requested');
  if (outcome.kind === 'requested')
    tell(outcome.host_id, {
      job: jobId,
      attempt: outcome.attempt,
      lease: outcome.lease,
      why: `stopped by ${by.by}`,
    });
  bus.publish(`job:${jobId}`);
  return true;
}
