import { startSharedChore } from '../../platform/chore.ts';
import type { Platform } from '../../platform/platform.ts';
import { endSilent } from '../jobs/index.ts';

/** A bot that is not heard of for this long has lost its jobs (design §6: `lost_after`). */
const LOST_AFTER_S = 120;
const SWEEP_EVERY_MS = 5_000;

/** Ends the jobs of bots that went silent. The time in which no supervisor listened does not count as silence. */
export function startSweep(
  { db, bus, log }: Pick<Platform, 'db' | 'bus' | 'log'>,
  { lostAfterSeconds = LOST_AFTER_S, everyMs = SWEEP_EVERY_MS } = {},
): Disposable {
  async function sweep(): Promise<void> {
    for (const { id, host_id } of await endSilent(db, lostAfterSeconds)) {
      log.warn({ job: id, host: host_id }, 'a job was lost with its bot');
      bus.publish(`job:${id}`);
    }
  }

  return startSharedChore(
    { db, log },
    { name: 'silent bots', everyMs, run: sweep, failed: 'could not look for lost jobs' },
  );
}
