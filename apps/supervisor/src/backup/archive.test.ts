import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSettings } from '../settings.ts';
import { textPart, writeArchive, type Head, type Part } from './archive.ts';
import { restore, verify } from './restore.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'argus-archive-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const { signal } = new AbortController();
const head: Head = {
  format: 'argus-backup/1',
  argus: '0.1.0',
  postgresql: '18.4',
  platform: `${process.platform}-${process.arch}`,
  made_at: '2026-11-29T12:00:00.000Z',
};

async function* partsOf(files: Record<string, string>): AsyncGenerator<Part> {
  for (const [path, text] of Object.entries(files)) yield textPart(path, text);
}

async function fileOf(more: Partial<Head>, files: Record<string, string> = {}): Promise<string> {
  const file = join(home, 'backup.tar.zst');
  await writeArchive({ ...head, ...more }, partsOf(files), createWriteStream(file), signal);
  return file;
}

const settings = () => readSettings({ ARGUS_DATA_DIR: join(home, 'data') });

test('what a backup says of itself is what is in it', async () => {
  const read = await verify(await fileOf({}, { 'secret-key': 'k\n', 'admin-token': 'tt\n' }), signal);
  expect(read.head).toEqual(head);
  expect(read.manifest.files.map(({ path, size }) => [path, size])).toEqual([
    ['argus-backup.json', expect.any(Number)],
    ['secret-key', 2],
    ['admin-token', 3],
  ]);
});

test('one that was put together anew with other bytes in it is refused', async () => {
  const file = await fileOf({}, { 'secret-key': 'the right key\n' }); // 14 bytes
  const tar = zstdDecompressSync(await readFile(file));
  for (const [from, to, why] of [
    ['the right key', 'the wrong key', 'secret-key is not what was written'],
    ['"size": 14,', '"size": 19,', 'secret-key is not what was written'],
    ['"path": "secret-key"', '"path": "secret-kex"', 'secret-kex is not in it'],
    ['"files": [', '"Files": [', 'what it says of itself cannot be read'],
  ] as const) {
    expect(tar.includes(from)).toBe(true);
    await writeFile(file, zstdCompressSync(Buffer.from(tar.toString('latin1').replace(from, to), 'latin1')));
    await expect(verify(file, signal), to).rejects.toThrow(`This is no whole backup: ${why}`);
  }
});

test('a backup of a newer form, another PostgreSQL or another kind of machine is refused before anything is made', async () => {
  for (const [more, why] of [
    [{ format: 'argus-backup/2', argus: '3.0.0' }, 'was made by Argus 3.0.0 in a form (argus-backup/2)'],
    [{ format: 'something' }, 'its first member is not that of a backup of Argus'],
    [{ postgresql: '19.1', argus: '2.0.0' }, 'restore it with Argus 2.0.0, which made it'],
    [{ platform: 'linux-s390x' }, 'was made on linux-s390x'],
  ] as const) {
    const file = await fileOf(more);
    await expect(restore(settings(), file, signal)).rejects.toThrow(why);
  }
  await expect(restore(settings(), await fileOf({}, { 'bot/journal': 'x' }), signal)).rejects.toThrow(
    'bot/journal does not belong into one',
  );
  expect(await readdir(home)).toEqual(['backup.tar.zst']);
});
