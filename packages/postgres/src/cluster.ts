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
import { keepRunning, obtainServer, type ClusterEvent, type Keeper } from './keep-running.ts';
import type { Log } from './log.ts';
import { placeFor, preparePlace, type Place } from './place.ts';
import { stopServer, type Launch } from './server.ts';
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
  /** Calls the listener, which must not throw, when the server is lost and when it is back. Returns how to end that. */
  subscribe(listener: (event: ClusterEvent) => void): () => void;
  /** Shuts the server down, in at most about 8 s. Safe to call again. */
  stop(): Promise<void>;
};

/**
 * Opens the private cluster of a data directory: makes it at the first start, adopts a server that a killed
 * manager left running, else starts one, and restarts it whenever it dies.
 * @throws ClusterError that says what to do next. Rejects also once `signal` is aborted.
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
  return clusterOf(launch.place, keepRunning(launch, server, log));
}

function clusterOf(place: Place, { current, subscribe, stop }: Keeper): Cluster {
  const connection = applicationConnection(place.socketDir);
  return {
    url: urlOf(connection),
    connection,
    admin: adminConnection(place.socketDir),
    place,
    get pid() {
      return current().pid;
    },
    get adopted() {
      return current().adopted;
    },
    subscribe,
    stop,
    [Symbol.asyncDispose]: stop,
  };
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
  const isNew = await initialize({ place, binaries, user, fsync, signal });
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
