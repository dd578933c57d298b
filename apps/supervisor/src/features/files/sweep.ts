import { startSharedChore } from '../../platform/chore.ts';
import type { Platform } from '../../platform/platform.ts';
import type { FileQueries } from './queries.ts';

/** A file belongs to a job within moments of its upload; an hour leaves room for the slowest. */
const UNUSED_HOURS = 1;
const EVERY_MS = 60_000;

/** Deletes files that no job refers to. Answers how many. */
export async function deleteUnusedFiles(queries: FileQueries, signal: AbortSignal): Promise<number> {
  while (!signal.aborted && (await queries.settleArtifacts(UNUSED_HOURS)) > 0);
  await queries.unlinkGone(UNUSED_HOURS);
  let deleted = 0;
  while (!signal.aborted) {
    const count = await queries.deleteUnused(UNUSED_HOURS);
    if (count === 0) break;
    deleted += count;
  }
  return deleted;
}

/** Once a minute. */
export function startFileSweep(
  { db, log, stopping }: Pick<Platform, 'db' | 'log' | 'stopping'>,
  queries: FileQueries,
): Disposable {
  const run = async () => {
    const deleted = await deleteUnusedFiles(queries, stopping);
    if (deleted > 0) log.info({ deleted }, 'files that no job refers to were deleted');
  };
  return startSharedChore(
    { db, log },
    { name: 'unused files', everyMs: EVERY_MS, run, failed: 'unused files could not be deleted' },
  );
}
