import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Listen } from '../triggers/index.ts';
import { ruleListener, type ListenServices } from './listen.ts';
import { createLetters, type Letters } from './outbox.ts';
import { createPusher } from './push.ts';
import { notificationQueries } from './queries.ts';
import { notificationRoutes } from './routes.ts';
import type { RuleServices } from './rule-routes.ts';
import { createSender } from './send.ts';
import { deviceQueries } from './statements/devices.ts';

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
  /** Whether devices are told; true if left out. */
  push?: boolean;
}

/** Rules, channels, the outbox and who sends it, until it is disposed. */
export function createNotifications(
  platform: Platform,
  { lastLines, userOf, settled, push = true }: NotificationServices,
): Notifications {
  const queries = notificationQueries(platform.db);
  const devices = deviceQueries(platform.db);
  const pusher = createPusher(platform, { devices, configured: push });
  const can = { mail: platform.mail.configured, push };
  const sender = createSender(platform, { queries, devices, pusher, ...(settled && { settled }) });
  const kick = () => sender.kick();
  return {
    listen: ruleListener(platform, { queries, can, lastLines, put: kick }),
    handlers: notificationRoutes(platform, { queries, devices, pusher, userOf, kick }),
    letters: createLetters(platform, { queries, can, kick }),
    [Symbol.asyncDispose]: () => sender[Symbol.asyncDispose](),
  };
}
