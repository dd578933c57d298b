import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import {
  endOfAttempt,
  lostVerdict,
  applyChanges,
  endUnheard,
  keyOf,
  type AttemptState,
} from '../jobs/index.ts';

/** Attempts to be ended without a word from their bot, and why. */
export interface Unheard {
  attempt: AttemptState;
  /** A sentence for people. */
  reason: string;
  /** Only where its lease was not renewed since. */
  silent?: { seconds: number };
}

/**
 * Ends attempts as lost: their jobs end as `terminated`/`error`, or wait for another attempt. What its bot said in the
 * same moment goes first: then nothing happens here. Answers those that were ended.
 */
export async function endLost(
  { db, bus, log, metrics }: Pick<Platform, 'db' | 'bus' | 'log' | 'metrics'>,
  lost: readonly Unheard[],
  freed: (attempt: AttemptState, back: boolean) => void,
): Promise<AttemptState[]> {
  if (lost.length === 0) return [];
  const at = new Date();
  const changes = lost.map(({ attempt, reason, silent }) => {
    const end = endOfAttempt(attempt, lostVerdict(reason), { at }, Math.random());
    return endUnheard(attempt, silent ? { ...end, silent } : end);
  });
  const applied = await applyChanges(db, changes);
  step('lost.ended');
  const ended = lost.flatMap(({ attempt, reason }, place) => {
    const { end } = changes[place] as (typeof changes)[number];
    if (!applied.has(keyOf(attempt)) || end === null) return [];
    const isBack = end.lifecycle === 'ready';
    log.warn(
      { job: attempt.job_id, attempt: attempt.attempt, host: attempt.host_id, reason },
      'an attempt is lost',
    );
    if (isBack) metrics.attemptsRetried.inc({ outcome: end.outcome });
    else metrics.jobsEnded.inc({ state: end.state });
    bus.publish(`job:${attempt.job_id}`);
    freed(attempt, isBack);
    return [attempt];
  });
  return ended;
}
