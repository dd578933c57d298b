import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Stream } from '@argus/contract';
import { LOG_CHUNK_MAX_BYTES } from '@argus/contract/limits';
import { limitNotice, LogCutter, PARTIAL_LINE_NS, type Chunk } from './log-cutter.ts';

const START = { seq: 0, offset: 0, line: 0 };
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

const bytesOf = ({ encoding, data }: Chunk) => (encoding === 'zstd' ? zstdDecompressSync(data) : data);

interface Piece {
  stream: Stream;
  bytes: Buffer;
  /** Whether the sender asks for chunks after it, and how old partial lines must be then. */
  cut: boolean;
  flush: boolean;
}

const piece: fc.Arbitrary<Piece> = fc.record({
  stream: fc.constantFrom<Stream>('stdout', 'stderr'),
  bytes: fc.oneof(
    fc
      .string({ unit: fc.constantFrom('a', '\n', '\r', 'é'), minLength: 1, maxLength: 40 })
      .map((text) => Buffer.from(text)),
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(Buffer.alloc(LOG_CHUNK_MAX_BYTES + 7, 'x'), Buffer.from('0123456789\n'.repeat(40_000))),
  ),
  cut: fc.boolean(),
  flush: fc.boolean(),
});

/** Pushes pieces from `skip` bytes on, as a shim does after a reconnect. */
function cutAll(cutter: LogCutter, pieces: readonly Piece[], skip = 0): Chunk[] {
  const chunks: Chunk[] = [];
  let offset = 0;
  for (const { stream, bytes, cut, flush } of pieces) {
    const rest = bytes.subarray(Math.max(0, skip - offset));
    if (rest.length > 0) cutter.push(stream, offset + bytes.length - rest.length, rest, 1000);
    offset += bytes.length;
    if (cut) chunks.push(...cutter.cut({ partialBeforeNs: flush ? 1000 : 0 }));
  }
  chunks.push(...cutter.cut({ partialBeforeNs: Infinity, isEnd: true }));
  return chunks;
}

function expectWhole(chunks: readonly Chunk[], expected: Buffer): void {
  let offset = 0;
  let line = 0;
  chunks.forEach((chunk, index) => {
    const bytes = bytesOf(chunk);
    expect(chunk).toMatchObject({ seq: index + 1, offset, line, bytes: bytes.length });
    expect(chunk.bytes).toBeGreaterThan(0);
    expect(chunk.bytes).toBeLessThanOrEqual(LOG_CHUNK_MAX_BYTES);
    expect(chunk.lines).toBe(bytes.filter((byte) => byte === 0x0a).length);
    offset += chunk.bytes;
    line += chunk.lines;
  });
  expect(Buffer.concat(chunks.map(bytesOf)).equals(expected)).toBe(true);
}

describe('the log', () => {
  test('is the same bytes in the same order, however it came in', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const chunks = cutAll(new LogCutter({ from: START, limit: NO_LIMIT }), pieces);
        expectWhole(chunks, Buffer.concat(pieces.map(({ bytes }) => bytes)));
        const stderr = chunks.filter(({ stream }) => stream === 'stderr').map(bytesOf);
        expect(
          Buffer.concat(stderr).equals(
            Buffer.concat(pieces.filter(({ stream }) => stream === 'stderr').map(({ bytes }) => bytes)),
          ),
        ).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('is cut at the same borders again after a restart, whatever was known then', () => {
    const known = fc.nat();
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 10 }),
        known,
        known,
        (pieces, ackedPick, knownPick) => {
          const first = cutAll(new LogCutter({ from: START, limit: NO_LIMIT }), pieces);
          const planned = knownPick % (first.length + 1);
          const acked = ackedPick % (planned + 1);
          const last = first[acked - 1];
          const from = last
            ? { seq: last.seq, offset: last.offset + last.bytes, line: last.line + last.lines }
            : START;
          const again = cutAll(
            new LogCutter({ from, limit: NO_LIMIT, planned: first.slice(acked, planned) }),
            pieces,
            from.offset,
          );
          const rest = (chunks: Chunk[]) => chunks.map((chunk) => ({ ...chunk, atNs: 0 }));
          expect(rest(again).slice(0, planned - acked)).toEqual(rest(first).slice(acked, planned));
          expectWhole([...first.slice(0, acked), ...again], Buffer.concat(pieces.map(({ bytes }) => bytes)));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('ends with a sentence at its limit, and the rest is dropped', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.nat({ max: 60 }), (pieces, limit) => {
        const whole = Buffer.concat(pieces.map(({ bytes }) => bytes));
        const chunks = cutAll(new LogCutter({ from: START, limit }), pieces);
        const expected =
          whole.length > limit
            ? Buffer.concat([whole.subarray(0, limit), Buffer.from(limitNotice(limit))])
            : whole;
        expectWhole(chunks, expected);
      }),
      { numRuns: 100 },
    );
  });

  test('names its limit in words', () => {
    expect(limitNotice(2 ** 30)).toBe('\n… log limit of 1 GiB reached, the rest is not kept\n');
    expect(limitNotice(1000)).toContain('1000 bytes');
  });

  test('goes out line by line; a partial line waits for its rest, but not long', () => {
    const cutter = new LogCutter({ from: START, limit: NO_LIMIT });
    cutter.push('stdout', 0, Buffer.from('one\ntwo'), 5);
    expect(cutter.cut({ partialBeforeNs: 0 }).map((chunk) => bytesOf(chunk).toString())).toEqual(['one\n']);
    expect(cutter.dueNs).toBe(5 + PARTIAL_LINE_NS);
    expect(cutter.cut({ partialBeforeNs: 4 })).toEqual([]);
    expect(cutter.cut({ partialBeforeNs: 5 }).map((chunk) => bytesOf(chunk).toString())).toEqual(['two']);
    expect(cutter.dueNs).toBeNull();
  });

  test('is compressed where that saves', () => {
    const cutter = new LogCutter({ from: START, limit: NO_LIMIT });
    cutter.push('stdout', 0, Buffer.from('same line\n'.repeat(100)), 0);
    const [chunk] = cutter.cut({ partialBeforeNs: 0 });
    expect(chunk?.encoding).toBe('zstd');
    expect(chunk?.data.length).toBeLessThan(100);
  });
});
