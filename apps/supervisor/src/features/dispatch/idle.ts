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
  /** What is kept of a bot that waits; undefined where it is not idle. */
  known(presence: Presence, pools: readonly string[]): KnownBot | undefined;
  /** A poll ran out. The place of its bot is kept: what comes for it meanwhile is not missed. */
  left(bot: KnownBot): void;
  /** The bot and its kept place, which the caller disposes of, where it is back as it left. */
  back(presence: Presence): { bot: KnownBot; arrival: Arrival } | undefined;
}

/** An idle bot, and what its last full poll said. */
export interface KnownBot extends IdleBot {
  said: string;
}

interface Kept {
  bot: KnownBot;
  arrival: Arrival;
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
    for (const bot of bots) {
      const newest = unnoted.get(bot.host_id);
      if (newest === bot) unnoted.delete(bot.host_id);
      // it polled again meanwhile: what it told before is written now
      else if (newest?.health && newest.health === bot.health)
        unnoted.set(bot.host_id, { ...newest, health: null });
    }
    for (const hostId of changed) counter.pollAgain(hostId);
  }

  const noting = startChore(log, {
    everyMs: NOTE_EVERY_MS,
    run: note,
    failed: 'that bots are there could not be noted; the next look tries again',
  });

  return {
    known(presence, pools) {
      const { host_id, token_id, boot } = presence;
      const said = sayingOf(presence);
      return said === undefined ? undefined : { host_id, token_id, boot, pools, said };
    },
    left(bot) {
      take(bot.host_id)?.arrival[Symbol.dispose]();
      const arrival = counter.arrive(bot.host_id);
      kept.set(bot.host_id, { bot, arrival, leftAt: performance.now() });
    },
    back(presence) {
      const place = take(presence.host_id);
      // what was left to note of it is older than what is about to be, but for what it does not tell each time
      const untold = unnoted.get(presence.host_id)?.health ?? null;
      unnoted.delete(presence.host_id);
      if (place === undefined) return undefined;
      const { bot, arrival, leftAt } = place;
      if (bot.said !== sayingOf(presence) || leftAt < performance.now() - BACK_WITHIN_MS) {
        arrival[Symbol.dispose]();
        return undefined;
      }
      const health = presence.health ?? untold;
      unnoted.set(bot.host_id, health === null ? bot : { ...bot, health });
      return { bot, arrival };
    },
    [Symbol.dispose]() {
      noting[Symbol.dispose]();
      for (const { arrival } of kept.values()) arrival[Symbol.dispose]();
    },
  };
}

/** What a bot says of itself; undefined where it is not idle. What it runs on is told by the first poll only, how that is by any. */
function sayingOf({ attempts, draining, token_id, boot, slots, machine }: Presence): string | undefined {
  return attempts.length > 0 || draining ? undefined : JSON.stringify([token_id, boot, slots, machine]);
}
