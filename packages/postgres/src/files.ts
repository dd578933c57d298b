import { lstat, open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from './errors.ts';

/** Resolves to undefined where the promise fails with ENOENT; other failures pass through. */
export async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** True if something, even a dangling symlink, has this path. */
export async function exists(path: string): Promise<boolean> {
  return (await unlessMissing(lstat(path))) !== undefined;
}

/** The path without symlinks; the part that does not exist yet is taken literally. */
export async function resolvePath(path: string): Promise<string> {
  const resolved = await unlessMissing(realpath(path));
  return resolved ?? join(await resolvePath(dirname(path)), basename(path));
}

/** The path itself, or the nearest directory above it that exists. Expects a resolved path. */
export async function deepestExisting(path: string): Promise<string> {
  return (await unlessMissing(stat(path))) ? path : deepestExisting(dirname(path));
}

/** Makes a rename, or a new entry, in this directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r');
  await directory.sync();
}
