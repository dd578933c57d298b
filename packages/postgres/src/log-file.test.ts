import { stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boundLogFile, openLogFile, readLogSince, sizeOf } from './log-file.ts';
import { makeDirectory, textOf } from './test-support.ts';

async function makeLog() {
  const directory = await makeDirectory();
  return { ...directory, path: join(directory.path, 'postgres.log') };
}

test('a log that grew too long begins anew under the writer, and the old part is kept once', async () => {
  await using log = await makeLog();
  await using writer = await openLogFile(log.path);
  await writer.write('x'.repeat(11 * 1024 * 1024));
  await boundLogFile(log.path);
  await writer.write('next\n');
  expect(await textOf(log.path)).toBe('next\n');
  expect(await sizeOf(`${log.path}.1`)).toBe(11 * 1024 * 1024);
  await boundLogFile(log.path);
  expect(await textOf(log.path)).toBe('next\n');
});

test('the end of a log is read from where a start began', async () => {
  await using log = await makeLog();
  await using writer = await openLogFile(log.path);
  await writer.write('before\n');
  const offset = await sizeOf(log.path);
  await writer.write('after\n');
  expect(await readLogSince(log.path, offset)).toBe('after\n');
  expect((await stat(log.path)).mode & 0o777).toBe(0o600);
});

test('a log is not written through a symlink', async () => {
  await using log = await makeLog();
  await symlink('/dev/null', log.path);
  await expect(openLogFile(log.path)).rejects.toThrow(/ELOOP/);
});
