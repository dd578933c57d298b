import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createBus, type Bus } from './bus.ts';
import type { Database } from './database.ts';
import type { Log } from './log.ts';
import type { Supervisors } from './supervisors.ts';

const CHANNEL = 'argus';
/** The first key goes at once; what is published within this time after it goes together with the next notification. */
const GATHER_MS = 15;
/** PostgreSQL takes less than 8,000 bytes; keys are ASCII. */
const PAYLOAD_MAX = 7_500;
/** The key by which a supervisor says that it came: who is there is looked at anew, and called from then on. */
const CAME = 'supervisor:';
/** Stands for more keys than fit: everybody looks. */
const EVERYTHING = '*';
const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 10_000;

/** What one notification carries: who sends it, and the keys. */
export function encodeKeys(sender: string, keys: Iterable<string>): string {
  const payload = [sender, ...keys].join(' ');
  return payload.length <= PAYLOAD_MAX ? payload : `${sender} ${EVERYTHING}`;
}

/** The reverse: the sender, and its keys; undefined keys stand for more than fit. */
export function decodeKeys(payload: string): { sender: string; keys: string[] | undefined } {
  const [sender = '', ...keys] = payload.split(' ');
  return { sender, keys: keys[0] === EVERYTHING ? undefined : keys };
}

export interface SharedBusParts {
  db: Database;
  /** What `pg` takes. The session must be a client's own: through a transaction pooler no notification comes. */
  connection: pg.ClientConfig;
  supervisors: Supervisors;
  /**
   * Whether others may come at any time: they are listened for from the start. Else a supervisor that is alone keeps no
   * connection, and notices with its next look that another one came.
   */
  expectsOthers?: boolean;
  log: Log;
}

/**
 * A bus whose publications also ring at the other supervisors on the database, by PostgreSQL's notifications. A
 * supervisor that is alone sends none. None is sent within a transaction of others: those that notify commit one after
 * the other.
 */
export function createSharedBus({
  db,
  connection,
  supervisors,
  expectsOthers = false,
  log,
}: SharedBusParts): Bus & AsyncDisposable {
  const gathered = new Set<string>();
  const closing = new AbortController();
  let sending: Promise<void> | undefined;
  let listening: AbortController | undefined;
  let connected: Promise<void> = Promise.resolve();

  const bells = createBus((key) => {
    if (supervisors.others() === 0 || closing.signal.aborted) return;
    gathered.add(key);
    sending ??= send().finally(() => (sending = undefined));
  });

  async function send(): Promise<void> {
    // one microtask later: keys of the same turn go together
    await Promise.resolve();
    while (gathered.size > 0) {
      const payload = encodeKeys(supervisors.id, gathered);
      gathered.clear();
      await db
        .query('notify', `select pg_notify('${CHANNEL}', $1)`, [payload])
        .catch((error: unknown) => log.debug({ err: error }, 'other supervisors were not called'));
      await pause(GATHER_MS, undefined, { ref: false });
    }
  }

  let known = 0;
  supervisors.onLook((others) => {
    if (others > 0 || expectsOthers) listen();
    else {
      listening?.abort();
      listening = undefined;
    }
    // whom one sees for the first time may not have seen this one, and calls it only then
    if (others > known) bells.publish(CAME + supervisors.id);
    known = others;
  });
  bells.fromOthers(CAME, (id) => {
    // where so much changed that nothing is named, the next look comes soon enough
    if (id !== undefined) supervisors.look();
  });
  if (expectsOthers) listen();

  function listen(): void {
    if (listening !== undefined || closing.signal.aborted) return;
    const { signal } = (listening = new AbortController());
    connected = connected.then(() => listenUntil(signal));
  }

  /** Keeps a connection that listens, through any number of breaks. */
  async function listenUntil(signal: AbortSignal): Promise<void> {
    let delay = RETRY_FIRST_MS;
    while (!signal.aborted) {
      try {
        await listenOnce(signal);
        delay = RETRY_FIRST_MS;
      } catch (error) {
        log.debug({ err: error }, 'calls of other supervisors cannot be heard; waiters look by themselves');
      }
      await pause(delay, undefined, { signal, ref: false }).catch(() => undefined);
      delay = Math.min(RETRY_MOST_MS, delay * 2);
    }
  }

  /** Resolves when an open connection ends; rejects where none could be opened. */
  async function listenOnce(signal: AbortSignal): Promise<void> {
    const client = new pg.Client({
      application_name: 'argus supervisor, calls',
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      ...connection,
    });
    const broken = Promise.withResolvers<void>();
    // an error of an open connection is followed by its end
    client.on('error', (error) => log.debug({ err: error }, 'the connection for calls broke'));
    client.on('end', broken.resolve);
    client.on('notification', ({ payload = '' }) => {
      const { sender, keys } = decodeKeys(payload);
      if (sender !== supervisors.id) bells.receive(keys);
    });
    const leave = () => broken.resolve();
    signal.addEventListener('abort', leave);
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      // what was called out while nobody listened
      bells.receive(undefined);
      supervisors.look();
      if (!signal.aborted) await broken.promise;
    } finally {
      signal.removeEventListener('abort', leave);
      await client.end().catch(() => undefined);
    }
  }

  return {
    publish: bells.publish,
    doorbell: bells.doorbell,
    fromOthers: bells.fromOthers,
    everyCall: bells.everyCall,
    async [Symbol.asyncDispose]() {
      closing.abort();
      listening?.abort();
      await connected;
      await sending;
    },
  };
}
