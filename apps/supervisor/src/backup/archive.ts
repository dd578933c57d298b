import { createHash } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { DamagedBackup } from './errors.ts';
import { readTar, tarHeader, tarPadding, TAR_END, TarError, type Member } from './tar.ts';

// A backup is a tar archive, compressed by zstd: `tar --zstd -tf FILE` lists it. Its first member says what it is, its last
// one what has to be in it.

const HEAD = 'argus-backup.json';
const MANIFEST = 'manifest.json';
/** Bytes of a member that is read as a whole; the manifest of 100,000 files has 15 MB. */
const TEXT_MAX = 64 * 1024 * 1024;

/** What a backup is of. */
export interface Head {
  /** `argus-backup/1`: a number more is one that this version cannot read. */
  format: string;
  /** Version of the Argus that made it. */
  argus: string;
  /** Version of the PostgreSQL whose files are in it: `18.4`. */
  postgresql: string;
  /** `linux-x64`: the files of a database are good for one kind of machine. */
  platform: string;
  /** When it was begun. */
  made_at: string;
}

/** What is in a backup. */
export interface Manifest {
  /** What was committed until then is in it. */
  consistent_at: string;
  files: { path: string; size: number; sha256: string }[];
}

/** A member as it is written. */
export type Part = Member & { body: AsyncIterable<Uint8Array> };

/** A member whose content is this text. */
export function textPart(path: string, text: string): Part {
  const body = Buffer.from(text);
  return { path, kind: 'file', size: body.length, body: once(body) };
}

async function* once(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}

/** Writes a backup of these parts, which are taken one after the other as they come. Leaves `sink` open where it is stdout. */
export async function writeArchive(
  head: Head,
  parts: AsyncIterable<Part>,
  sink: Writable,
  signal: AbortSignal,
): Promise<Manifest> {
  // as small as gzip makes it in two fifths of the time; a checksum of its own for what no digest covers
  const compress = createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  const manifest: Manifest = { consistent_at: '', files: [] };
  await pipeline(tarOf(head, parts, manifest), compress, sink, { signal, end: sink !== process.stdout });
  return manifest;
}

async function* tarOf(
  head: Head,
  parts: AsyncIterable<Part>,
  manifest: Manifest,
): AsyncGenerator<Uint8Array> {
  const at = Date.parse(head.made_at);
  yield* hashed(textPart(HEAD, json(head)), at, manifest);
  for await (const part of parts) yield* hashed(part, at, manifest);
  manifest.consistent_at = new Date().toISOString();
  yield* hashed(textPart(MANIFEST, json(manifest)), at, undefined);
  yield TAR_END;
}

async function* hashed(part: Part, at: number, manifest: Manifest | undefined): AsyncGenerator<Uint8Array> {
  yield tarHeader(part, at);
  if (part.kind === 'directory') return;
  const digest = createHash('sha256');
  let size = 0;
  for await (const piece of part.body) {
    digest.update(piece);
    size += piece.length;
    yield piece;
  }
  if (size !== part.size) throw new Error(`${part.path} has ${size} bytes instead of ${part.size}`);
  manifest?.files.push({ path: part.path, size, sha256: digest.digest('hex') });
  yield tarPadding(size);
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** What is done with a backup as it is read. */
export interface Taking {
  /** Comes first; throws where nothing more shall be read. */
  head?(head: Head): void | Promise<void>;
  directory?(path: string): void | Promise<void>;
  /** Reads the body to its end, which is seen by its digest as well. */
  file?(path: string, size: number, body: AsyncIterable<Uint8Array>): Promise<void>;
}

/**
 * Reads a backup to its end. Only when it has answered is what was taken known to be what was written.
 * @throws DamagedBackup where it is cut off, changed, or something else
 */
export async function readArchive(
  input: Readable,
  taking: Taking,
  signal: AbortSignal,
): Promise<{ head: Head; manifest: Manifest }> {
  let read: { head: Head; manifest: Manifest } | undefined;
  const consume = async (source: AsyncIterable<Buffer>) => {
    read = await readMembers(source, taking);
  };
  try {
    await pipeline(input, createZstdDecompress(), consume, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TarError) throw new DamagedBackup(error.message, { cause: error });
    const { code } = error as { code?: unknown };
    if (code === 'Z_BUF_ERROR') throw new DamagedBackup('it ends too early', { cause: error });
    if (typeof code === 'string' && /^Z_|^ZSTD_/.test(code))
      throw new DamagedBackup('it cannot be decompressed', { cause: error });
    throw error;
  }
  if (read === undefined) throw new DamagedBackup('it ends too early');
  return read;
}

async function readMembers(
  source: AsyncIterable<Buffer>,
  taking: Taking,
): Promise<{ head: Head; manifest: Manifest } | undefined> {
  const found: Manifest['files'] = [];
  let head: Head | undefined;
  let manifest: Manifest | undefined;
  for await (const { path, kind, size, body } of readTar(source)) {
    if (manifest) throw new DamagedBackup(`${path} follows its end`);
    if (!head && path !== HEAD) throw new DamagedBackup('its first member is not that of a backup of Argus');
    if (kind === 'directory') {
      await taking.directory?.(path);
      continue;
    }
    const digest = createHash('sha256');
    const seen = through(body, digest.update.bind(digest));
    if (path === HEAD) {
      head = parsed<Head>(await textOf(seen));
      await taking.head?.(head);
    } else if (path === MANIFEST) manifest = parsed<Manifest>(await textOf(seen));
    else await taking.file?.(path, size, seen);
    for await (const passed of seen) void passed;
    if (path !== MANIFEST) found.push({ path, size, sha256: digest.digest('hex') });
  }
  if (!head || !manifest) return undefined;
  if (!Array.isArray(manifest.files)) throw new DamagedBackup('what it says of itself cannot be read');
  compare(manifest, found);
  return { head, manifest };
}

async function* through<T>(source: AsyncIterable<T>, see: (piece: T) => unknown): AsyncGenerator<T> {
  for await (const piece of source) {
    see(piece);
    yield piece;
  }
}

function compare({ files }: Manifest, found: Manifest['files']): void {
  for (const [index, { path, size, sha256 }] of files.entries()) {
    const other = found[index];
    if (other?.path !== path) throw new DamagedBackup(`${path} is not in it`);
    if (other.size !== size || other.sha256 !== sha256)
      throw new DamagedBackup(`${path} is not what was written`);
  }
  if (found.length > files.length) throw new DamagedBackup(`${found[files.length]?.path} was added to it`);
}

/** The whole of a member that is text. */
export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > TEXT_MAX) throw new DamagedBackup('a text in it has no end');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function parsed<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new DamagedBackup('what it says of itself cannot be read', { cause });
  }
}
