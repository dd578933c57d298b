import { startSharedChore } from '../../platform/chore.ts';
import type { Platform } from '../../platform/platform.ts';
import type { WebhookQueries } from './queries.ts';

/** Bodies have up to 1 MiB: what comes in until the next turn is kept beside the rest. */
const EVERY_MS = 30_000;

/** Keeps of each webhook the newest deliveries. */
export function startTrimming(
  platform: Pick<Platform, 'db' | 'log'>,
  queries: Pick<WebhookQueries, 'trim'>,
): Disposable {
  return startSharedChore(platform, {
    name: 'old deliveries',
    everyMs: EVERY_MS,
    run: queries.trim,
    failed: 'could not delete old deliveries of webhooks',
  });
}
