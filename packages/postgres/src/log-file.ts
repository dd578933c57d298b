import { constants } from 'node:fs';
import { copyFile, open, stat, truncate, type FileHandle } from 'node:fs/promises';
import { unlessMissing } from './files.ts';

/** Bytes after which the log begins anew; with the one before it at most about twice that is kept. */
const logLimit = 10 * 1024 * 1024;

/** Enough for the lines that tell why a server did not start: bytes. */
const tailLength = 16 * 1024;

/** Opens a log for appending, readable by its owner only. A server keeps writing to it when we are gone. */
export async function openLogFile(path: string): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = constants;
  return open(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
}

/**
 * Moves the content of a log that has grown too long to `<path>.1`. The server has the file open and goes on
 * appending to it; what it writes between the copy and the cut is lost.
 */
export async function boundLogFile(path: string): Promise<void> {
  if ((await sizeOf(path)) < logLimit) return;
  await copyFile(path, `${path}.1`);
  await truncate(path);
}

/** Length in bytes, 0 if there is no such file. */
export async function sizeOf(path: string): Promise<number> {
  return (await unlessMissing(stat(path)))?.size ?? 0;
}

/** What was appended after `offset`, at most the last 16 KiB. */
export async function readLogSince(path: string, offset: number): Promise<string> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const start = Math.max(offset, size - tailLength);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), { position: start });
  return buffer.toString('utf8', 0, bytesRead);
}
