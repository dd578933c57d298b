import { startSharedChore } from '../../platform/chore.ts';
import { idAt } from '../../platform/ids.ts';
import { exclusively } from '../../platform/lock.ts';
import type { Platform } from '../../platform/platform.ts';

const DAY_MS = 86_400_000;
const DAYS_AHEAD = 7;
const EVERY_MS = 6 * 3_600_000;

/**
 * Keeps a partition of the log for each of the next days. A job's log lies in the partition of the day the job
 * was made, since ids begin with their time. What fits none falls into log_chunks_other.
 */
export function preparePartitions({ db }: Pick<Platform, 'db'>, now: number = Date.now()): Promise<void> {
  // `if not exists` fails where another supervisor makes the same one in this moment
  return exclusively(db, 'log partitions', () => makePartitions(db, now));
}

async function makePartitions(db: Platform['db'], now: number): Promise<void> {
  const today = now - (now % DAY_MS);
  for (let day = today; day <= today + DAYS_AHEAD * DAY_MS; day += DAY_MS) {
    const name = `log_chunks_${new Date(day).toISOString().slice(0, 10).replaceAll('-', '')}`;
    // names and bounds are ours: digits only
    await db.query(
      `make_${name}`,
      `create table if not exists ${name} partition of log_chunks for values from ('${idAt(day)}') to ('${idAt(day + DAY_MS)}')`,
      [],
    );
  }
}

export function keepPartitions(platform: Pick<Platform, 'db' | 'log'>): Disposable {
  return startSharedChore(platform, {
    name: 'log partitions',
    everyMs: EVERY_MS,
    run: () => preparePartitions(platform),
    failed: 'log partitions could not be made; chunks go to log_chunks_other',
  });
}
