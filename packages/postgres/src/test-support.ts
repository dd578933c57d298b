import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { inject } from 'vitest';
import { openCluster, type Cluster, type ClusterOptions } from './cluster.ts';
import type { LogEntry } from './log.ts';
import { placeFor, preparePlace } from './place.ts';
import { isServerOf } from './process.ts';

/** True where PostgreSQL runs as a user of its own. */
export const asRoot = process.getuid?.() === 0;

/** A new directory that other users can pass through; removed at the end. */
export async function makeDirectory(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'argus-pg-'));
  await chmod(path, 0o711);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A directory that is removed at the end, with whatever server still runs on the data directories in it. */
export type Workspace = AsyncDisposable & {
  /** The path of a data directory; not made yet. */
  dataDir: string;
  /** All that clusters opened here have logged. */
  logged: LogEntry[];
  open(options?: Partial<ClusterOptions>): Promise<Cluster>;
  /** The same as after a first start and its end, by a copy of what one made: a fifth of the time of initdb. */
  fill(): Promise<void>;
};

/** The data of a cluster that was made once for all workspaces of this process; it goes with the run. */
let filling: Promise<string> | undefined;

async function makeFilling(): Promise<string> {
  const dataDir = await mkdtemp(join(inject('runDirectory'), 'filling-'));
  await chmod(dataDir, 0o711);
  const cluster = await openCluster({ dataDir, fsync: false, log: () => undefined });
  await cluster.stop();
  return cluster.place.data;
}

export async function makeWorkspace(dataDirName = 'data'): Promise<Workspace> {
  const top = await makeDirectory();
  const dataDir = join(top.path, dataDirName);
  const logged: LogEntry[] = [];
  return {
    dataDir,
    logged,
    open: (options) => openCluster({ dataDir, fsync: false, log: (entry) => logged.push(entry), ...options }),
    async fill() {
      const place = await placeFor(dataDir);
      await preparePlace(place);
      await promisify(execFile)('cp', ['-a', await (filling ??= makeFilling()), place.data]);
    },
    async [Symbol.asyncDispose]() {
      const place = await placeFor(dataDir);
      for (const pid of await serversOf(place.data)) process.kill(pid, 'SIGKILL');
      await until(async () => (await serversOf(place.data)).length === 0);
      const outside = place.relocated ? [dirname(place.root)] : [];
      for (const path of [...outside, place.socketDir]) await rm(path, { recursive: true, force: true });
      await top[Symbol.asyncDispose]();
    },
  };
}

/** All processes, postmaster or child, that work in this PostgreSQL data directory. */
async function serversOf(data: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 1);
  const own = await Promise.all(pids.map((pid) => isServerOf(pid, data)));
  return pids.filter((_, index) => own[index]);
}

/** Polls until the condition holds; fails after 20 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`still not so: ${condition.toString()}`);
    await sleep(10);
  }
}

/** Runs one statement on a connection of its own. */
export async function query(connection: pg.ClientConfig, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** The content of a file as text. */
export const textOf = (path: string): Promise<string> => readFile(path, 'utf8');
