import { createHash } from 'node:crypto';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deepestExisting, exists, resolvePath } from './files.ts';

/** Where the files of unprivileged users go when they cannot enter the data directory. */
const sharedBase = '/var/lib/argus';

/** Others may pass through to what they can name, but not list what is there. */
const passThrough = 0o711;

type Ownership = { mode: number; uid: number; gid: number };

const readBit = 4;
const enterBit = 1;

/** The rwx bits (0–7) that apply to a user: the owner's, else the group's, else those of others. */
export function bitsFor(uid: number, gid: number, file: Ownership): number {
  if (uid === 0) return 7;
  if (file.uid === uid) return (file.mode >> 6) & 7;
  if (file.gid === gid) return (file.mode >> 3) & 7;
  return file.mode & 7;
}

/**
 * True if a process with this uid and gid (and no other groups) can enter every directory down to `path`,
 * and enter (a directory) or read (a file) the path itself. For a path that does not exist yet, judges the
 * directories above it that do. Looks at mode bits, not at ACLs.
 */
export async function reachableBy(uid: number, gid: number, path: string): Promise<boolean> {
  const target = await deepestExisting(await resolvePath(path));
  for (let at = target; ; at = dirname(at)) {
    const found = await stat(at);
    const needed = found.isDirectory() ? enterBit : readBit;
    if ((bitsFor(uid, gid, found) & needed) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** The directory that stands in for a data directory that an unprivileged user cannot enter. */
export async function standInFor(dataDir: string): Promise<string> {
  return join(sharedBase, shortHash(await resolvePath(dataDir)));
}

/** 16 hex digits (64 bits) that stay the same for the same text. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * The directory below which files of `user` for this data directory go: the data directory itself if the user
 * can enter it, else `/var/lib/argus/<id>`. It exists on return; what had to be made belongs to the caller and
 * can be passed through, not listed, by others.
 */
export async function baseDirFor(dataDir: string, user: { uid: number; gid: number }): Promise<string> {
  const resolved = await resolvePath(dataDir);
  const base = (await reachableBy(user.uid, user.gid, resolved)) ? resolved : await standInFor(resolved);
  await makeBase(base);
  return base;
}

/** Makes the directory and those above it, whatever the umask; directories that exist keep their mode. */
export async function makeBase(base: string): Promise<void> {
  if (await exists(base)) return;
  await makeBase(dirname(base));
  await mkdir(base, { recursive: true });
  await chmod(base, passThrough);
}
