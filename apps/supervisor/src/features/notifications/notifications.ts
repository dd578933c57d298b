import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Listen } from '../triggers/index.ts';
import { ruleListener, type ListenServices } from './listen.ts';
import { createLetters, type Letters } from './outbox.ts';
import { notificationQueries } from './queries.ts';
import { notificationRoutes } from './routes.ts';
import type { RuleServices } from './rule-routes.ts';
import { createSender } from './send.ts';

export interface Notifications extends AsyncDisposable {
  /** What a rule does with an emission: for the reactor. */
  listen: Listen;
  handlers: ReturnType<typeof notificationRoutes> & Partial<Handlers>;
  /** For messages that somebody wrote. */
  letters: Letters;
}

export interface NotificationServices
  extends Pick<ListenServices, 'lastLines'>, Pick<RuleServices, 'userOf'> {
  /**
   * Called when a delivery that is the work of a job is settled, with the job's id: ask `letters.resultOf` whether all
   * of them are. A call may be lost in a crash, and may come at another supervisor.
   */
  settled?: (forJobId: string) => void;
}

/** Rules, channels, the outbox and who sends it, until it is disposed. */
export function createNotifications(
  platform: Platform,
  { lastLines, userOf, settled }: NotificationServices,
): Notifications {
  const queries = notificationQueries(platform.db);
  const sender = createSender(platform, { queries, ...(settled && { settled }) });
  const kick = () => sender.kick();
  return {
    listen: ruleListener(platform, { queries, lastLines, put: kick }),
    handlers: notificationRoutes(platform, { queries, userOf, kick }),
    letters: createLetters(platform, { queries, kick }),
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}
