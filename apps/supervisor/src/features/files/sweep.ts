import type { Platform } from '../../platform/platform.ts';
import type { FileQueries } from './queries.ts';

/** A file belongs to a job within moments of its upload; an hour leaves room for the slowest. */
const UNUSED_HOURS = 1;
const EVERY_MS = 60_000;

/** Deletes files that no job refers to. Answers how many. */
export async function deleteUnusedFiles(queries: FileQueries, signal: AbortSignal): Promise<number> {
  await queries.unlinkGone(UNUSED_HOURS);
  let deleted = 0;
  while (!signal.aborted) {
    const count = await queries.deleteUnused(UNUSED_HOURS);
    if (count === 0) break;
    deleted += count;
  }
  return deleted;
}

/** Once a minute. Several supervisors may do it at once: what one has deleted is not there for the other. */
export function startFileSweep(
  { log, stopping }: Pick<Platform, 'log' | 'stopping'>,
  queries: FileQueries,
): Disposable {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    deleteUnusedFiles(queries, stopping)
      .then((deleted) => {
        if (deleted > 0) log.info({ deleted }, 'files that no job refers to were deleted');
      })
      .catch((error: unknown) => log.warn({ err: error }, 'unused files could not be deleted'))
      .finally(() => (busy = false));
  }, EVERY_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
    },
  };
}
