import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { binariesFor, majorVersion } from './binaries.ts';
import { processOptions } from './process.ts';
import { databaseUser } from './place.ts';
import { ensureSystemUser } from './system-user.ts';
import { asRoot, makeDirectory } from './test-support.ts';

const run = promisify(execFile);

test('the programs run from the package where they can be reached', async () => {
  const { initdb, postgres, version } = await binariesFor('/nowhere', undefined);
  expect(dirname(initdb)).toBe(dirname(postgres));
  expect(version.startsWith(`${majorVersion}.`)).toBe(true);
  expect((await run(postgres, ['--version'])).stdout).toContain(`(PostgreSQL) ${majorVersion}.`);
});

test.runIf(asRoot)(
  'programs in a directory that only root can enter are copied, once for each version',
  async () => {
    await using top = await makeDirectory();
    const user = await ensureSystemUser(databaseUser);
    const closed = join(top.path, 'closed');
    const root = join(top.path, 'root');
    for (const directory of [closed, root]) await mkdir(directory, { mode: 0o700 });
    await chown(root, 0, user.gid);
    await chmod(root, 0o710);
    const installed = await binariesFor(root, undefined);
    await cp(join(dirname(installed.postgres), '..', '..'), closed, {
      recursive: true,
      verbatimSymlinks: true,
    });
    await chmod(join(closed, 'native', 'lib'), 0o700);
    await mkdir(join(root, 'native-older'));

    const copied = await binariesFor(root, user, closed);
    expect(copied.postgres).toBe(join(root, `native-${copied.version}`, 'bin', 'postgres'));
    expect(await readdir(root)).toEqual([`native-${copied.version}`]);
    expect((await run(copied.postgres, ['--version'], processOptions(root, user))).stdout).toContain(
      '(PostgreSQL)',
    );

    await rm(join(closed, 'native'), { recursive: true });
    expect(await binariesFor(root, user, closed)).toEqual(copied);
  },
);
