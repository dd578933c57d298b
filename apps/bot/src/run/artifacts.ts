import { constants, type Dirent } from 'node:fs';
import { lstat, open, opendir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { ARTIFACT_NAME_MAX, LEFT_OUT_NAMED_MAX, type LeftOutReason } from '@argus/contract/limits';
import type { LeftOut } from '@argus/contract';
import type { RunUser } from './run-user.ts';

/** After so many entries no more are looked at: a script may leave millions. */
const SEEN_MAX = 20_000;

/** What of a directory cannot be kept, and why: counted, and the first ones by name. */
export class LeftOuts {
  #count = 0;
  #files: LeftOut['files'] = [];

  add(name: string, reason: LeftOutReason): void {
    this.#count++;
    // some text, whatever it was: half a character, a NUL
    const shown = name.toWellFormed().replaceAll('\0', '\uFFFD').slice(0, ARTIFACT_NAME_MAX).toWellFormed();
    if (this.#files.length < LEFT_OUT_NAMED_MAX) this.#files.push({ name: shown, reason });
  }

  /** null where everything can be kept. */
  get summary(): LeftOut | null {
    return this.#count === 0 ? null : { count: this.#count, files: this.#files };
  }
}

/** Where a script left its files. */
export interface ArtifactPlace {
  directory: string;
  user: Pick<RunUser, 'uid' | 'switched'>;
}

/** A file below the directory. */
export interface FoundArtifact {
  /** Relative, with `/`. */
  name: string;
  path: string;
}

/**
 * Looks for the regular files below a directory, at any depth, by name. Nothing of it is opened yet; what is no file of
 * the script for sure is left out already.
 */
export async function findArtifacts(place: ArtifactPlace, leftOut: LeftOuts): Promise<FoundArtifact[]> {
  const found: FoundArtifact[] = [];
  let seen = 0;

  async function walk(directory: string, prefix: string): Promise<void> {
    let entries: AsyncIterable<Dirent>;
    try {
      const reason = await strangeDirectory(directory, place);
      if (reason !== undefined) return leftOut.add(prefix.slice(0, -1) || '.', reason);
      entries = await opendir(directory);
    } catch (error) {
      if (prefix === '' && (error as NodeJS.ErrnoException).code === 'ENOENT') return;
      return leftOut.add(prefix.slice(0, -1) || '.', 'unreadable');
    }
    const below: string[] = [];
    for await (const entry of entries) {
      if (seen++ >= SEEN_MAX) return leftOut.add(`${prefix}${entry.name}`, 'too_many');
      const name = `${prefix}${entry.name}`;
      // bytes that are no UTF-8 have become this sign, and lead nowhere
      if (name.includes('\uFFFD') || name.length > ARTIFACT_NAME_MAX) leftOut.add(name, 'bad_name');
      else if (entry.isDirectory()) below.push(entry.name);
      else if (entry.isFile()) found.push({ name, path: join(directory, entry.name) });
      else leftOut.add(name, 'not_a_file');
    }
    for (const name of below) await walk(join(directory, name), `${prefix}${name}/`);
  }

  await walk(place.directory, '');
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Why a directory is not to be looked into; undefined where it is one that the script made. */
async function strangeDirectory(
  directory: string,
  { user }: ArtifactPlace,
): Promise<LeftOutReason | undefined> {
  const stat = await lstat(directory);
  if (!stat.isDirectory()) return 'not_a_file';
  return user.switched && stat.uid !== user.uid ? 'foreign' : undefined;
}

/** A file that cannot be kept. */
export class NotKept extends Error {
  override name = 'NotKept';
  readonly reason: LeftOutReason;

  constructor(reason: LeftOutReason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * Opens a file that a script left. Where the bot may read more than scripts may, it reads only what belongs to their
 * user: a hard link, or a link that was put into the way meanwhile, may lead to anything else. Nothing of a pipe or a
 * device is waited for.
 *
 * @throws NotKept
 */
export async function openArtifact(
  path: string,
  { user }: Pick<ArtifactPlace, 'user'>,
): Promise<{ file: FileHandle; size: number }> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new NotKept(code === 'ELOOP' || code === 'ENXIO' ? 'not_a_file' : 'unreadable');
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new NotKept('not_a_file');
    if (user.switched && stat.uid !== user.uid) throw new NotKept('foreign');
    return { file, size: stat.size };
  } catch (error) {
    await file.close();
    throw error;
  }
}
