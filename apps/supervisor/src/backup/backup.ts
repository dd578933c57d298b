import { readFile, rename, rm, stat, open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { baseBackup, hasCluster, openCluster, placeFor, reachCluster, type LogEntry } from '@argus/postgres';
import pg from 'pg';
import { secretBox } from '../platform/crypto.ts';
import { lockFile } from '../platform/lock-file.ts';
import type { Settings } from '../settings.ts';
import { VERSION } from '../version.ts';
import { textPart, writeArchive, type Manifest, type Part } from './archive.ts';
import { KEPT_FILES, refuseOwnDatabase, requireOwnData } from './data-directory.ts';
import { BackupError } from './errors.ts';
import { readTar } from './tar.ts';

/** What was made. */
export interface Made {
  /** `-` where it went to stdout. */
  file: string;
  /** Bytes of the file; undefined of stdout. */
  size: number | undefined;
  manifest: Manifest;
  /** The key that opens what is encrypted in it is not in it: the server has it from somewhere else. */
  lacksKey: boolean;
}

/** How the database is reached while its backup is made. */
type Source = AsyncDisposable & {
  admin: pg.ClientConfig & Parameters<typeof baseBackup>[0];
  logFile: string;
};

/**
 * Makes a backup of the server on a data directory, which may run or not. The file is there when it is whole, and not before.
 * @param target a file, a directory that gets a file with the time in its name, or `-` for stdout
 * @throws BackupError, ClusterError, and what the file system says of the file
 */
export async function backup(
  settings: Settings,
  target: string,
  log: (entry: LogEntry) => void,
  signal: AbortSignal,
): Promise<Made> {
  refuseOwnDatabase(settings);
  await requireOwnData(settings.dataDir);
  await using source = await openSource(settings.dataDir, log, signal);
  const began = new Date();
  const kept = await readKept(settings.dataDir);
  const lacksKey = !(await opens(source.admin, kept.find(({ path }) => path === 'secret-key')?.text));
  const head = {
    format: 'argus-backup/1',
    argus: VERSION,
    postgresql: await versionOf(source.admin),
    platform: `${process.platform}-${process.arch}`,
    made_at: began.toISOString(),
  };
  const parts = partsOf(kept, source, signal);
  if (target === '-')
    return {
      file: target,
      size: undefined,
      lacksKey,
      manifest: await writeArchive(head, parts, process.stdout, signal),
    };
  const file = await fileAt(target, began);
  const unfinished = `${file}.unfinished-${process.pid}`;
  try {
    const handle = await open(unfinished, 'wx', 0o600);
    const manifest = await writeArchive(head, parts, handle.createWriteStream({ flush: true }), signal);
    const { size } = await stat(unfinished);
    await rename(unfinished, file);
    await using directory = await open(dirname(file), 'r');
    await directory.sync();
    return { file, size, manifest, lacksKey };
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** A server that runs goes on; where none does, its database is started for as long as this takes. */
async function openSource(
  dataDir: string,
  log: (entry: LogEntry) => void,
  signal: AbortSignal,
): Promise<Source> {
  const place = await placeFor(dataDir);
  if (!(await hasCluster(place)))
    throw new BackupError(
      `There is no database in ${place.root}: where Argus uses a PostgreSQL of your own (ARGUS_DATABASE_URL), back up that one with its own tools and keep ${join(dataDir, 'secret-key')} beside it.`,
    );
  const lock = lockFile(join(dataDir, 'lock'));
  if (lock === undefined) {
    const admin = await reachCluster(place);
    if (admin === undefined)
      throw new BackupError(
        `Argus holds ${dataDir}, but its database does not answer: wait until it has started or stopped, see ${place.logFile}, then try again.`,
      );
    return { admin, logFile: place.logFile, [Symbol.asyncDispose]: async () => undefined };
  }
  try {
    const cluster = await openCluster({ dataDir, log, signal });
    return {
      admin: cluster.admin,
      logFile: place.logFile,
      async [Symbol.asyncDispose]() {
        await cluster.stop();
        lock[Symbol.dispose]();
      },
    };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

async function* partsOf(
  kept: readonly { path: string; text: string }[],
  { admin, logFile }: Source,
  signal: AbortSignal,
): AsyncGenerator<Part> {
  for (const { path, text } of kept) yield textPart(path, text);
  try {
    for await (const member of readTar(baseBackup(admin, signal)))
      yield { ...member, path: `postgres/${member.path}` };
  } catch (error) {
    signal.throwIfAborted();
    const { message } = error as Error;
    throw new BackupError(`The database could not be copied (${message}): see ${logFile}, then try again.`, {
      cause: error,
    });
  }
}

async function readKept(dataDir: string): Promise<{ path: string; text: string }[]> {
  const kept: { path: string; text: string }[] = [];
  for (const path of KEPT_FILES) {
    try {
      kept.push({ path, text: await readFile(join(dataDir, path), 'utf8') });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return kept;
}

/** Whether a key is the one with which the secrets of this database were sealed. */
async function opens(admin: Source['admin'], key: string | undefined): Promise<boolean> {
  if (key === undefined) return false;
  const rows = await ask<{ fingerprint: string | null }>(
    { ...admin, database: 'argus' },
    `select value->>'fingerprint' as fingerprint from settings where key = 'secret_key'`,
  ).catch(() => []); // nothing was sealed in a database whose first start was cut off
  const fingerprint = rows[0]?.fingerprint;
  return fingerprint === undefined || fingerprint === secretBox(key.trim()).fingerprint;
}

async function versionOf(admin: Source['admin']): Promise<string> {
  const [row] = await ask<{ version: string }>(
    admin,
    `select split_part(current_setting('server_version'), ' ', 1) as version`,
  );
  return row?.version ?? '';
}

async function ask<Row extends object>(connection: pg.ClientConfig, text: string): Promise<Row[]> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

async function fileAt(target: string, at: Date): Promise<string> {
  const path = resolve(target);
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isDirectory) return path;
  // sorts by time, and has no sign that a shell or a file system reads in its own way
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return join(path, `argus-${stamp}.tar.zst`);
}
