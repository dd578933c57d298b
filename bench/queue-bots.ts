/**
 * Fake bots in a process of their own, started by `queue.ts`: takes messages that say what they are, and answers each
 * when so many jobs have ended. It ends when nobody can send one any more.
 */
import { startFakeBot, type FakeBot } from './fake-bot.ts';

export interface QueueOrder {
  urls: string[];
  credentials: string[];
  /** Of each bot. */
  slots: number;
  lanes: number;
  maxEvents: number;
  /** How many jobs wait for these bots. */
  jobs: number;
  /** What each run writes; nothing where left out. */
  log?: string;
}

export interface QueueResult {
  /** From the first hand-out to the last accepted end, milliseconds. */
  ms: number;
  /** Requests that were answered with a status of 500 or above, and sent again. */
  failures: number;
}

async function carryOut({
  urls,
  credentials,
  slots,
  lanes,
  maxEvents,
  jobs,
  log,
}: QueueOrder): Promise<QueueResult> {
  let first: number | undefined;
  let left = jobs;
  let failures = 0;
  const done = Promise.withResolvers<QueueResult>();
  using bots = new DisposableStack();
  const all = await Promise.all(
    credentials.map(async (credential, place) => {
      const bot: FakeBot = await startFakeBot({
        urls: place % 2 === 0 ? urls : urls.toReversed(),
        credential,
        slots,
        lanes,
        maxEvents,
        log,
        take(run) {
          first ??= performance.now();
          bot.end(run);
        },
        ended(count) {
          left -= count;
          if (left <= 0) done.resolve({ ms: performance.now() - (first ?? 0), failures });
        },
        failed: () => failures++,
      });
      return bots.use(bot);
    }),
  );
  return await Promise.race([done.promise, ...all.map(({ failure }) => failure)]);
}

process.on('message', (order: QueueOrder) => {
  void carryOut(order).then((result) => process.send?.(result));
});
