import type { LogLine, LogLines } from '@argus/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HELD_AROUND, LogSource, visibleFrom, type ReadLines } from './log-source.ts';

/** A log on a server that answers when it is told to. */
function fakeLog(texts: string[]) {
  const asked: Parameters<ReadLines>[0][] = [];
  let open = Promise.withResolvers<void>();
  const lineOf = (text: string, line: number): LogLine => ({
    line,
    offset: 0,
    bytes: text.length,
    stream: 'stdout',
    at: '2026-11-24T09:30:00.150Z',
    text,
    cut: false,
  });
  const read: ReadLines = async (wanted, signal): Promise<LogLines> => {
    asked.push(wanted);
    await open.promise;
    signal.throwIfAborted();
    const from = 'tail' in wanted ? Math.max(0, texts.length - wanted.tail) : wanted.from_line;
    const to = 'tail' in wanted ? texts.length : from + wanted.limit;
    const lines = texts.slice(from, to).map((text, at) => lineOf(text, from + at));
    return { attempt: 1, from_line: from, lines, total_lines: texts.length, total_bytes: 0 };
  };
  return {
    read,
    asked,
    texts,
    /** Lets all that was asked for be answered, and what is asked for then. */
    async answer() {
      // reading, taking and asking again are turns of promises
      for (let turn = 0; turn < 200; turn++) {
        open.resolve();
        await Promise.resolve();
      }
      open = Promise.withResolvers();
    },
  };
}

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}`);

describe('the lines that a page holds', () => {
  test('are those in sight, wherever it is scrolled to, and few of a long log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(100_000), { minLength: 1, maxLength: 40 }), async (places) => {
        const log = fakeLog(numbered(100_000));
        const source = new LogSource(log.read);
        source.want(0, 0, true);
        await log.answer();
        expect(source.line(99_999)?.text).toBe('line 99999');
        for (const place of places) {
          source.want(place, place + 100, false);
          await log.answer();
          const last = Math.min(place + 100, 100_000) - 1;
          expect(source.line(Math.min(place, last))?.text).toBe(`line ${Math.min(place, last)}`);
          expect(source.line(last)?.text).toBe(`line ${last}`);
          expect(source.held).toBeLessThanOrEqual(2 * HELD_AROUND + 1_000);
        }
      }),
      { numRuns: 10 },
    );
  });

  test('at the end of a growing log are read again, also one that had no break yet', async () => {
    const log = fakeLog(['first', 'sec']);
    const source = new LogSource(log.read);
    source.want(0, 0, true);
    await log.answer();
    log.texts.splice(1, 1, 'second', 'third');
    source.grew();
    await log.answer();
    expect([0, 1, 2].map((index) => source.line(index)?.text)).toEqual(['first', 'second', 'third']);
    expect(source.count).toBe(3);
  });

  test('are not read while somebody looks elsewhere, but their number is known', async () => {
    const log = fakeLog(numbered(10_000));
    const source = new LogSource(log.read);
    source.want(0, 50, false);
    await log.answer();
    log.texts.push(...numbered(10_000));
    source.grew();
    await log.answer();
    expect([source.count, source.held < 1000]).toEqual([20_000, true]);
  });

  test('that are scrolled past are not waited for', async () => {
    const log = fakeLog(numbered(100_000));
    const source = new LogSource(log.read);
    source.want(0, 50, false);
    await log.answer();
    source.want(20_000, 20_050, false);
    source.want(90_000, 90_050, false);
    await log.answer();
    expect(source.line(90_049)?.text).toBe('line 90049');
    expect(source.line(20_000)).toBeUndefined();
  });

  test('keep the colour that a stream has left on', async () => {
    const log = fakeLog(['\u{1b}[31mred', 'still red', '\u{1b}[0mplain']);
    const source = new LogSource(log.read);
    source.want(0, 3, false);
    await log.answer();
    expect(source.line(1)?.looks).toEqual({ stdout: { foreground: 1 } });
    expect(source.line(2)?.looks).toEqual({ stdout: { foreground: 1 } });
  });
});

test.each([
  ['10%\r50%\r100%', '100%'],
  ['windows\r', 'windows'],
  ['plain', 'plain'],
  ['\r', ''],
])('%j is seen as %j', (text, seen) => {
  const { from, to } = visibleFrom(text);
  expect(text.slice(from, to)).toBe(seen);
});
