import type { Medium } from '@argus/contract';
import { startChore, startSharedChore } from '../../platform/chore.ts';
import { isDatabaseDown } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import { carry } from './carry.ts';
import type { Pusher } from './push.ts';
import type { NotificationQueries } from './queries.ts';
import type { DeviceQueries } from './statements/devices.ts';
import { outboxQueries, type ClaimedDelivery } from './statements/outbox.ts';

/** What nobody called out, is due again, or was left by another supervisor is found by a look. */
const LOOK_MS = 1000;
const TRIM_EVERY_MS = 3_600_000;
const KEPT_MS = 30 * 24 * 3_600_000;
/** A device that nobody opened the page on for so long is told no more: it may be somebody else's by now. */
const DEVICE_KEPT_MS = 90 * 24 * 3_600_000;
/** How long a stop waits for what is being sent: what is not settled then is sent again after its lease. */
const STOP_MS = 3_000;

/** What goes by one way does not wait for another: a mail server that hangs holds up mails alone. */
const LANES: readonly { media: readonly Medium[]; width: number }[] = [
  { media: ['browser'], width: 20 },
  { media: ['email'], width: 5 },
  { media: ['push'], width: 10 },
  { media: ['webhook', 'slack', 'teams'], width: 10 },
];

export interface Sender extends AsyncDisposable {
  /** Something was put into the outbox. */
  kick(): void;
}

/**
 * Sends what is in the outbox. Each delivery is claimed for a lease; what its sender does not settle until then, because
 * it died, is claimed again: at least once, and with the same id.
 * @param settled Called with the job whose deliveries they are when one of them is settled; may be lost in a crash.
 */
export function createSender(
  platform: Pick<Platform, 'db' | 'log' | 'mail' | 'outbound' | 'box' | 'publicUrl'>,
  {
    queries,
    devices,
    pusher,
    settled,
  }: {
    queries: NotificationQueries;
    devices: Pick<DeviceQueries, 'trim'>;
    pusher: Pusher;
    settled?: (forJobId: string) => void;
  },
): Sender {
  const { db, log } = platform;
  const outbox = outboxQueries(db);
  /** By the lane: what is being sent, to whom. */
  const lanes = LANES.map((lane) => ({ ...lane, underWay: new Map<string, string>() }));
  const working = new Set<Promise<void>>();
  let looking: Promise<void> | undefined;
  let again = false;
  const stop = new AbortController();

  function look(): void {
    // before the server listens nobody knows where links lead
    if (stop.signal.aborted || platform.publicUrl() === '') return;
    if (looking !== undefined) {
      again = true;
      return;
    }
    again = false;
    looking = takeWhatIsDue()
      .catch((error: unknown) => {
        if (!isDatabaseDown(error)) log.warn({ err: error }, 'could not look for notifications that are due');
      })
      .finally(() => {
        looking = undefined;
        if (again) look();
      });
  }

  async function takeWhatIsDue(): Promise<void> {
    const due = new Set(await outbox.dueMedia());
    if (due.size === 0) return;
    await Promise.all(
      lanes.filter(({ media }) => media.some((medium) => due.has(medium))).map((lane) => take(lane)),
    );
  }

  async function take({ media, width, underWay }: (typeof lanes)[number]): Promise<void> {
    while (!stop.signal.aborted && underWay.size < width) {
      const claim = newId();
      const claimed = await outbox.claim(media, {
        busy: [...new Set(underWay.values())],
        limit: width - underWay.size,
        claim,
      });
      if (claimed.length === 0) return;
      step('notifications.claimed');
      for (const delivery of claimed) {
        underWay.set(delivery.id, delivery.target);
        const work = sendOne(delivery, claim).finally(() => {
          underWay.delete(delivery.id);
          working.delete(work);
          look();
        });
        working.add(work);
      }
    }
  }

  async function sendOne(delivery: ClaimedDelivery, claim: string): Promise<void> {
    try {
      const next = await carry(platform, { gathered: outbox.gathered, pusher }, delivery);
      step('notifications.sent');
      await outbox.settle({ id: delivery.id, claim, ...next });
      if (next.state !== 'waiting' && delivery.for_job_id !== null) settled?.(delivery.for_job_id);
    } catch (error) {
      // it is sent again after its lease
      if (!isDatabaseDown(error))
        log.error({ err: error, notification: delivery.id }, 'could not send a notification');
    }
  }

  const chore = startChore(log, {
    everyMs: LOOK_MS,
    run: async () => look(),
    failed: 'could not look for notifications that are due',
  });
  const trimming = startSharedChore(
    { db, log },
    {
      name: 'old notifications',
      everyMs: TRIM_EVERY_MS,
      async run() {
        await queries.trim(KEPT_MS);
        await devices.trim(DEVICE_KEPT_MS);
      },
      failed: 'could not forget old notifications',
    },
  );
  return {
    kick: look,
    async [Symbol.asyncDispose]() {
      stop.abort();
      chore[Symbol.dispose]();
      trimming[Symbol.dispose]();
      await looking;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_MS)));
      await Promise.race([Promise.all(working), late]);
      clearTimeout(timer);
    },
  };
}
