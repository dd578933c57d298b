/** One header, and what the size of each member is filled up to: bytes. */
const BLOCK = 512;
/** Eleven octal digits. */
const SIZE_MAX = 8 ** 11 - 1;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;

/** An archive that cannot be read: cut off, damaged, or none at all. */
export class TarError extends Error {}

export interface Member {
  /** With `/` between names, without one at the end. */
  path: string;
  kind: 'file' | 'directory';
  /** Bytes; 0 of a directory. */
  size: number;
}

/** A member with its content, which is there until the next member is asked for. What is not read is passed over. */
export interface ReadMember extends Member {
  body: AsyncGenerator<Buffer>;
}

/** The header of a member in POSIX ustar, as of root, for its owner's eyes only. `at` in milliseconds since 1970. */
export function tarHeader({ path, kind, size }: Member, at: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const [prefix, name] = split(kind === 'directory' ? `${path}/` : path);
  if (size > SIZE_MAX) throw new Error(`${path} has more than 8 GiB, which a tar archive cannot say`);
  header.write(name, 0);
  header.write(octal(kind === 'directory' ? 0o700 : 0o600, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(Math.floor(at / 1000), 12), 136);
  header.write(kind === 'directory' ? '5' : '0', 156);
  header.write('ustar\u000000', 257, 'latin1');
  header.write(prefix, 345);
  header.write(`${octal(checksum(header), 7)} `, 148);
  return header;
}

/** What fills a member of this size up to whole blocks. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** What ends an archive. */
export const TAR_END: Buffer = Buffer.alloc(2 * BLOCK);

function octal(value: number, bytes: number): string {
  return `${value.toString(8).padStart(bytes - 1, '0')}\0`;
}

function split(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= NAME_BYTES) return ['', path];
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= PREFIX_BYTES && Buffer.byteLength(name) <= NAME_BYTES && name !== '')
      return [prefix, name];
  }
  throw new Error(`the name of ${path} is too long for a tar archive`);
}

/** The sum of the header's bytes, with its own field as blanks. */
function checksum(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

/**
 * The members of an archive, one after the other. Takes files and directories alone: links, and paths that lead out of
 * the archive, are refused.
 * @throws TarError
 */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<ReadMember> {
  const bytes = reader(source);
  for (;;) {
    const header = await bytes.exactly(BLOCK);
    // none at all: what comes out of PostgreSQL may end without its two empty blocks
    if (header === undefined || header.every((byte) => byte === 0)) break;
    const member = memberOf(header);
    const body = bytes.upTo(member.size);
    yield { ...member, body };
    for await (const passed of body) void passed;
    await bytes.exactly(tarPadding(member.size).length);
  }
  // whoever sends is let finish
  for await (const passed of bytes.upTo(Infinity)) void passed;
}

function memberOf(header: Buffer): Member {
  const text = (from: number, length: number) =>
    header
      .subarray(from, from + length)
      .toString()
      .replace(/\0.*$/s, '');
  const number = (from: number, length: number) => {
    const digits = text(from, length).trim();
    if (!/^[0-7]+$/.test(digits)) throw new TarError('a header in it cannot be read');
    return Number.parseInt(digits, 8);
  };
  if (text(257, 5) !== 'ustar' || number(148, 8) !== checksum(header))
    throw new TarError('a header in it cannot be read');
  const prefix = text(345, PREFIX_BYTES);
  const path = (prefix === '' ? text(0, NAME_BYTES) : `${prefix}/${text(0, NAME_BYTES)}`)
    .replace(/^\.\//, '')
    .replace(/\/$/, '');
  if (path.split('/').some((name) => ['', '.', '..'].includes(name)))
    throw new TarError(`it holds ${JSON.stringify(path)}, which is no path in it`);
  const type = text(156, 1) || '0';
  if (type !== '0' && type !== '5') throw new TarError(`it holds ${path}, which is no file and no directory`);
  return type === '5' ? { path, kind: 'directory', size: 0 } : { path, kind: 'file', size: number(124, 12) };
}

function reader(source: AsyncIterable<Buffer>) {
  const pieces = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);

  /** At least a byte and at most `max`; undefined at the end. */
  async function some(max: number): Promise<Buffer | undefined> {
    while (rest.length === 0) {
      const next = await pieces.next();
      if (next.done) return undefined;
      rest = next.value;
    }
    const taken = rest.subarray(0, max);
    rest = rest.subarray(taken.length);
    return taken;
  }

  async function* upTo(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0;) {
      const piece = await some(left);
      if (piece === undefined) {
        if (length === Infinity) return;
        throw new TarError('it ends too early');
      }
      left -= piece.length;
      yield piece;
    }
  }

  return {
    upTo,
    /** Undefined where the source has ended already. */
    async exactly(length: number): Promise<Buffer | undefined> {
      const taken: Buffer[] = [];
      for (let left = length; left > 0;) {
        const piece = await some(left);
        if (piece === undefined && left === length) return undefined;
        if (piece === undefined) throw new TarError('it ends too early');
        left -= piece.length;
        taken.push(piece);
      }
      return Buffer.concat(taken);
    },
  };
}
