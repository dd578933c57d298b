import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAnsi } from './ansi.ts';

const textOf = (line: string) =>
  parseAnsi(line, {})
    .spans.map(({ text }) => text)
    .join('');

test('colours and emphasis become looks of spans', () => {
  expect(parseAnsi('a\u{1b}[1;31mb\u{1b}[0mc', {})).toEqual({
    spans: [
      { text: 'a', style: {}, at: 0 },
      { text: 'b', style: { bold: true, foreground: 1 }, at: 8 },
      { text: 'c', style: {}, at: 13 },
    ],
    end: {},
  });
});

test('a look goes on into the next line until it is reset', () => {
  const { end } = parseAnsi('\u{1b}[32mgreen', {});
  expect(parseAnsi('still', end).spans).toEqual([{ text: 'still', style: { foreground: 2 }, at: 0 }]);
  expect(parseAnsi('\u{1b}[mplain', end).spans).toEqual([{ text: 'plain', style: {}, at: 3 }]);
});

test.each([
  ['38;5;196', 'rgb(255 0 0)'],
  ['38;5;244', 'rgb(128 128 128)'],
  ['38;5;9', 9],
  ['38;2;1;2;3', 'rgb(1 2 3)'],
  ['38:5:196', 'rgb(255 0 0)'],
  ['97', 15],
])('colour %s is %s', (codes, foreground) => {
  expect(parseAnsi(`\u{1b}[${codes}mx`, {}).spans[0]?.style).toEqual({ foreground });
});

test('an extended colour out of range changes nothing and takes its numbers along', () => {
  expect(parseAnsi('\u{1b}[38;2;999;0;0;4mx', {}).spans[0]?.style).toEqual({ underline: true });
});

test('what moves the cursor, sets titles or links is left out', () => {
  const link = '\u{1b}]8;;javascript:alert(1)\u{1b}\\click\u{1b}]8;;\u{7}';
  expect(textOf(`\u{1b}[2K\u{1b}[1Aa${link}\u{1b}(Bb\u{1b}`)).toBe('aclickb');
});

test('no escape character is ever shown, and text without one is not changed', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('\u{1b}', '\u{1b}[', '\u{1b}[31m', '\u{1b}]0;t', '\u{7}', ';', '5', 'm'),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const line = pieces.join('');
      const text = textOf(line);
      expect(text).not.toContain('\u{1b}');
      if (!line.includes('\u{1b}')) expect(text).toBe(line);
    }),
  );
});
