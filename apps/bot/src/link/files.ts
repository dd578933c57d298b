import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { RunFile, RunInstruction } from '@argus/contract';
import type { Workplace } from '../run/workplace.ts';
import { Backoff } from './backoff.ts';
import { Refused, type Http } from './http.ts';

/** Silence after which a download is begun anew, milliseconds. */
const IDLE_MS = 60_000;

/** A file that cannot be had, however often one asks, or cannot be kept. */
export class FileMissing extends Error {
  override name = 'FileMissing';
}

/** Fetches the files of a run. Its arguments with their paths in their places; files of a list as a JSON array. */
export async function argumentsWithFiles(
  { args, files = [] }: Pick<RunInstruction, 'args' | 'files'>,
  workplace: Workplace,
  http: Http,
  signal: AbortSignal,
): Promise<string[]> {
  const lists = new Map<number, string[]>();
  const paths = new Map<number, string>();
  for (const file of files) {
    signal.throwIfAborted();
    const path = workplace.placeOf(file);
    await fetchFile(http, file, path, signal);
    workplace.handOver(path);
    if (file.index === undefined) paths.set(file.position, path);
    else {
      const list = [...(lists.get(file.position) ?? []), path];
      lists.set(file.position, list);
      paths.set(file.position, JSON.stringify(list));
    }
  }
  return args.map((text, position) => paths.get(position) ?? text);
}

/**
 * Fetches a file argument to this path, as often as it takes, and verifies it.
 * @throws FileMissing where asking again does not help
 */
async function fetchFile(
  http: Http,
  { id, filename, size, sha256 }: RunFile,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const backoff = new Backoff();
  for (;;) {
    signal.throwIfAborted();
    const hash = createHash('sha256');
    let unwritable: Error | undefined;
    try {
      await http.stream({ method: 'GET', path: `/bot/files/${id}`, timeoutMs: IDLE_MS, signal }, (bytes) => {
        const file = createWriteStream(target, { mode: 0o600 });
        file.once('error', (error) => (unwritable = error));
        return pipeline(bytes, checked(hash, size), file);
      });
      const digest = hash.digest('hex');
      if (digest === sha256) return;
      throw new FileMissing(`the file ${filename} arrived damaged: its SHA-256 is ${digest}`);
    } catch (error) {
      if (error instanceof FileMissing) throw error;
      if (error instanceof Refused && [403, 404, 410].includes(error.status))
        throw new FileMissing(`the file ${filename} could not be fetched (${error.message})`);
      if (unwritable !== undefined && !signal.aborted && isOfDisk(unwritable))
        throw new FileMissing(`the file ${filename} could not be written (${unwritable.message})`);
      await backoff.wait(error, signal);
    }
  }
}

/** No more than was announced goes to the disk: a piece too many makes the digest wrong and ends it. */
function checked(hash: ReturnType<typeof createHash>, size: number) {
  return async function* (bytes: AsyncIterable<Buffer>) {
    let left = size;
    for await (const piece of bytes) {
      hash.update(piece);
      left -= piece.length;
      if (left < 0) return;
      yield piece;
    }
  };
}

/** A broken connection closes the file too, with its own error. */
function isOfDisk(error: Error): boolean {
  return ['open', 'write', 'close'].includes((error as NodeJS.ErrnoException).syscall ?? '');
}
