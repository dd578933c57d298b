import type { LogPiece } from '@argus/contract';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LINE_SHOWN, LINES_HELD, LogStore, visibleText } from './log-store.ts';

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 1);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** Pieces of one stream as the server numbers them. */
function pieces(texts: string[], stream: LogPiece['stream'] = 'stdout') {
  let end = 0;
  let line = 0;
  return texts.map((text) => {
    const piece = { text, stream, line, end: (end += text.length) };
    line += text.split('\n').length - 1;
    return piece;
  });
}

function shown(store: LogStore) {
  return Array.from({ length: store.length }, (_, index) => store.line(index));
}

test('lines are the same however the log is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'bc', '\n', '\n\n', 'd\n'), { minLength: 1 }), (texts) => {
      const store = new LogStore();
      for (const piece of pieces(texts)) store.append(piece);
      const lines = texts.join('').split('\n');
      if (lines.at(-1) === '') lines.pop();
      expect(shown(store).map((line) => line?.text)).toEqual(lines);
      expect(shown(store).map((line) => line?.number)).toEqual(lines.map((_, index) => index + 1));
    }),
  );
});

test('streams that share a line are kept apart under its number', () => {
  const store = new LogStore();
  store.append({ text: 'out', stream: 'stdout', line: 0, end: 3 });
  store.append({ text: 'err\n', stream: 'stderr', line: 0, end: 7 });
  store.append({ text: 'next\n', stream: 'stdout', line: 1, end: 12 });
  expect(shown(store).map((line) => [line?.number, line?.stream, line?.text])).toEqual([
    [1, 'stdout', 'out'],
    [1, 'stderr', 'err'],
    [2, 'stdout', 'next'],
  ]);
});

test('a colour stays on for the next lines of its stream only', () => {
  const store = new LogStore();
  store.append({ text: '\u{1b}[31mred\n', stream: 'stdout', line: 0, end: 9 });
  store.append({ text: 'plain\n', stream: 'stderr', line: 1, end: 15 });
  store.append({ text: 'still red\n', stream: 'stdout', line: 2, end: 25 });
  expect(shown(store).map((line) => line?.start)).toEqual([{}, {}, { foreground: 1 }]);
});

test('a piece that comes twice is shown once', () => {
  const store = new LogStore();
  const [first, second] = pieces(['a\n', 'b\n']);
  for (const piece of [first, second, second]) if (piece) store.append(piece);
  expect(store.length).toBe(2);
});

test('the oldest lines go, and the numbers of the others stay', () => {
  const store = new LogStore();
  const total = LINES_HELD + 20_000;
  store.append({ text: 'x\n'.repeat(total), stream: 'stdout', line: 0, end: total * 2 });
  expect(store.length).toBe(LINES_HELD);
  expect(store.dropped).toBe(20_000);
  expect(store.line(0)?.number).toBe(20_001);
});

test('a very long line is cut and says by how much', () => {
  const store = new LogStore();
  for (const piece of pieces(['x'.repeat(LINE_SHOWN - 1), 'yz', 'w'])) store.append(piece);
  expect(store.line(0)).toMatchObject({ hidden: 2, number: 1 });
  expect(store.line(0)?.text).toHaveLength(LINE_SHOWN);
});

test.each([
  ['10%\r50%\r100%', '100%'],
  ['windows\r', 'windows'],
  ['plain', 'plain'],
])('%j is seen as %j', (text, seen) => expect(visibleText(text)).toBe(seen));
