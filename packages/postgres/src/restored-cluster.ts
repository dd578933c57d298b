import { chmod, chown, mkdir, mkdtemp, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ClusterError } from './errors.ts';
import { exists, syncDirectory } from './files.ts';
import { removeUnfinished, unfinishedPrefix } from './initialize.ts';
import { placeFor, preparePlace, type Place } from './place.ts';

/** A cluster as it is put together from a copy. Disposed before `finish` it leaves nothing. */
export type Restoration = AsyncDisposable & {
  readonly place: Place;
  /** Paths are relative to the cluster's data directory, with `/`; a directory comes before what is in it. */
  directory(path: string): Promise<void>;
  /** `body` is read to its end. */
  file(path: string, body: AsyncIterable<Uint8Array>): Promise<void>;
  /** Puts the cluster where the next start finds it, safe from a power cut. */
  finish(): Promise<void>;
};

/**
 * Begins a cluster in the place of a data directory, beside where it will be. Who calls holds the lock of the data directory.
 * @throws ClusterError `wrong_owner` … as a start would; `exists` if there is a cluster already.
 */
export async function restoreCluster(dataDir: string): Promise<Restoration> {
  const place = await placeFor(dataDir);
  if (await exists(place.data))
    throw new ClusterError(
      'exists',
      `There is a database in ${place.root} already: move it away (mv ${place.root} ${place.root}.old), then restore again.`,
    );
  const user = await preparePlace(place);
  await removeUnfinished(place.root);
  // ours until it is whole: nobody else can put a link into it
  const staged = await mkdtemp(join(place.root, unfinishedPrefix));
  const directories = [staged];
  let isFinished = false;
  return {
    place,
    async directory(path) {
      const made = join(staged, path);
      await mkdir(made, { mode: 0o700 });
      directories.push(made);
    },
    async file(path, body) {
      await using file = await open(join(staged, path), 'wx', 0o600);
      // a single write may take a part of what it is given, as on a disk that becomes full
      for await (const piece of body) await file.appendFile(piece);
      if (user) await file.chown(user.uid, user.gid);
      await file.sync();
    },
    async finish() {
      for (const directory of directories.reverse()) {
        await syncDirectory(directory);
        await chmod(directory, 0o700);
        if (user) await chown(directory, user.uid, user.gid);
      }
      await rename(staged, place.data);
      isFinished = true;
      await syncDirectory(place.root);
      await syncDirectory(dirname(place.root));
    },
    async [Symbol.asyncDispose]() {
      if (isFinished) return;
      await rm(staged, { recursive: true, force: true });
      // what nobody else put anything into
      for (const made of [place.socketDir, place.root, ...(place.relocated ? [dirname(place.root)] : [])])
        await rmdir(made).catch(() => undefined);
    },
  };
}
