import { startSharedChore } from '../../platform/chore.ts';
import type { Platform } from '../../platform/platform.ts';
import { dropForgiven } from '../../platform/throttle.ts';
import { linkQueries } from './link-queries.ts';
import { accessQueries } from './queries.ts';

const EVERY_MS = 10 * 60_000;

/** Deletes what has ended by itself: sessions, enrolment codes, links, and counts of failed tries. */
export async function deleteEnded({ db }: Pick<Platform, 'db'>): Promise<void> {
  await accessQueries(db).deleteExpired();
  await linkQueries(db).deleteExpired();
  await dropForgiven(db);
}

/** Every ten minutes. */
export function startHousekeeping(platform: Pick<Platform, 'db' | 'log'>): Disposable {
  return startSharedChore(platform, {
    name: 'housekeeping',
    everyMs: EVERY_MS,
    run: () => deleteEnded(platform),
    failed: 'sessions and links that have ended could not be deleted',
  });
}
