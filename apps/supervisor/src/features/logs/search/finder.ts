import { isAscii } from 'node:buffer';
import { RE2JS } from 're2js';
import { LINE_BREAK } from '../text.ts';

/** What is looked for. */
export interface LogQuery {
  text: string;
  /** `text` is a pattern (RE2). */
  regex: boolean;
  ignoreCase: boolean;
}

/**
 * Looks for one query in lines. The lines lie in texts of many lines, of which most have nothing: a finder goes through
 * such a text as fast as it can, and never says of a line with a match that it has none.
 */
export interface Finder {
  /**
   * A position within the first line at or after `from` (the begin of a line) that matches; -1 where none before `to`
   * does. `to` is the end of a text or behind a line break.
   */
  next(text: Buffer, from: number, to: number): number;
  /** For a line that comes in pieces. */
  line(): LineFinder;
  /** Begin and end of all that is found in a line, in UTF-16 code units; at most 100. */
  ranges(line: string): [number, number][];
}

export interface LineFinder {
  push(piece: Buffer): void;
  /** Whether the line as it is now matches. */
  found(): boolean;
}

/** Of a line that comes in pieces a pattern sees this much. */
export const PATTERN_SEES_BYTES = 256 * 1024;
const RANGES_MAX = 100;
const CARRIAGE_RETURN = 13;

/** @throws where a pattern is none */
export function createFinder({ text, regex, ignoreCase }: LogQuery): Finder {
  if (regex) return patternFinder(text, ignoreCase);
  if (text === '' || text.includes('\n')) return NOTHING;
  if (!ignoreCase) return literalFinder(text);
  const escaped = new RegExp(RegExp.escape(text), 'giu');
  // without letters beyond ASCII every byte is a character of its own, and nothing is decoded
  return isAscii(Buffer.from(text))
    ? asciiFinder(text, escaped)
    : lineByLine(new TextTester(escaped), escaped);
}

const NOTHING: Finder = {
  next: () => -1,
  line: () => ({ push: () => undefined, found: () => false }),
  ranges: () => [],
};

function literalFinder(text: string): Finder {
  const needle = Buffer.from(text);
  return {
    next(haystack, from, to) {
      const at = haystack.indexOf(needle, from);
      return at === -1 || at >= to ? -1 : at;
    },
    line: () => overlapping(needle.length, (bytes) => bytes.includes(needle)),
    ranges: (line) => rangesOf(new RegExp(RegExp.escape(text), 'gu'), line),
  };
}

/** Letters of ASCII without regard to case. */
function asciiFinder(text: string, escaped: RegExp): Finder {
  // no `u`: with it a Kelvin sign would be a `k`, and there is none in single bytes
  const pattern = new RegExp(RegExp.escape(text), 'gi');
  const decoded = lastDecoded((bytes) => bytes.toString('latin1'));
  return {
    next(haystack, from, to) {
      pattern.lastIndex = from;
      const at = pattern.exec(decoded(haystack))?.index ?? -1;
      return at >= to ? -1 : at;
    },
    line: () =>
      overlapping(text.length, (bytes) => {
        pattern.lastIndex = 0;
        return pattern.test(bytes.toString('latin1'));
      }),
    ranges: (line) => rangesOf(escaped, line),
  };
}

/** Looks at each piece together with the end of the one before. */
function overlapping(length: number, includes: (bytes: Buffer) => boolean): LineFinder {
  let found = false;
  let end = Buffer.alloc(0);
  return {
    push(piece) {
      if (found) return;
      const border = Buffer.concat([end, piece.subarray(0, length - 1)]);
      found = includes(border) || includes(piece);
      const kept = piece.length >= length - 1 ? piece : Buffer.concat([end, piece]);
      end = Buffer.from(kept.subarray(Math.max(0, kept.length - (length - 1))));
    },
    found: () => found,
  };
}

interface Tester {
  test(line: string): boolean;
}

class TextTester implements Tester {
  readonly #pattern: RegExp;

  constructor(pattern: RegExp) {
    this.#pattern = pattern;
  }

  test(line: string): boolean {
    this.#pattern.lastIndex = 0;
    return this.#pattern.test(line);
  }
}

function patternFinder(text: string, ignoreCase: boolean): Finder {
  const flags = ignoreCase ? RE2JS.CASE_INSENSITIVE : 0;
  const pattern = RE2JS.compile(text, flags);
  return lineByLine(pattern, pattern, textFilter(text, flags));
}

/**
 * Says of a text of many lines whether any can match; undefined where that would not be faster than to ask each. It is
 * where a word must occur for the pattern to match: RE2 then looks for that first.
 */
function textFilter(text: string, flags: number): Tester | undefined {
  // these mean the ends of what is looked at, which are not those of a line then
  if (/\\[Az]|\(\?[a-zA-Z]*-/.test(text)) return undefined;
  const pattern = RE2JS.compile(text, flags | RE2JS.MULTILINE);
  return pattern.re2().prefilter === null ? undefined : pattern;
}

function lineByLine(tester: Tester, ranges: RE2JS | RegExp, filter?: Tester): Finder {
  const decoded = lastDecoded((bytes) => {
    const ascii = isAscii(bytes);
    const text = ascii ? bytes.toString('latin1') : filter && bytes.toString();
    return {
      // only where positions in it are positions in the bytes
      text: ascii ? text : undefined,
      isHopeless: filter !== undefined && text !== undefined && !filter.test(text.replaceAll('\r\n', '\n')),
    };
  });
  return {
    next(haystack, from, to) {
      const { text, isHopeless } = decoded(haystack);
      if (isHopeless) return -1;
      for (let at = from; at < to;) {
        const next = haystack.indexOf(LINE_BREAK, at);
        const end = next === -1 || next > to ? to : next;
        const last = end > at && haystack[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
        if (tester.test(text === undefined ? haystack.toString('utf8', at, last) : text.slice(at, last)))
          return at;
        at = end + 1;
      }
      return -1;
    },
    line() {
      const seen: Buffer[] = [];
      let room = PATTERN_SEES_BYTES;
      return {
        push(piece) {
          if (room === 0) return;
          // a copy: a piece would keep all of its chunk
          const part = Buffer.from(piece.subarray(0, room));
          seen.push(part);
          room -= part.length;
        },
        found: () => tester.test(withoutReturn(Buffer.concat(seen).toString())),
      };
    },
    ranges: (line) => rangesOf(ranges, withoutReturn(line)),
  };
}

/** A line may end with CR and LF: the CR is not part of what a pattern sees. */
function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function rangesOf(pattern: RE2JS | RegExp, line: string): [number, number][] {
  const ranges: [number, number][] = [];
  if (pattern instanceof RE2JS) {
    const matcher = pattern.matcher(line);
    while (ranges.length < RANGES_MAX && matcher.find())
      if (matcher.end() > matcher.start()) ranges.push([matcher.start(), matcher.end()]);
    return ranges;
  }
  for (const { index, 0: found } of line.matchAll(pattern)) {
    if (ranges.length === RANGES_MAX) break;
    ranges.push([index, index + found.length]);
  }
  return ranges;
}

/** A text is asked for again for each line that is found in it, and decoded once. */
function lastDecoded<T>(decode: (bytes: Buffer) => T): (bytes: Buffer) => T {
  let last: { bytes: Buffer; value: T } | undefined;
  return (bytes) => {
    if (last?.bytes !== bytes) last = { bytes, value: decode(bytes) };
    return last.value;
  };
}
