import { chmod, chown, lstat, mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { ClusterError } from './errors.ts';
import { exists, resolvePath } from './files.ts';
import { makeBase, reachableBy, shortHash, standInFor } from './reach.ts';
import { ensureSystemUser, findSystemUser, type SystemUser } from './system-user.ts';

/** The account that PostgreSQL runs as when Argus runs as root, which PostgreSQL refuses. */
export const databaseUser = 'argus-db';

/** No account has it: stands for a user that is not made yet, who owns nothing. */
const nobodyYet = 0xffff_fffe;

/** sockaddr_un holds 108 bytes on Linux and 104 on macOS; the limit leaves room for the final NUL and a margin. */
const socketPathLimit = 100;

/** PostgreSQL names its socket after a port even where it listens on none. */
export const socketPort = 5432;
export const socketName = `.s.PGSQL.${socketPort}`;

/** Where one cluster lives. */
export type Place = {
  /** Holds all the rest: `<dataDir>/postgres`, or `/var/lib/argus/<id>/postgres`. Belongs to who runs Argus. */
  root: string;
  /** PostgreSQL's own data directory. */
  data: string;
  /** Holds the socket; nobody but its owner and root can enter. */
  socketDir: string;
  logFile: string;
  /** True if it is not in the data directory, because the database user cannot enter that. */
  relocated: boolean;
};

/**
 * Tells where the cluster of this data directory is or will be. Changes nothing.
 * A cluster that exists stays where it is, even if permissions changed since it was made.
 * @param dataDir absolute path; need not exist.
 * @throws ClusterError `unreachable` if the cluster is in a directory that its user can no longer enter.
 */
export async function placeFor(dataDir: string): Promise<Place> {
  if (!isAbsolute(dataDir))
    throw new TypeError(`The data directory must be an absolute path, got ${dataDir}`);
  const resolved = await resolvePath(dataDir);
  if (process.getuid?.() !== 0) return placeIn(resolved, false);
  const { uid, gid } = (await findSystemUser(databaseUser)) ?? { uid: nobodyYet, gid: nobodyYet };
  const standIn = placeIn(await standInFor(resolved), true);
  if (await exists(standIn.data)) return standIn;
  const inside = placeIn(resolved, false);
  if (await reachableBy(uid, gid, resolved)) return inside;
  if (!(await exists(inside.data))) return standIn;
  throw new ClusterError(
    'unreachable',
    `The database in ${inside.root} exists, but the user ${databaseUser} cannot enter a directory above it. ` +
      `Let others pass (chmod o+x on ${resolved} and its parents), or move it: mv ${inside.root} ${standIn.root}`,
  );
}

function placeIn(base: string, relocated: boolean): Place {
  const root = join(base, 'postgres');
  return {
    root,
    data: join(root, 'data'),
    socketDir: shortEnough(join(root, 'socket')) ?? shortSocketDir(root),
    logFile: join(root, 'postgres.log'),
    relocated,
  };
}

function shortEnough(socketDir: string): string | undefined {
  const socket = join(socketDir, socketName);
  return Buffer.byteLength(socket) < socketPathLimit ? socketDir : undefined;
}

/** In `/run` for root, where nobody else can take the name first; else in `/tmp`, with the owner checked. */
function shortSocketDir(root: string): string {
  const uid = process.getuid?.() ?? 0;
  const parent = uid === 0 && process.platform === 'linux' ? '/run' : '/tmp';
  return join(parent, `argus-${uid}-${shortHash(root)}`);
}

/** Makes the directories of a place. Returns the user to run PostgreSQL as, undefined for the current one. */
export async function preparePlace(place: Place): Promise<SystemUser | undefined> {
  const user = process.getuid?.() === 0 ? await ensureSystemUser(databaseUser) : undefined;
  await makeBase(dirname(place.root));
  await mkdir(place.root, { recursive: true, mode: 0o700 });
  // The root stays ours, and the database user's group may only pass: what we write here cannot be redirected by
  // a symlink of that user.
  if (user) {
    await chown(place.root, 0, user.gid);
    await chmod(place.root, 0o710);
  }
  await mkdir(place.socketDir, { mode: 0o700, recursive: true });
  if (user) await handOver(place.socketDir, user);
  await requirePrivate(place.socketDir, user);
  return user;
}

/** Hands a directory that we just made to its user; one that is somebody else's stays theirs. */
async function handOver(directory: string, user: SystemUser): Promise<void> {
  const found = await lstat(directory);
  if (found.isDirectory() && found.uid === 0) await chown(directory, user.uid, user.gid);
}

/** Who can enter the socket's directory can read and change everything. */
async function requirePrivate(directory: string, user: SystemUser | undefined): Promise<void> {
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== (user?.uid ?? process.getuid?.())) {
    throw new ClusterError(
      'wrong_owner',
      `${directory} is not a directory of ${user?.name ?? 'the current user'}. Remove it, then start again.`,
    );
  }
  if ((found.mode & 0o777) !== 0o700) await chmod(directory, 0o700);
}
