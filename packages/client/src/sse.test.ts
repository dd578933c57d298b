import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSseParser, type SseEvent } from './sse.ts';

function parse(pieces: string[]): SseEvent[] {
  const parser = createSseParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

const oneLine = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n]/g, ' '));
const event = fc.record({
  type: fc.constantFrom('job', 'log', 'end'),
  lines: fc.array(oneLine, { minLength: 1, maxLength: 4 }),
  id: fc.nat().map(String),
});
const lineBreak = fc.constantFrom('\n', '\r\n', '\r');

/** Cuts a text at the given places, in whatever order they come. */
function cut(text: string, places: number[]): string[] {
  const sorted = places.map((place) => place % (text.length + 1)).sort((a, b) => a - b);
  return [0, ...sorted].map((from, index) => text.slice(from, sorted[index] ?? text.length));
}

test('events are the same wherever the stream is cut and however its lines end', () => {
  fc.assert(
    fc.property(fc.array(event), lineBreak, fc.array(fc.nat(), { maxLength: 20 }), (events, eol, places) => {
      const text = events
        .map(({ type, lines, id }) =>
          [
            `event: ${type}`,
            ': a comment',
            `id: ${id}`,
            ...lines.map((line) => `data: ${line}`),
            '',
            '',
          ].join(eol),
        )
        .join('');
      // the break behind the last event may be half of a CRLF until something follows
      const parsed = parse([...cut(text, places), ': end\n']);
      expect(parsed).toEqual(events.map(({ type, lines, id }) => ({ type, data: lines.join('\n'), id })));
    }),
  );
});

test('an event without data is none, but its id counts', () => {
  expect(parse(['id: 7\n\ndata: x\n\n'])).toEqual([{ type: 'message', data: 'x', id: '7' }]);
});

test('an event that the stream breaks off is not delivered', () => {
  expect(parse(['data: half\n'])).toEqual([]);
});

test('one space behind the colon is left away, a byte order mark too', () => {
  expect(parse(['\u{feff}data:  two', '\ndata:none\ndata\n\n'])).toEqual([
    { type: 'message', data: ' two\nnone\n', id: '' },
  ]);
});

test('the server names the reconnection time in digits', () => {
  const parser = createSseParser();
  parser.push('retry: 1500\nretry: soon\n');
  expect(parser.retry).toBe(1500);
});
