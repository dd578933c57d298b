import { execFile } from 'node:child_process';
import { chown, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { majorVersion, type Binaries } from './binaries.ts';
import { superuser } from './connection.ts';
import { ClusterError, messageOf } from './errors.ts';
import { exists, syncDirectory } from './files.ts';
import type { Place } from './place.ts';
import { processOptions } from './process.ts';
import { explain } from './explain.ts';
import type { SystemUser } from './system-user.ts';

const run = promisify(execFile);

/** Directories of attempts that were not finished begin so. */
export const unfinishedPrefix = 'data.unfinished-';

/** What a cluster is made from. */
export type Making = {
  place: Place;
  binaries: Binaries;
  user: SystemUser | undefined;
  fsync: boolean;
  signal: AbortSignal | undefined;
};

/**
 * Makes the cluster if there is none. It appears by a rename when it is complete: what an interrupted attempt
 * left behind is thrown away by the next one.
 * @returns true if it was made now.
 * @throws ClusterError if initdb fails, or the cluster is another user's or of another major version.
 */
export async function initialize(making: Making): Promise<boolean> {
  const { place, user } = making;
  if (await exists(place.data)) {
    await requireOwner(place.data, user);
    await requireVersion(place);
    return false;
  }
  await removeUnfinished(place.root);
  // A name of its own: an initdb whose manager was killed may still be writing to the one before.
  const unfinished = await mkdtemp(join(place.root, unfinishedPrefix));
  if (user) await chown(unfinished, user.uid, user.gid);
  await initdb(unfinished, making);
  await rename(unfinished, place.data);
  if (making.fsync) await syncDirectory(place.root);
  return true;
}

export async function removeUnfinished(root: string): Promise<void> {
  const names = (await readdir(root)).filter((name) => name.startsWith(unfinishedPrefix));
  for (const name of names) {
    // One that is still being written to is left to a later start.
    await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function initdb(directory: string, { place, binaries, user, fsync, signal }: Making): Promise<void> {
  // The builtin locale sorts and folds the same on every machine and after every upgrade of its C library.
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--encoding=UTF8'];
  // The socket's directory decides who gets in: its owner and root, nobody else.
  const access = ['-U', superuser, '--auth-local=trust', '--auth-host=reject'];
  const args = ['-D', directory, '--no-instructions', ...access, ...locale];
  try {
    await run(binaries.initdb, fsync ? args : [...args, '--no-sync'], {
      ...processOptions(place.root, user),
      signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    const printed = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw explain(`initdb could not make a cluster in ${place.root}`, printed || messageOf(error));
  }
}

/** A system user may get another uid when its machine or container is made anew. */
async function requireOwner(data: string, user: SystemUser | undefined): Promise<void> {
  const { uid } = await stat(data);
  const expected = user?.uid ?? process.getuid?.();
  if (uid === expected) return;
  const runsAs = user ? `${user.name} (uid ${user.uid})` : `the current user (uid ${expected})`;
  throw new ClusterError(
    'wrong_owner',
    `The database in ${data} belongs to uid ${uid}, but PostgreSQL runs as ${runsAs}. ` +
      `Start Argus as that user, or give it away: chown -R ${expected} ${data}`,
  );
}

async function requireVersion(place: Place): Promise<void> {
  const file = join(place.data, 'PG_VERSION');
  const found = (await readFile(file, 'utf8')).trim();
  if (found === majorVersion) return;
  throw new ClusterError(
    'wrong_version',
    `The database in ${place.data} was made by PostgreSQL ${found}, this Argus ships ${majorVersion}. ` +
      `Start the Argus that made it and take a backup, or move ${place.root} away to begin with an empty database.`,
  );
}
