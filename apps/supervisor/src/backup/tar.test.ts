import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTar, tarHeader, tarPadding, TAR_END } from './tar.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'argus-tar-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

interface File {
  path: string;
  content: Buffer;
}

function archiveOf(files: readonly File[]): Buffer {
  const pieces = files.flatMap(({ path, content }) => [
    tarHeader({ path, kind: 'file', size: content.length }, 0),
    content,
    tarPadding(content.length),
  ]);
  return Buffer.concat([...pieces, TAR_END]);
}

async function* cut(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function read(source: AsyncIterable<Buffer>): Promise<File[]> {
  const files: File[] = [];
  for await (const { path, kind, body } of readTar(source)) {
    const pieces: Buffer[] = [];
    for await (const piece of body) pieces.push(piece);
    files.push({ path: kind === 'directory' ? `${path}/` : path, content: Buffer.concat(pieces) });
  }
  return files;
}

const name = fc.stringMatching(/^[a-z0-9_]{1,40}$/);
const file = fc.record({
  path: fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/')),
  content: fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
});

test('what was written is read, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(file, { maxLength: 6 }),
      fc.integer({ min: 1, max: 3_000 }),
      async (files, length) => {
        expect(await read(cut(archiveOf(files), length))).toEqual(files);
      },
    ),
  );
});

test('members that nobody reads are passed over', async () => {
  const files = ['one', 'two', 'three'].map((path) => ({ path, content: Buffer.alloc(1_500, path) }));
  const paths: string[] = [];
  for await (const { path } of readTar(cut(archiveOf(files), 700))) paths.push(path);
  expect(paths).toEqual(['one', 'two', 'three']);
});

test('tar reads what was written, and what tar writes is read', async () => {
  const long = `${'deep/'.repeat(25)}file`;
  const files = [
    { path: 'a', content: Buffer.from('first') },
    { path: long, content: Buffer.alloc(10_000, 'x') },
  ];
  await writeFile(join(home, 'ours.tar'), archiveOf(files));
  execFileSync('tar', ['-xf', 'ours.tar'], { cwd: home });
  expect(await readFile(join(home, long))).toEqual(files[1]?.content);

  execFileSync('tar', ['--format=ustar', '-cf', 'theirs.tar', './a', './deep'], { cwd: home });
  const theirs = await read(cut(await readFile(join(home, 'theirs.tar')), 512));
  expect(theirs).toContainEqual(files[0]);
  expect(theirs).toContainEqual(files[1]);
  expect(theirs).toContainEqual({ path: 'deep/', content: Buffer.alloc(0) });
});

test('what leads out of the archive, links and damage are refused', async () => {
  const header = (path: string) => tarHeader({ path, kind: 'file', size: 0 }, 0);
  for (const path of ['../up', '/etc/passwd', 'a/../../b', 'a//b'])
    await expect(read(cut(header(path), 512)), path).rejects.toThrow('which is no path in it');

  execFileSync('ln', ['-s', '/etc/passwd', 'link'], { cwd: home });
  execFileSync('tar', ['--format=ustar', '-cf', 'link.tar', 'link'], { cwd: home });
  await expect(read(cut(await readFile(join(home, 'link.tar')), 512))).rejects.toThrow(
    'no file and no directory',
  );

  const changed = header('name');
  changed[0] = 'N'.charCodeAt(0);
  await expect(read(cut(changed, 512))).rejects.toThrow('cannot be read');
  const whole = archiveOf([{ path: 'a', content: Buffer.alloc(5_000) }]);
  await expect(read(cut(whole.subarray(0, 3_000), 512))).rejects.toThrow('ends too early');
});
