import type { Stream } from '@argus/contract';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { LINE_SHOWN_BYTES } from '../text.ts';
import { createFinder, type LogQuery } from './finder.ts';
import { BLOCK_LINES, Scan, type SearchedChunk } from './scan.ts';

type Piece = [stream: Stream, text: string];

/** Chunks as a bot cuts them: bytes, so that characters are cut too. */
function chunksOf(pieces: readonly Piece[]): SearchedChunk[] {
  let offset = 0;
  let line = 0;
  return pieces.map(([stream, text]) => {
    const bytes = Buffer.from(text, 'latin1');
    const lines = text.split('\n').length - 1;
    const chunk = { stream, offset, line, lines, at: 0, text: bytes };
    offset += bytes.length;
    line += lines;
    return chunk;
  });
}

const ALL = { fromLine: 0, limit: 1000, total: true };

/** Searches the chunks in parts that begin at `borders`, as the threads do. */
function search(
  chunks: readonly SearchedChunk[],
  query: LogQuery,
  { borders = [] as number[], ...options }: { borders?: number[] } & Partial<typeof ALL> = {},
) {
  const begins = [0, ...new Set(borders.filter((at) => at > 0 && at < chunks.length))].toSorted(
    (a, b) => a - b,
  );
  const before = chunks.map((_, at) => chunks.slice(0, at).reduce((sum, { lines }) => sum + lines, 0));
  const scans = begins.map((begin, part) => {
    const scan = new Scan({
      ...ALL,
      ...options,
      finder: createFinder(query),
      index: before[begin] ?? 0,
      skipFirst: part > 0,
    });
    const end = begins[part + 1] ?? chunks.length;
    for (const chunk of chunks.slice(begin, end)) scan.push(chunk);
    for (const chunk of chunks.slice(end)) scan.pushRest(chunk);
    scan.end();
    return scan;
  });
  return { matches: scans.flatMap(({ matches }) => matches), blocks: scans.flatMap(({ blocks }) => blocks) };
}

/** The same by splitting the joined text. */
function naive(chunks: readonly SearchedChunk[], { text, regex, ignoreCase }: LogQuery) {
  const whole = Buffer.concat(chunks.map((chunk) => chunk.text));
  const lines = whole.toString('latin1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const pattern = regex
    ? RE2JS.compile(text, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
    : RE2JS.compile(RE2JS.quote(text), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  return lines
    .map((latin1, index) => ({ index, text: Buffer.from(latin1, 'latin1').toString() }))
    .filter((line) => text !== '' && pattern.test(line.text.replace(/\r$/, '')));
}

const piece = fc.tuple(
  fc.constantFrom<Stream>('stdout', 'stderr'),
  fc
    .array(fc.constantFrom('a', 'b', 'ab', 'AB', '\n', '\n\n', '\r\n', '\u00c3', '\u00a9', 'x'.repeat(40)), {
      minLength: 1,
      maxLength: 12,
    })
    .map((texts) => texts.join('')),
);
const query = fc.constantFrom<LogQuery>(
  ...['a', 'ab', 'é', 'ba', 'xxxxa', ''].flatMap((text) =>
    [false, true].map((ignoreCase) => ({ text, regex: false, ignoreCase })),
  ),
  ...['a+b$', '^$', '^a', 'a[^b]*b', 'é|ab', '\\Aa', 'b\\z', '(?-m)^b', 'a\\s*b', 'É'].flatMap((text) =>
    [false, true].map((ignoreCase) => ({ text, regex: true, ignoreCase })),
  ),
);

describe('a search in chunks', () => {
  test('finds what splitting the joined text finds, however it is cut into chunks and parts', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 14 }),
        query,
        fc.array(fc.nat(14), { maxLength: 5 }),
        fc.option(fc.constantFrom<Stream>('stdout', 'stderr')),
        fc.nat(6),
        (pieces, asked, borders, stream, fromLine) => {
          const chunks = chunksOf(pieces).filter((chunk) => stream === null || chunk.stream === stream);
          const expected = naive(chunks, asked).filter(({ index }) => index >= fromLine);
          const { matches, blocks } = search(chunks, asked, { borders, fromLine });
          expect(matches.map(({ index, text }) => ({ index, text }))).toEqual(expected);
          expect(blocks.reduce((sum, { lines }) => sum + lines, 0)).toBe(expected.length);
          const whole = Buffer.concat(chunksOf(pieces).map(({ text }) => text));
          for (const { line, offset, ranges, text } of matches) {
            // where it lies in the whole log, whichever stream was searched
            expect(whole.subarray(0, offset).toString('latin1').split('\n').length - 1).toBe(line);
            for (const [from, to] of ranges as [number, number][])
              if (!asked.regex)
                expect(text.slice(from, to).toLowerCase()).toBe(
                  asked.ignoreCase ? asked.text.toLowerCase() : text.slice(from, to).toLowerCase(),
                );
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('ends with the last match wanted, and says where to go on', () => {
    const chunks = chunksOf([['stdout', 'a\n'.repeat(10)]]);
    const finder = createFinder({ text: 'a', regex: false, ignoreCase: false });
    const scan = new Scan({ finder, index: 0, skipFirst: false, fromLine: 2, limit: 3, total: false });
    for (const chunk of chunks) scan.push(chunk);
    expect([scan.matches.map(({ index }) => index), scan.isDone, scan.next]).toEqual([[2, 3, 4], true, 5]);
  });

  test('counts in blocks that can be read with one request', () => {
    const chunks = chunksOf(Array.from({ length: 3 }, () => ['stdout', 'a\nb\n'.repeat(500)] as Piece));
    expect(search(chunks, { text: 'a', regex: false, ignoreCase: false }, { limit: 0 }).blocks).toEqual([
      { index: 0, lines: BLOCK_LINES },
      { index: 2 * BLOCK_LINES, lines: 500 },
    ]);
  });

  test('finds a text far into a line of many chunks, across their border, and shows the begin of the line', () => {
    const filler = 'x'.repeat(200_000);
    const chunks = chunksOf([
      ['stdout', `first\n${filler}`],
      ['stderr', `${filler}need`],
      ['stdout', `le${filler}\nlast needle`],
    ]);
    const { matches } = search(
      chunks,
      { text: 'needle', regex: false, ignoreCase: false },
      { borders: [1, 2] },
    );
    expect(matches).toMatchObject([
      { index: 1, line: 1, offset: 6, bytes: 600_006, cut: true, ranges: [] },
      { index: 2, line: 2, cut: false, text: 'last needle', ranges: [[5, 11]] },
    ]);
    expect(matches[0]?.text).toHaveLength(LINE_SHOWN_BYTES);
  });
});
