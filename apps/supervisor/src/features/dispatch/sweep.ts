import { startSharedChore } from '../../platform/chore.ts';
import type { Platform } from '../../platform/platform.ts';
import { expireWaiting, lostVerdict, releaseDue, silentAttempts, type AttemptState } from '../jobs/index.ts';
import { endUnreported } from './lost.ts';

const LOST_EVERY_MS = 5_000;
const DUE_EVERY_MS = 1_000;

export interface SweepParts {
  freed(attempt: AttemptState, back: boolean): void;
  /** Jobs wait for this bot, or in this pool. */
  wake(queue: string): void;
}

/**
 * Gives up the attempts of bots that went silent. The time in which no supervisor listened
 * does not count as silence.
 */
export function startLostSweep(
  platform: Pick<Platform, 'db' | 'bus' | 'log' | 'metrics'>,
  { freed }: Pick<SweepParts, 'freed'>,
  { everyMs = LOST_EVERY_MS } = {},
): Disposable {
  async function sweep(): Promise<void> {
    const silent = await silentAttempts(platform.db);
    const lost = silent.map((attempt) => ({
      attempt,
      verdict: lostVerdict(
        `bot ${attempt.hostname ?? attempt.host_id} not heard of for ${attempt.lost_after} s`,
      ),
      silent: { seconds: attempt.lost_after },
    }));
    await endUnreported(platform, lost, freed);
  }
  return startSharedChore(platform, {
    name: 'silent bots',
    everyMs,
    run: sweep,
    failed: 'could not look for lost jobs',
  });
}

/** Lets go what waited for its time, and ends what waited too long. */
export function startClockSweep(
  { db, bus, log, metrics }: Pick<Platform, 'db' | 'bus' | 'log' | 'metrics'>,
  { wake }: Pick<SweepParts, 'wake'>,
  { everyMs = DUE_EVERY_MS } = {},
): Disposable {
  async function sweep(): Promise<void> {
    for (const { id } of await expireWaiting(db)) {
      metrics.jobsEnded.inc({ state: 'canceled' });
      bus.publish(`job:${id}`);
    }
    for (const queue of await releaseDue(db)) wake(queue);
  }
  return startSharedChore(
    { db, log },
    {
      name: 'jobs whose time has come',
      everyMs,
      run: sweep,
      failed: 'could not look for jobs whose time has come',
    },
  );
}
