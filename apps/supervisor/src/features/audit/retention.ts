import { startSharedChore } from '../../platform/chore.ts';
import type { Platform } from '../../platform/platform.ts';
import { auditQueries } from './queries.ts';

const EVERY_MS = 10 * 60_000;
const BATCH = 5_000;

/** Deletes entries past the days that their organization keeps them, batch by batch. */
export async function deletePastAudit({ db }: Pick<Platform, 'db'>, signal: AbortSignal): Promise<void> {
  const queries = auditQueries(db);
  while (!signal.aborted && (await queries.deletePast(BATCH)) === BATCH);
}

/** Every ten minutes. */
export function startAuditRetention(platform: Pick<Platform, 'db' | 'log' | 'stopping'>): Disposable {
  return startSharedChore(platform, {
    name: 'audit retention',
    everyMs: EVERY_MS,
    run: () => deletePastAudit(platform, platform.stopping),
    failed: 'old entries of the audit could not be deleted',
  });
}
