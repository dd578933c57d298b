import { sql } from 'kysely';
import { placeOf } from './address.ts';
import { hashToken } from './crypto.ts';
import type { Database } from './database.ts';
import { createGate } from './gate.ts';
import { giveBack, take, type Limit } from './throttle-rule.ts';
import { tooMany } from './too-many.ts';

/** Somebody or some place whose tries are counted together. */
export interface Counted {
  /** What the count is of, any text; only its digest is stored. */
  who: string;
  limit: Limit;
}

/**
 * Counts tries at guessing, in the database: for all supervisors, and through restarts. Only failures cost a
 * query; nobody is refused for longer than the `everyMs` of a limit.
 */
export interface Throttle {
  /** Counts a try before it is known whether it is right, against all of these or none. Throws `too_many_requests`. */
  take(counted: readonly Counted[]): Promise<void>;
  /** Takes back a try that was right. */
  giveBack(counted: readonly Counted[]): Promise<void>;
  /** Counts a wrong secret key, code or link of an address. Throws `too_many_requests` where there were too many. */
  wrongSecret(address: string): Promise<void>;
}

/** They have 256 random bits: this keeps noise and load down, not guesses. */
const WRONG_SECRETS: Limit = { burst: 30, everyMs: 2_000 };
/** Refusals that this process remembers, so that a flood asks the database nothing. */
const REMEMBERED = 10_000;

export function createThrottle({ kysely }: Database): Throttle {
  const refusedUntil = new Map<string, number>();
  // a flood of tries must leave database connections to the others
  const gate = createGate({ width: 2, waiting: 200 });

  function remember(who: string, waitMs: number): void {
    const now = Date.now();
    if (refusedUntil.size >= REMEMBERED) {
      for (const [key, until] of refusedUntil) if (until <= now) refusedUntil.delete(key);
      if (refusedUntil.size >= REMEMBERED) refusedUntil.clear();
    }
    refusedUntil.set(who, now + waitMs);
  }

  function takeAll(counted: readonly Counted[]): Promise<number> {
    const keys = keysOf(counted);
    return kysely.transaction().execute(async (tx) => {
      const rows = sql.join(
        // in one order: two that begin to count the same must not wait for each other
        keys.toSorted((a, b) => a.compare(b)).map((key) => sql`(${key}::bytea, clock_timestamp())`),
        sql`, `,
      );
      await sql`insert into throttle (key, free_at) values ${rows} on conflict do nothing`.execute(tx);
      const { rows: states } = await sql<{ key: Buffer; free_at: Date; now: Date }>`
        select key, free_at, clock_timestamp() as now from throttle where key in (${sql.join(keys)}) order by key for update`.execute(
        tx,
      );
      const decided = counted.map(({ who, limit }, index) => {
        const key = keys[index] as Buffer;
        const state = states.find((one) => one.key.equals(key));
        const now = state?.now.getTime() ?? Date.now();
        return { who, key, ...take(state?.free_at.getTime() ?? 0, now, limit) };
      });
      let longest = 0;
      for (const one of decided) {
        if (one.admitted) continue;
        remember(one.who, one.waitMs);
        longest = Math.max(longest, one.waitMs);
      }
      if (longest > 0) return longest;
      for (const one of decided)
        if (one.admitted)
          await tx
            .updateTable('throttle')
            .set({ free_at: new Date(one.freeAt) })
            .where('key', '=', one.key)
            .execute();
      return 0;
    });
  }

  async function takeOrThrow(counted: readonly Counted[]): Promise<void> {
    const now = Date.now();
    const known = Math.max(0, ...counted.map(({ who }) => (refusedUntil.get(who) ?? 0) - now));
    if (known > 0) throw tooMany(known);
    const taken = await gate.run(() => takeAll(counted));
    if (taken === undefined) throw tooMany(1_000);
    if (taken.value > 0) throw tooMany(taken.value);
  }

  return {
    take: takeOrThrow,
    async giveBack(counted) {
      const keys = keysOf(counted);
      await kysely.transaction().execute(async (tx) => {
        const { rows } = await sql<{ key: Buffer; free_at: Date }>`
          select key, free_at from throttle where key in (${sql.join(keys)}) order by key for update`.execute(
          tx,
        );
        for (const { key, free_at: freeAt } of rows) {
          const { limit } = counted[keys.findIndex((one) => one.equals(key))] as Counted;
          await tx
            .updateTable('throttle')
            .set({ free_at: new Date(giveBack(freeAt.getTime(), limit)) })
            .where('key', '=', key)
            .execute();
        }
      });
    },
    wrongSecret: (address) =>
      takeOrThrow([{ who: `wrong secrets ${placeOf(address)}`, limit: WRONG_SECRETS }]),
  };
}

/** Counts that are forgiven are of no more use: by the database's clock, as they were counted. */
export async function dropForgiven({ kysely }: Database): Promise<void> {
  await kysely
    .deleteFrom('throttle')
    .where('free_at', '<', sql<Date>`clock_timestamp()`)
    .execute();
}

function keysOf(counted: readonly Counted[]): Buffer[] {
  return counted.map(({ who }) => hashToken(who));
}
