import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { binariesFor } from './binaries.ts';
import {
  adminConnection,
  applicationConnection,
  ensureApplicationDatabase,
  urlOf,
  type Connection,
} from './connection.ts';
import { codeOf, messageOf } from './errors.ts';
import { explain } from './explain.ts';
import { initialize } from './initialize.ts';
import type { Log } from './log.ts';
import { boundLogFile } from './log-file.ts';
import { placeFor, preparePlace, type Place } from './place.ts';
import { adoptServer, startServer, stopServer, type Launch, type Server } from './server.ts';
import { serverArguments } from './settings.ts';

export type ClusterOptions = {
  /** Absolute path. The caller holds a lock on it: one manager per data directory. */
  dataDir: string;
  log: Log;
  /** False only for tests: a power cut then loses or damages data. Default true. */
  fsync?: boolean;
  /** PostgreSQL settings that win over ours, except those that decide who can connect. */
  settings?: Record<string, string>;
  /** Ends the opening. Once open, `stop` ends the cluster. */
  signal?: AbortSignal;
};

export type ClusterEvent = { kind: 'down'; reason: string } | { kind: 'up'; pid: number; adopted: boolean };

/** A PostgreSQL server that is kept running until `stop`. */
export type Cluster = AsyncDisposable & {
  readonly url: string;
  readonly connection: Connection;
  /** As the superuser, to the database `postgres`: for backups and maintenance. */
  readonly admin: Connection;
  readonly place: Place;
  /** Of the server that runs now, or ran last. */
  readonly pid: number;
  /** True if that server was started by a manager before this one. */
  readonly adopted: boolean;
  /** Calls the listener when the server is lost and when it is back. Returns how to end that. */
  subscribe(listener: (event: ClusterEvent) => void): () => void;
  /** Shuts the server down, in at most about 8 s. Safe to call again. */
  stop(): Promise<void>;
};

/** A server that lived so long starts a new count of failures: milliseconds. */
const steadyAfter = 10_000;

/** Between two looks at the size of the log: milliseconds. */
const logCheckInterval = 60_000;

/**
 * Opens the private cluster of a data directory: makes it at the first start, adopts a server that a killed
 * manager left running, else starts one, and restarts it whenever it dies.
 * @throws ClusterError that says what to do next; the reason of `signal` if that was aborted.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { log, signal = new AbortController().signal } = options;
  const launch = await prepare(options).catch((error: unknown) => {
    throw isRefusal(error)
      ? explain(`Cannot prepare the database in ${options.dataDir}`, messageOf(error))
      : error;
  });
  const server = await obtainServer(launch, log, signal);
  try {
    await ensureApplicationDatabase(launch.place.socketDir);
    signal.throwIfAborted();
  } catch (error) {
    await stopServer(server);
    throw error;
  }
  log({
    level: 'info',
    msg: 'PostgreSQL answers',
    pid: server.pid,
    adopted: server.adopted,
    root: launch.place.root,
  });
  return keepRunning(launch, server, log);
}

async function prepare({
  dataDir,
  log,
  fsync = true,
  settings = {},
  signal,
}: ClusterOptions): Promise<Launch> {
  const place = await placeFor(dataDir);
  const user = await preparePlace(place);
  if (place.relocated)
    log({ level: 'info', msg: 'the database is outside the data directory', root: place.root });
  const binaries = await binariesFor(place.root, user);
  const isNew = await initialize({ place, binaries, user, fsync, ...(signal && { signal }) });
  if (isNew) log({ level: 'info', msg: 'made a new database', root: place.root });
  return {
    place,
    binaries,
    user,
    args: serverArguments({ place, version: binaries.version, fsync, settings }),
  };
}

/** True if the operating system refused to make or change a file. */
function isRefusal(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');
}

async function obtainServer(launch: Launch, log: Log, signal: AbortSignal): Promise<Server> {
  return (await adoptServer(launch, log, signal)) ?? (await startServer(launch, signal));
}

/** Milliseconds to wait before start number `attempt` (from 0): 100 ms, doubled up to 5 s, of which a random half. */
export function restartDelay(attempt: number, random: number): number {
  const longest = Math.min(5_000, 100 * 2 ** Math.min(attempt, 10));
  return longest / 2 + (longest / 2) * random;
}

function keepRunning(launch: Launch, first: Server, log: Log): Cluster {
  const listeners = new Set<(event: ClusterEvent) => void>();
  const stopping = new AbortController();
  const stopRequested = once(stopping.signal, 'abort').then(() => undefined);
  let server = first;

  const emit = (event: ClusterEvent) => {
    for (const listener of listeners) listener(event);
  };

  const logCheck = setInterval(() => {
    boundLogFile(launch.place.logFile).catch((error: unknown) => {
      log({ level: 'warn', msg: 'cannot shorten the log of PostgreSQL', error: messageOf(error) });
    });
  }, logCheckInterval);

  async function supervise(): Promise<void> {
    let failures = 0;
    for (;;) {
      const since = Date.now();
      const reason = await Promise.race([server.ended, stopRequested]);
      if (reason === undefined) return stopServer(server);
      if (Date.now() - since >= steadyAfter) failures = 0;
      log({
        level: 'error',
        msg: 'PostgreSQL ended',
        pid: server.pid,
        reason,
        logFile: launch.place.logFile,
      });
      emit({ kind: 'down', reason });
      let next: Server | undefined;
      while (!next) {
        next = await restart(failures++);
        if (!next && stopping.signal.aborted) return;
      }
      server = next;
      log({ level: 'info', msg: 'PostgreSQL is back', pid: server.pid });
      emit({ kind: 'up', pid: server.pid, adopted: server.adopted });
    }
  }

  /** One attempt; undefined if it failed. */
  async function restart(failures: number): Promise<Server | undefined> {
    const { signal } = stopping;
    try {
      await sleep(restartDelay(failures, Math.random()), undefined, { signal });
      return await obtainServer(launch, log, signal);
    } catch (error) {
      if (!signal.aborted)
        log({ level: 'error', msg: 'cannot restart PostgreSQL', error: messageOf(error), failures });
      return undefined;
    }
  }

  const supervision = supervise().finally(() => clearInterval(logCheck));

  async function stop(): Promise<void> {
    stopping.abort();
    await supervision;
  }

  const connection = applicationConnection(launch.place.socketDir);
  return {
    url: urlOf(connection),
    connection,
    admin: adminConnection(launch.place.socketDir),
    place: launch.place,
    get pid() {
      return server.pid;
    },
    get adopted() {
      return server.adopted;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
