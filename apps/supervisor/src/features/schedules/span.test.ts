import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spanOf } from './span.ts';
import { nextAfter, parseCron, type Due, type Times } from './times.ts';

const ZONES = [
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'UTC',
  'America/Sao_Paulo',
  'Africa/Casablanca',
];
const PATTERNS = [
  '30 2 * * *',
  '*/20 * * * *',
  '0 0 * * *',
  '15 1-3 * * *',
  '0 9 * * MON#1',
  '59 23 L * *',
  '0 2,3 * * 0',
  '5 4 1,15 * *',
  '0 0 13 * 5',
  '0 12 15W * *',
];
const DAY = 86_400_000;

const patterns = fc.oneof(
  fc.constantFrom(...PATTERNS),
  fc
    .record({
      minute: fc.integer({ min: 0, max: 59 }),
      hour: fc.constantFrom('*', '0', '1', '2', '*/3', '1-4'),
      day: fc.constantFrom('*', '1', 'L'),
      weekday: fc.constantFrom('*', '0', '1-5'),
    })
    .map(({ minute, hour, day, weekday }) => `${minute} ${hour} ${day} * ${weekday}`),
);

test('all due times of a span are those that come one after another', () => {
  const property = fc.property(
    patterns,
    fc.constantFrom(...ZONES),
    fc.constantFrom<('skip' | 'shift')[]>('skip', 'shift'),
    fc.constantFrom<('first' | 'last' | 'both')[]>('first', 'last', 'both'),
    // around the changes of clocks of two years, and elsewhere
    fc.oneof(
      fc.constantFrom(
        '2027-03-10',
        '2026-10-29',
        '2027-03-24',
        '2026-10-22',
        '2027-04-01',
        '2026-09-30',
        '2027-02-04',
      ),
      fc.integer({ min: 0, max: 700 }).map((day) => new Date(Date.UTC(2026, 0, 1) + day * DAY).toISOString()),
    ),
    fc.integer({ min: 1, max: 8 }),
    fc.option(fc.integer({ min: -3, max: 9 })),
    (pattern, timezone, missing, repeated, begin, days, first) => {
      const from = Date.parse(begin);
      const to = from + days * DAY;
      const times: Times = {
        kind: 'cron',
        pattern: parseCron(pattern),
        timezone,
        missing,
        repeated,
        first: first === null ? null : from + first * DAY + 17 * 60_000,
      };
      expect(spanOf(from, to).dues(times, from - 1).dues).toEqual(oneByOne(times, from, to));
    },
  );
  fc.assert(property, { numRuns: 250 });
});

test('of an interval as well, whenever it began', () => {
  const from = Date.parse('2027-01-01T00:00Z');
  for (const anchor of [from - 12_345, from, from + 3 * 3_600_000 + 1]) {
    const times: Times = { kind: 'interval', everyMs: 5_400_000, anchor };
    expect(spanOf(from, from + DAY).dues(times, from - 1).dues).toEqual(oneByOne(times, from, from + DAY));
  }
});

test('what the clocks jump over is told with the moment of the jump', () => {
  const from = Date.parse('2027-03-13T00:00Z');
  const times: Times = {
    kind: 'cron',
    pattern: '*/20 2 * * *',
    timezone: 'America/New_York',
    missing: 'skip',
    repeated: 'first',
    first: null,
  };
  const jump = Date.parse('2027-03-14T07:00Z');
  expect(spanOf(from, from + 3 * DAY).dues(times, from - 1).leftOut).toEqual([jump, jump, jump]);
});

function oneByOne(times: Times, from: number, to: number): Due[] {
  const dues: Due[] = [];
  for (let at = from - 1; ;) {
    const next = nextAfter(times, at);
    if (next === undefined || next.at >= to) return dues;
    dues.push(next);
    at = next.at;
  }
}
