import { startChore, startSharedChore } from '../../platform/chore.ts';
import { isDatabaseDown } from '../../platform/database.ts';
import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import { emissionQueries, type Emission, type Listener, type ListenerType } from './queries.ts';

/** What nobody called out, or another supervisor left undone, is found by a look. */
const LOOK_MS = 1000;
const LEFT_UNDONE_S = 1;
const FORGET_MS = 3_600_000;

export interface Reactor extends AsyncDisposable {
  /** A job ended: something may be to be started. */
  kick(): void;
}

/** Does for one listener what an emission asks of it, at most once however often it is called. */
export type Listen = (emission: Emission, listener: Listener) => Promise<unknown>;

/**
 * Starts what listens to what happened. Each emission is deleted when all that it starts is there, and each start has a
 * key of its own: whoever dies in between is followed by another, and nothing is started twice.
 */
export function createReactor(
  { db, log }: Pick<Platform, 'db' | 'log'>,
  listen: Readonly<Record<ListenerType, Listen>>,
): Reactor {
  const queries = emissionQueries(db);
  let running: Promise<void> | undefined;
  let kicked = false;
  let closed = false;

  async function react(minAgeS: number): Promise<void> {
    for (;;) {
      const emissions = await queries.pending(minAgeS);
      if (emissions.length === 0) return;
      step('emissions.read');
      const done: number[] = [];
      const failed: number[] = [];
      await Promise.all(
        emissions.map(async (emission) => {
          try {
            await carryOut(emission);
            done.push(emission.id);
          } catch (error) {
            if (isDatabaseDown(error)) throw error;
            failed.push(emission.id);
            log.error(
              { err: error, emission: emission.id },
              'could not start what was triggered: it is tried again',
            );
          }
        }),
      );
      step('emissions.carried-out');
      if (done.length > 0) await queries.done(done);
      if (failed.length > 0) await queries.putOff(failed);
    }
  }

  async function carryOut(emission: Emission): Promise<void> {
    await Promise.all(emission.listeners.map((listener) => listen[listener.type](emission, listener)));
  }

  /** One at a time: what comes meanwhile is in the next look. */
  function run(minAgeS: number): void {
    if (running !== undefined || closed) {
      kicked ||= minAgeS === 0;
      return;
    }
    kicked = false;
    running = react(minAgeS)
      .catch((error: unknown) => {
        if (!isDatabaseDown(error)) log.warn({ err: error }, 'could not look for what was triggered');
      })
      .finally(() => {
        running = undefined;
        if (kicked) run(0);
      });
  }

  const look = startChore(log, {
    everyMs: LOOK_MS,
    run: async () => run(LEFT_UNDONE_S),
    failed: 'could not look for what was triggered',
  });
  const forgetting = startSharedChore(
    { db, log },
    {
      name: 'old firings',
      everyMs: FORGET_MS,
      run: queries.forgetFirings,
      failed: 'could not forget old firings',
    },
  );
  return {
    kick: () => run(0),
    async [Symbol.asyncDispose]() {
      closed = true;
      look[Symbol.dispose]();
      forgetting[Symbol.dispose]();
      await running;
    },
  };
}
