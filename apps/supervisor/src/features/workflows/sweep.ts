import { startSharedChore } from '../../platform/chore.ts';
import type { Platform } from '../../platform/platform.ts';
import type { RunQueries } from './run-queries.ts';

const EVERY_MS = 60_000;
/** Runs deleted by one statement. */
const BATCH = 500;

/** Deletes runs past the days that their workflow keeps them. */
export function startRunSweep(
  { db, log, stopping }: Pick<Platform, 'db' | 'log' | 'stopping'>,
  runs: Pick<RunQueries, 'deletePast'>,
): Disposable {
  return startSharedChore(
    { db, log },
    {
      name: 'old runs',
      everyMs: EVERY_MS,
      async run() {
        while (!stopping.aborted && (await runs.deletePast(BATCH)) === BATCH);
      },
      failed: 'old runs could not be deleted',
    },
  );
}
