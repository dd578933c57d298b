import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../settings.ts';
import { BackupError } from './errors.ts';

/**
 * What of a data directory belongs to a backup beside the database. Of the bot its credential alone, so that it is the
 * same bot again: its journal, sockets and work are of processes that only this machine has.
 */
export const KEPT_FILES = ['secret-key', 'admin-password', 'admin-token', 'bot/credential'] as const;

/** There while a restore is at work; one that was cut off leaves it. */
export const RESTORING = 'restoring';

/** Where the database is somebody else's, so is its backup. */
export function refuseOwnDatabase({ databaseUrl, dataDir }: Settings): void {
  if (databaseUrl === undefined) return;
  throw new BackupError(
    `ARGUS_DATABASE_URL is set: this server keeps its data in a PostgreSQL of your own, which has its own tools. ` +
      `Back it up with pg_dump --format=custom --file=argus.dump "$ARGUS_DATABASE_URL" and bring it back with pg_restore; ` +
      `keep ${join(dataDir, 'secret-key')} (or ARGUS_SECRET_KEY) beside it.`,
  );
}

/** @throws BackupError where there is no data directory of a server, or one of another user */
export async function requireOwnData(dataDir: string): Promise<void> {
  const found = await stat(join(dataDir, 'lock')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new BackupError(`${dataDir} holds no data of Argus: name its data directory in ARGUS_DATA_DIR.`);
    if (error.code === 'EACCES')
      throw new BackupError(`${dataDir} is another user's: run this as the user that runs Argus.`);
    throw error;
  });
  if (process.getuid !== undefined && found.uid !== process.getuid())
    throw new BackupError(
      `The Argus in ${dataDir} runs as the user with the id ${found.uid}: run this as that user (sudo -u '#${found.uid}' …).`,
    );
}

/** @throws BackupError where something is in the way of a restore. What one that was cut off has left is not. */
export async function requireEmpty(dataDir: string): Promise<void> {
  const names: string[] = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR')
      throw new BackupError(`${dataDir} is a file: name another directory in ARGUS_DATA_DIR.`);
    throw error;
  });
  if (names.includes(RESTORING)) return;
  const other = names.filter((name) => !['lock', 'lock-journal', 'lost+found'].includes(name));
  if (other.length === 0) return;
  throw new BackupError(
    `${dataDir} is not empty (${other.slice(0, 3).join(', ')}${other.length > 3 ? ' …' : ''}): a restore changes nothing that is there. ` +
      `Name a new directory in ARGUS_DATA_DIR, or stop Argus and move this one away (mv ${dataDir} ${dataDir}.old).`,
  );
}
