import { chmod, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { baseDirFor, bitsFor, reachableBy, standInFor } from './reach.ts';
import { asRoot, makeDirectory } from './test-support.ts';

const stranger = { uid: 54_321, gid: 54_321 };

test('the bits of the owner, of the group or of others apply, and root may do all', () => {
  const id = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(id, id, id, id, fc.integer({ min: 0, max: 0o777 }), (uid, gid, owner, group, mode) => {
      const digits = mode.toString(8).padStart(3, '0');
      const expected = Number(uid === owner ? digits[0] : gid === group ? digits[1] : digits[2]);
      expect(bitsFor(uid, gid, { uid: owner, gid: group, mode })).toBe(expected);
      expect(bitsFor(0, gid, { uid: owner, gid: group, mode })).toBe(7);
    }),
  );
});

test('a directory below a closed one cannot be reached, however open it is itself', async () => {
  await using tree = await makeDirectory();
  const inner = join(tree.path, 'closed', 'open');
  await mkdir(inner, { recursive: true });
  await chmod(inner, 0o777);
  expect(await reachableBy(stranger.uid, stranger.gid, inner)).toBe(true);
  await chmod(join(tree.path, 'closed'), 0o700);
  expect(await reachableBy(stranger.uid, stranger.gid, inner)).toBe(false);
  expect(await reachableBy(stranger.uid, stranger.gid, join(inner, 'not', 'made', 'yet'))).toBe(false);
  expect(await reachableBy(process.getuid?.() ?? 0, process.getgid?.() ?? 0, inner)).toBe(true);
});

test('a symlink is judged by where it leads', async () => {
  await using tree = await makeDirectory();
  await mkdir(join(tree.path, 'closed'), { mode: 0o700 });
  await symlink(join(tree.path, 'closed'), join(tree.path, 'link'));
  expect(await reachableBy(stranger.uid, stranger.gid, join(tree.path, 'link'))).toBe(false);
});

test('a file must be readable', async () => {
  await using tree = await makeDirectory();
  const file = join(tree.path, 'file');
  await writeFile(file, '');
  await chmod(file, 0o600);
  expect(await reachableBy(stranger.uid, stranger.gid, file)).toBe(false);
  await chmod(file, 0o644);
  expect(await reachableBy(stranger.uid, stranger.gid, file)).toBe(true);
});

test('a data directory that can be entered is used, and made with all above it, whatever the umask', async () => {
  await using tree = await makeDirectory();
  const before = process.umask(0o077);
  try {
    const dataDir = join(tree.path, 'a', 'b');
    expect(await baseDirFor(dataDir, stranger)).toBe(dataDir);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o711);
    expect(await reachableBy(stranger.uid, stranger.gid, dataDir)).toBe(true);
  } finally {
    process.umask(before);
  }
});

test.runIf(asRoot)('a data directory that cannot be entered gets a stand-in, always the same', async () => {
  await using tree = await makeDirectory();
  await chmod(tree.path, 0o700);
  const dataDir = join(tree.path, 'data');
  const base = await baseDirFor(dataDir, stranger);
  try {
    expect(base).toMatch(/^\/var\/lib\/argus\/[0-9a-f]{16}$/);
    expect(base).toBe(await standInFor(dataDir));
    expect(await baseDirFor(dataDir, stranger)).toBe(base);
    expect((await stat(base)).mode & 0o777).toBe(0o711);
  } finally {
    await rm(base, { recursive: true });
  }
});
