import { startChore } from './chore.ts';
import { told, type Database } from './database.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';

/** Each supervisor says this often that it is there, and looks who else is. */
const EVERY_MS = 2_500;
/** One that was not heard of for this long counts as gone: six turns, so that a busy database ends nobody. */
const GONE_AFTER_S = 15;

/** This supervisor among those that share its database. */
export interface Supervisors {
  /** Of this process: another one after each start. */
  readonly id: string;
  /** How many others there are, as of the last look. */
  others(): number;
  /** Calls back after each look. */
  onLook(take: (others: number) => void): void;
  /** Looks now, where this one was announced: another one said that it came. */
  look(): void;
  /** Says from now on that this one listens at `address`, until it is disposed. */
  announce(address: string): Promise<AsyncDisposable>;
}

/**
 * The rule of `listening.since`: it stands while somebody goes on listening. Whoever comes after a gap, or after the
 * database's clock was moved, begins anew: what bots did in between nobody could hear.
 */
const SINCE = `case when listening.seen_at between now() - make_interval(secs => ${GONE_AFTER_S}) and now() + make_interval(secs => ${GONE_AFTER_S})
      then listening.since else now() end`;

/**
 * SQL, a time: since when some supervisor has been listening. Bots that were silent before could not be heard. It is
 * evaluated within the statement that asks: after the database was away, it is right before anybody wrote again.
 */
export const LISTENING_SINCE = `coalesce((select ${SINCE} from listening), now())`;

// A sign of life that is lost with the machine comes again: nothing waits for the disk.
const BEAT = `
  with lazily as materialized (
    select set_config('synchronous_commit', 'off', true)
  ), here as (
    insert into supervisors (id, version, address) select $1, $2, $3 from lazily
    on conflict (id) do update set seen_at = now()
  ), heard as (
    insert into listening (since, seen_at) values (now(), now())
    on conflict (one) do update set since = ${SINCE}, seen_at = now()
  ), forgotten as (
    delete from supervisors where seen_at < now() - interval '1 day' and id <> $1
  )
  select count(*)::integer as others from supervisors
  where id <> $1 and seen_at >= now() - make_interval(secs => ${GONE_AFTER_S})`;

export interface SupervisorsOptions {
  db: Database;
  log: Log;
  version: string;
  everyMs?: number;
}

export function createSupervisors({ db, log, version, everyMs = EVERY_MS }: SupervisorsOptions): Supervisors {
  const id = newId();
  const listeners: ((others: number) => void)[] = [];
  let others = 0;
  let look = () => undefined as void;

  function see(count: number): void {
    if (count !== others) log.info({ others: count }, 'other supervisors on this database');
    others = count;
    for (const take of listeners) take(count);
  }

  return {
    id,
    others: () => others,
    onLook: (take) => void listeners.push(take),
    look: () => look(),
    async announce(address) {
      let left = false;
      const say = async () => {
        const [row] = await db.query<{ others: number }>('beat', BEAT, [id, version, address]);
        if (!left) see(row?.others ?? 0);
      };
      let saying: Promise<void> = say();
      // one after the other: what is said after the leave would bring it back
      const beat = () => (saying = saying.catch(() => undefined).then(() => (left ? undefined : say())));
      const failed = 'this supervisor could not say that it is there';
      await saying.catch((error: unknown) => log.warn(told(error), failed));
      const beating = startChore(log, { everyMs, run: beat, failed });
      look = () => void beat().catch((error: unknown) => log.warn(told(error), failed));
      return {
        async [Symbol.asyncDispose]() {
          left = true;
          beating[Symbol.dispose]();
          see(0);
          await saying.catch(() => undefined);
          await db
            .query('leave', 'delete from supervisors where id = $1', [id])
            .catch((error: unknown) => log.debug({ err: error }, 'could not take leave of the others'));
        },
      };
    },
  };
}
