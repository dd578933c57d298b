import { startHousekeeping } from './features/access/index.ts';
import { startAuditRetention } from './features/audit/index.ts';
import { startFileSweep, type Files } from './features/files/index.ts';
import { startCounting, startRetention } from './features/jobs/index.ts';
import { keepPartitions } from './features/logs/index.ts';
import { startTrimming } from './features/webhooks/index.ts';
import { startIndexUpkeep } from './platform/index-upkeep.ts';
import type { Platform } from './platform/platform.ts';

/** Chores that keep the database at its size: they delete what is old, count what has ended, and start nothing. */
export function startUpkeep(
  platform: Platform,
  { files, webhooks }: { files: Files; webhooks: Parameters<typeof startTrimming>[1] },
): Disposable[] {
  return [
    keepPartitions(platform),
    startRetention(platform),
    startCounting(platform),
    startAuditRetention(platform),
    startIndexUpkeep(platform),
    startHousekeeping(platform),
    startFileSweep(platform, files.queries),
    startTrimming(platform, webhooks),
  ];
}
