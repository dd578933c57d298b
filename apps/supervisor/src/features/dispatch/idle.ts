import { startChore } from '../../platform/chore.ts';
import type { Platform } from '../../platform/platform.ts';
import { noteIdle, type IdleBot, type Presence } from '../jobs/index.ts';
import type { Arrival, DispatchCounter } from './counter.ts';

/** In this rhythm the signs of life of all of them are written, together. */
const NOTE_EVERY_MS = 1000;
/** A bot polls again at once. One that is away for longer may have been elsewhere meanwhile. */
const BACK_WITHIN_MS = 2000;

/**
 * Bots that have nothing to do and get nothing to do. Each poll of theirs that runs out is followed by another one that
 * says the same, and thousands of them would keep the database busy with nothing. So a bot that comes back as it left
 * gets its place at the counter again without a look, and is looked up a moment later with all others: what that finds
 * changed ends the poll, and the next one is read in full.
 */
export interface IdleBots extends Disposable {
  /** A poll ran out. The place of its bot is kept: what comes for it meanwhile is not missed. */
  left(presence: Presence, pools: readonly string[]): void;
  /** The kept place, where the bot is back as it left. */
  back(presence: Presence): Place | undefined;
}

export interface Place {
  /** The caller disposes of it. */
  arrival: Arrival;
  pools: readonly string[];
}

interface Kept extends Place {
  said: string;
  leftAt: number;
}

export function createIdleBots(
  { db, log }: Pick<Platform, 'db' | 'log'>,
  counter: Pick<DispatchCounter, 'arrive' | 'pollAgain'>,
): IdleBots {
  const kept = new Map<string, Kept>();
  const unnoted = new Map<string, IdleBot>();

  function take(hostId: string): Kept | undefined {
    const place = kept.get(hostId);
    kept.delete(hostId);
    return place;
  }

  async function note(): Promise<void> {
    const longAgo = performance.now() - BACK_WITHIN_MS;
    for (const [hostId, { leftAt }] of kept) if (leftAt < longAgo) take(hostId)?.arrival[Symbol.dispose]();
    const bots = [...unnoted.values()];
    if (bots.length === 0) return;
    const changed = await noteIdle(db, bots);
    for (const bot of bots) if (unnoted.get(bot.host_id) === bot) unnoted.delete(bot.host_id);
    for (const hostId of changed) counter.pollAgain(hostId);
  }

  const noting = startChore(log, {
    everyMs: NOTE_EVERY_MS,
    run: note,
    failed: 'that bots are there could not be noted; the next look tries again',
  });

  return {
    left(presence, pools) {
      const { host_id: hostId } = presence;
      take(hostId)?.arrival[Symbol.dispose]();
      const said = sayingOf(presence);
      if (said === undefined) return;
      kept.set(hostId, { said, pools, leftAt: performance.now(), arrival: counter.arrive(hostId) });
    },
    back(presence) {
      const { host_id, token_id, boot } = presence;
      const place = take(host_id);
      // what was left to note of it is older than what is about to be
      unnoted.delete(host_id);
      if (place === undefined) return undefined;
      if (place.said !== sayingOf(presence) || place.leftAt < performance.now() - BACK_WITHIN_MS) {
        place.arrival[Symbol.dispose]();
        return undefined;
      }
      unnoted.set(host_id, { host_id, token_id, boot, pools: place.pools });
      return place;
    },
    [Symbol.dispose]() {
      noting[Symbol.dispose]();
      for (const { arrival } of kept.values()) arrival[Symbol.dispose]();
    },
  };
}

/** What a bot says of itself; undefined where it is not idle. What it runs on is told by the first poll only. */
function sayingOf({ attempts, draining, token_id, boot, slots, machine }: Presence): string | undefined {
  return attempts.length > 0 || draining ? undefined : JSON.stringify([token_id, boot, slots, machine]);
}
