import { chmod, chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { placeFor } from './place.ts';
import { ensureSystemUser } from './system-user.ts';
import { asRoot, makeWorkspace, query } from './test-support.ts';

test('telling where a cluster will be changes nothing', async () => {
  await using workspace = await makeWorkspace();
  const place = await placeFor(workspace.dataDir);
  expect(place).toMatchObject({ root: `${workspace.dataDir}/postgres`, relocated: false });
  await expect(stat(workspace.dataDir)).rejects.toThrow(/ENOENT/);
});

test('a relative data directory is refused', async () => {
  await expect(placeFor('data')).rejects.toThrow(/absolute/);
});

test.runIf(asRoot)(
  'a data directory that only root can enter gets cluster and programs elsewhere, and they stay there',
  async () => {
    await using workspace = await makeWorkspace();
    const top = dirname(workspace.dataDir);
    await chmod(top, 0o700);
    {
      await using cluster = await workspace.open();
      expect(cluster.place).toMatchObject({
        relocated: true,
        root: expect.stringMatching(/^\/var\/lib\/argus\//),
      });
      await query(cluster.connection, 'create table kept as select 42 as answer');
    }
    await chmod(top, 0o711);
    await using cluster = await workspace.open();
    expect(await query(cluster.connection, 'select answer from kept')).toEqual([{ answer: 42 }]);
  },
  30_000,
);

test.runIf(asRoot)('a cluster that can no longer be reached is not replaced by an empty one', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  await (await workspace.open()).stop();
  const top = dirname(workspace.dataDir);
  await chmod(top, 0o700);
  await expect(workspace.open()).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('chmod'),
  });
  await chmod(top, 0o711);
});

test.runIf(asRoot)('a cluster of another user is refused with what to run', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  const first = await workspace.open();
  await first.stop();
  await chown(first.place.data, 54_321, 54_321);
  const message = expect.stringMatching(/uid 54321.*chown -R \d+/);
  await expect(workspace.open()).rejects.toMatchObject({ code: 'wrong_owner', message });
});

test.runIf(asRoot)('the user of the database is made once and is not root', async () => {
  const [first, second] = await Promise.all([ensureSystemUser('argus-db'), ensureSystemUser('argus-db')]);
  expect(first).toEqual(second);
  expect(first.uid).toBeGreaterThan(0);
});
