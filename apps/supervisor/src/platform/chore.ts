import { told, type Database } from './database.ts';
import { createLogOnce } from './log-once.ts';
import type { Log } from './log.ts';

/** What an internal chore is called where it fails: a whole sentence for the log. */
export interface Chore {
  everyMs: number;
  /** Never runs twice at once in this process; a run that takes longer than the rhythm skips turns. */
  run(): Promise<unknown>;
  failed: string;
}

/**
 * Runs a chore of this process alone (what is in its memory) in its rhythm until it is disposed. A failed run is
 * logged, once a minute, and the next one tries again. What concerns the database is a shared chore.
 */
export function startChore(log: Log, { everyMs, run, failed }: Chore): Disposable {
  const logOnce = createLogOnce(log);
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    run()
      .catch((error: unknown) => logOnce(failed, told(error), failed))
      .finally(() => (busy = false));
  }, everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** A chore that is done for all supervisors on the database. */
export interface SharedChore extends Chore {
  /** The same at every supervisor. */
  name: string;
}

/** The part of its rhythm after which a turn is due: timers that come a little early still count. */
const DUE_AFTER = 0.75;

/**
 * Runs a chore in its rhythm at one of the supervisors that share the database, whichever comes first each time.
 * While it runs the turn is renewed; a supervisor that dies in the middle delays it by one turn at most, and no lock
 * is held. Where a supervisor is cut off from the database in the middle, two may be at it: a chore bears that.
 */
export function startSharedChore(
  { db, log }: { db: Database; log: Log },
  { name, everyMs, run, failed }: SharedChore,
): Disposable {
  // twice in a turn: one that another supervisor leaves undone is taken up soon
  const lookMs = everyMs / 2;
  const renewMs = everyMs / 4;
  let known = false;

  async function turn(): Promise<void> {
    if (!known)
      await db.query('name_chore', 'insert into chores (name) values ($1) on conflict do nothing', [name]);
    known = true;
    const taken = await db.query(
      'take_turn',
      // a time to come is of a clock that was moved back
      `update chores set last_run_at = now()
       where name = $1 and last_run_at not between now() - make_interval(secs => $2) and now() + make_interval(secs => $2) returning name`,
      [name, (everyMs / 1000) * DUE_AFTER],
    );
    if (taken.length === 0) return;
    const renewing = startChore(log, { everyMs: renewMs, run: renew, failed });
    try {
      await run();
    } finally {
      renewing[Symbol.dispose]();
    }
  }

  function renew(): Promise<unknown> {
    return db.query('renew_turn', 'update chores set last_run_at = now() where name = $1', [name]);
  }

  return startChore(log, { everyMs: lookMs, run: turn, failed });
}
