import { startSharedChore } from '../../platform/chore.ts';
import { createOutbox, type Outbox } from '../../platform/outbox.ts';
import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import { emissionQueries, type Emission, type Listener, type ListenerType } from './queries.ts';

const FORGET_MS = 3_600_000;

/** Does for one listener what an emission asks of it, at most once however often it is called. */
export type Listen = (emission: Emission, listener: Listener) => Promise<unknown>;

/**
 * Acts upon what happened. Each emission is deleted when all that listens has been served, and each start has a key of its
 * own: nothing is lost, and nothing is started twice.
 */
export function createReactor(
  { db, log }: Pick<Platform, 'db' | 'log'>,
  listen: Readonly<Record<ListenerType, Listen>>,
): Outbox {
  const queries = emissionQueries(db);
  const ids = (emissions: readonly Emission[]) => emissions.map(({ id }) => id);
  const outbox = createOutbox<Emission>(log, {
    async pending(minAgeS) {
      const emissions = await queries.pending(minAgeS);
      if (emissions.length > 0) step('emissions.read');
      return emissions;
    },
    carryOut: (emission) =>
      Promise.all(emission.listeners.map((listener) => listen[listener.type](emission, listener))),
    async done(emissions) {
      step('emissions.carried-out');
      await queries.done(ids(emissions));
    },
    putOff: (emissions) => queries.putOff(ids(emissions)),
    purpose: 'start what was triggered',
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
    kick: outbox.kick,
    async [Symbol.asyncDispose]() {
      forgetting[Symbol.dispose]();
      await outbox[Symbol.asyncDispose]();
    },
  };
}
