import type { Verdict } from '@argus/contract';
import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import {
  applyChanges,
  endOfAttempt,
  endUnheard,
  keyOf,
  loadAttempts,
  notStartedVerdict,
  type AttemptState,
} from '../jobs/index.ts';

/** An attempt to be ended without a word from its bot. */
export interface Unheard {
  attempt: AttemptState;
  verdict: Verdict;
  /** Only where its lease was not renewed since. */
  silent?: { seconds: number };
}

/**
 * Ends attempts of which their bots say nothing: their jobs end by the verdict, or wait for another attempt. What its bot
 * said in the same moment goes first: then nothing happens here. Answers those that were ended.
 */
export async function endUnreported(
  { db, bus, log, metrics }: Pick<Platform, 'db' | 'bus' | 'log' | 'metrics'>,
  unheard: readonly Unheard[],
  freed: (attempt: AttemptState, back: boolean) => void,
): Promise<AttemptState[]> {
  if (unheard.length === 0) return [];
  const at = new Date();
  const changes = unheard.map(({ attempt, verdict, silent }) => {
    const end = endOfAttempt(attempt, verdict, { at }, Math.random());
    return endUnheard(attempt, silent ? { ...end, silent } : end);
  });
  const applied = await applyChanges(db, changes);
  step('lost.ended');
  return unheard.flatMap(({ attempt, verdict }, place) => {
    const { end } = changes[place] as (typeof changes)[number];
    if (!applied.has(keyOf(attempt)) || end === null) return [];
    const isBack = end.lifecycle === 'ready';
    log.warn(
      { job: attempt.job_id, attempt: attempt.attempt, host: attempt.host_id, reason: verdict.reason },
      'an attempt ended without a report',
    );
    if (isBack) metrics.attemptsRetried.inc({ outcome: end.outcome });
    else metrics.jobsEnded.inc({ state: end.state });
    bus.publish(`job:${attempt.job_id}`);
    freed(attempt, isBack);
    return [attempt];
  });
}

/** Ends an attempt that was claimed and that no bot can be told of, for this reason: nothing of it was started. */
export async function endUnstarted(
  platform: Pick<Platform, 'db' | 'bus' | 'log' | 'metrics'>,
  { id, attempt }: { id: string; attempt: number },
  reason: string,
  freed: (attempt: AttemptState, back: boolean) => void,
): Promise<void> {
  const states = await loadAttempts(platform.db, [{ job: id, attempt }]);
  const verdict = notStartedVerdict(reason);
  await endUnreported(
    platform,
    states.filter(({ ended }) => !ended).map((state) => ({ attempt: state, verdict })),
    freed,
  );
}
