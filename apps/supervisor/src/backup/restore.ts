import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { majorVersion, restoreCluster } from '@argus/postgres';
import { lockFile } from '../platform/lock-file.ts';
import { writeSecret } from '../platform/secret-file.ts';
import type { Settings } from '../settings.ts';
import { VERSION } from '../version.ts';
import { readArchive, textOf, type Head, type Manifest, type Taking } from './archive.ts';
import { KEPT_FILES, refuseOwnDatabase, requireEmpty, RESTORING } from './data-directory.ts';
import { BackupError, DamagedBackup } from './errors.ts';

const DATABASE = 'postgres/';

/** What was put in place. */
export interface Restored {
  head: Head;
  manifest: Manifest;
  /** Where the database is, if not in the data directory. */
  elsewhere: string | undefined;
}

/**
 * Reads a backup through to its end, and compares everything in it with what was written.
 * @param file `-` for stdin
 * @throws DamagedBackup, BackupError where this version cannot read it
 */
export function verify(file: string, signal: AbortSignal): Promise<{ head: Head; manifest: Manifest }> {
  return readArchive(sourceOf(file), { head: requireKnownFormat }, signal);
}

/**
 * Puts what is in a backup into the data directory, which is new or empty. It is read once: its files come to lie beside
 * where they belong, and are put there when all of them are as they were written.
 * @param file `-` for stdin
 * @throws DamagedBackup, BackupError, ClusterError; then nothing of it is left
 */
export async function restore(settings: Settings, file: string, signal: AbortSignal): Promise<Restored> {
  refuseOwnDatabase(settings);
  const { dataDir } = settings;
  await requireEmpty(dataDir);
  const made = await mkdir(dataDir, { recursive: true });
  await chmod(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
  const lock = lockFile(join(dataDir, 'lock'));
  if (lock === undefined)
    throw new BackupError(`Another process is at work in ${dataDir}: wait until it has ended.`);
  try {
    // what another one put there in between is not ours to take away
    await requireEmpty(dataDir);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
  try {
    const restored = await restoreInto(dataDir, file, signal);
    lock[Symbol.dispose]();
    return restored;
  } catch (error) {
    await clear(dataDir);
    lock[Symbol.dispose]();
    // the lock has a file of its own while it is held
    if (made !== undefined) await removeMade(dataDir, made);
    throw error;
  }
}

async function restoreInto(dataDir: string, file: string, signal: AbortSignal): Promise<Restored> {
  await writeFile(join(dataDir, RESTORING), '');
  await using cluster = await restoreCluster(dataDir);
  const kept = new Map<string, string>();
  const taking: Taking = {
    head: requireUsable,
    async directory(path) {
      if (path.startsWith(DATABASE)) await cluster.directory(path.slice(DATABASE.length));
    },
    async file(path, _size, body) {
      if (path.startsWith(DATABASE)) await cluster.file(path.slice(DATABASE.length), body);
      else if (isKept(path)) kept.set(path, (await textOf(body)).trimEnd());
      else throw new DamagedBackup(`${path} does not belong into one`);
    },
  };
  const read = await readArchive(sourceOf(file), taking, signal);
  for (const [path, text] of kept) await writeKept(join(dataDir, path), text);
  await cluster.finish();
  await rm(join(dataDir, RESTORING));
  await using directory = await open(dataDir, 'r');
  await directory.sync();
  return { ...read, elsewhere: cluster.place.relocated ? cluster.place.root : undefined };
}

function isKept(path: string): boolean {
  return (KEPT_FILES as readonly string[]).includes(path);
}

/** The bot's directory is made by the bot with modes of its own; this is as it would. */
async function writeKept(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeSecret(path, text);
  await using file = await open(path, 'r');
  await file.sync();
}

function sourceOf(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 256 * 1024 });
}

function requireKnownFormat({ format, argus }: Head): void {
  if (format === 'argus-backup/1') return;
  if (typeof format !== 'string' || !format.startsWith('argus-backup/'))
    throw new DamagedBackup('its first member is not that of a backup of Argus');
  throw new BackupError(
    `The backup was made by Argus ${argus} in a form (${format}) that this one (${VERSION}) does not know: use that version, or a later one.`,
  );
}

function requireUsable(head: Head): void {
  requireKnownFormat(head);
  const { argus, postgresql, platform } = head;
  if (postgresql.split('.')[0] !== majorVersion)
    throw new BackupError(
      `The backup is of PostgreSQL ${postgresql}, this Argus (${VERSION}) ships ${majorVersion}, which cannot read its files: restore it with Argus ${argus}, which made it.`,
    );
  const here = `${process.platform}-${process.arch}`;
  if (platform !== here)
    throw new BackupError(
      `The backup was made on ${platform}, this machine is ${here}: a database's files are good for one kind of machine. Restore it on a machine of that kind.`,
    );
}

/** Takes away what a restore that failed has put in place. */
async function clear(dataDir: string): Promise<void> {
  for (const path of [...KEPT_FILES, RESTORING]) await rm(join(dataDir, path), { force: true });
  await removeEmpty(join(dataDir, 'bot'));
}

/** Takes away the directories that it made, from `first` on. */
async function removeMade(dataDir: string, first: string): Promise<void> {
  await rm(join(dataDir, 'lock'), { force: true });
  for (let at = dataDir; at.length >= first.length; at = dirname(at)) await removeEmpty(at);
}

/** One that is not empty is not ours alone, and stays. */
async function removeEmpty(directory: string): Promise<void> {
  await rmdir(directory).catch(() => undefined);
}
