import { startChore } from './chore.ts';
import { isDatabaseDown } from './database.ts';
import type { Log } from './log.ts';

/** What nobody called out, or another supervisor left undone, is found by a look. */
const LOOK_MS = 1000;
const LEFT_UNDONE_S = 1;

export interface OutboxParts<T> {
  /** The oldest of what is at least so many seconds old; none where there is no more. */
  pending(minAgeS: number): Promise<readonly T[]>;
  /** Throws where it is to be tried again. What it does must be done once however often it is called. */
  carryOut(one: T): Promise<unknown>;
  done(some: readonly T[]): Promise<unknown>;
  /** Lets others go before those that cannot be carried out now. */
  putOff(some: readonly T[]): Promise<unknown>;
  /** For the log, after "could not": `start what was triggered`. */
  purpose: string;
}

export interface Outbox extends AsyncDisposable {
  /** Something was put in. */
  kick(): void;
}

/**
 * Carries out what was written down together with what it is the result of, and takes it away only then: whoever dies in
 * between is followed by another. Looks at once when kicked, and once a second for what others left.
 */
export function createOutbox<T>(
  log: Log,
  { pending, carryOut, done, putOff, purpose }: OutboxParts<T>,
): Outbox {
  let running: Promise<void> | undefined;
  let kicked = false;
  let closed = false;

  async function empty(minAgeS: number): Promise<void> {
    for (;;) {
      const some = await pending(minAgeS);
      if (some.length === 0) return;
      const carried: T[] = [];
      const failed: T[] = [];
      await Promise.all(
        some.map(async (one) => {
          try {
            await carryOut(one);
            carried.push(one);
          } catch (error) {
            if (isDatabaseDown(error)) throw error;
            failed.push(one);
            log.error({ err: error }, `could not ${purpose}: it is tried again`);
          }
        }),
      );
      if (carried.length > 0) await done(carried);
      if (failed.length > 0) await putOff(failed);
    }
  }

  /** One at a time: what comes meanwhile is in the next look. */
  function run(minAgeS: number): void {
    if (running !== undefined || closed) {
      kicked ||= minAgeS === 0;
      return;
    }
    kicked = false;
    running = empty(minAgeS)
      .catch((error: unknown) => {
        if (!isDatabaseDown(error)) log.warn({ err: error }, `could not ${purpose}`);
      })
      .finally(() => {
        running = undefined;
        if (kicked) run(0);
      });
  }

  const look = startChore(log, {
    everyMs: LOOK_MS,
    run: async () => run(LEFT_UNDONE_S),
    failed: `could not ${purpose}`,
  });
  return {
    kick: () => run(0),
    async [Symbol.asyncDispose]() {
      closed = true;
      look[Symbol.dispose]();
      await running;
    },
  };
}
