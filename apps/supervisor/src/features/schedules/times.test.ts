import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  nextAfter,
  parseCron,
  parseInterval,
  parseMoment,
  parseTimezone,
  preview,
  type Times,
} from './times.ts';

const ZONES = [
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'UTC',
  'America/Sao_Paulo',
];
const MINUTE = 60_000;

type Cronlike = Extract<Times, { kind: 'cron' }>;
const cron = (pattern: string, timezone: string, more: Partial<Cronlike> = {}): Cronlike => ({
  kind: 'cron',
  pattern,
  timezone,
  missing: 'shift',
  repeated: 'first',
  first: null,
  ...more,
});

describe('a nightly schedule in America/New_York', () => {
  const nightly = cron('30 2 * * *', 'America/New_York');

  test('runs an hour later in the night that has no half past two, or not at all', () => {
    const after = Date.parse('2027-03-13T00:00Z');
    expect(preview(nightly, nightly.timezone, { after, count: 3 })).toEqual({
      runs: [
        { at: '2027-03-13T07:30:00.000Z', local: '2027-03-13 02:30 -05:00', mark: null },
        { at: '2027-03-14T07:30:00.000Z', local: '2027-03-14 03:30 -04:00', mark: 'shifted' },
        { at: '2027-03-15T06:30:00.000Z', local: '2027-03-15 02:30 -04:00', mark: null },
      ],
      left_out: [],
    });
    expect(preview({ ...nightly, missing: 'skip' }, nightly.timezone, { after, count: 2 })).toEqual({
      runs: [
        { at: '2027-03-13T07:30:00.000Z', local: '2027-03-13 02:30 -05:00', mark: null },
        { at: '2027-03-15T06:30:00.000Z', local: '2027-03-15 02:30 -04:00', mark: 'clock_changed' },
      ],
      left_out: ['2027-03-14 02:30'],
    });
  });

  test.each([
    ['first', ['01:30 -04:00 first_of_two', '01:30 -05:00 clock_changed']],
    ['last', ['01:30 -05:00 last_of_two', '01:30 -05:00 null']],
    ['both', ['01:30 -04:00 first_of_two', '01:30 -05:00 last_of_two']],
  ] as const)('takes of an hour that comes twice: %s', (repeated, expected) => {
    const twice = cron('30 1 * * *', 'America/New_York', { repeated });
    const { runs } = preview(twice, twice.timezone, { after: Date.parse('2027-11-07T00:00Z'), count: 2 });
    expect(runs.map(({ local, mark }) => `${local.slice(11)} ${mark}`)).toEqual(expected);
  });
});

/** Every minute of the clock is looked at: slow, and without a thought about changes of clocks. */
function* minutesOf({ pattern, timezone, missing, repeated }: Cronlike, from: number, to: number) {
  const [minutes = [], hours = []] = pattern.split(' ').map((field) => field.split(',').map(Number));
  const seen = new Map<string, number[]>();
  const has = (zoned: Temporal.ZonedDateTime) => minutes.includes(zoned.minute) && hours.includes(zoned.hour);
  for (let at = from; at < to; at += MINUTE) {
    const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
    if (!has(zoned)) continue;
    const wall = zoned.toPlainDateTime().toString();
    seen.set(wall, [...(seen.get(wall) ?? []), at]);
  }
  for (const moments of seen.values()) {
    if (moments.length === 1 || repeated === 'both') yield* moments;
    else yield moments.at(repeated === 'first' ? 0 : -1) as number;
  }
  if (missing === 'skip') return;
  for (
    let wall = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO('UTC').toPlainDateTime(),
      n = 0;
    n < (to - from) / MINUTE;
    n++, wall = wall.add({ minutes: 1 })
  ) {
    if (!minutes.includes(wall.minute) || !hours.includes(wall.hour)) continue;
    const zoned = wall.toZonedDateTime(timezone);
    if (!zoned.toPlainDateTime().equals(wall)) yield zoned.epochMilliseconds;
  }
}

test('due times are those that a walk over all minutes finds, each once and in order', () => {
  const change = fc.constantFrom(
    ['America/New_York', '2027-03-14T07:00Z'],
    ['America/New_York', '2027-11-07T06:00Z'],
    ['Europe/Berlin', '2027-03-28T01:00Z'],
    ['Europe/Berlin', '2027-10-31T01:00Z'],
    ['Australia/Lord_Howe', '2027-04-03T15:00Z'],
    ['Australia/Lord_Howe', '2027-10-02T15:30Z'],
    ['Asia/Kolkata', '2027-10-02T15:30Z'],
  );
  const some = (most: number) =>
    fc.uniqueArray(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      change,
      some(59),
      some(5),
      fc.constantFrom('skip', 'shift'),
      fc.constantFrom('first', 'last', 'both'),
      ([timezone = '', at = ''], minutes, hours, missing, repeated) => {
        const times = cron(`${minutes.join(',')} ${hours.join(',')} * * *`, timezone, {
          missing,
          repeated,
        });
        const from = Date.parse(at) - 30 * 60 * MINUTE;
        const to = Date.parse(at) + 30 * 60 * MINUTE;
        // the walk looks further: what the edges cut through is not compared
        const walked = new Set(minutesOf(times, from - 1440 * MINUTE, to + 1440 * MINUTE));
        const expected = [...walked].filter((one) => one > from && one <= to).sort((a, b) => a - b);
        const found: number[] = [];
        for (
          let due = nextAfter(times, from);
          due !== undefined && due.at <= to;
          due = nextAfter(times, due.at)
        )
          found.push(due.at);
        expect(found).toEqual(expected);
      },
    ),
    { numRuns: 30 },
  );
}, 30_000);

test('the next due time is after the moment asked for, and nothing is due in between', () => {
  const times = fc.oneof(
    fc.record({
      kind: fc.constant('interval' as const),
      everyMs: fc.integer({ min: 5000, max: 1e9 }),
      anchor: fc.integer({ min: 0, max: 2e12 }),
    }),
    fc.constantFrom(...ZONES).map((zone) => cron('*/7 */3 * * *', zone)),
    fc.integer({ min: 0, max: 2e12 }).map((at) => ({ kind: 'date' as const, at })),
  );
  fc.assert(
    fc.property(times, fc.integer({ min: 0, max: 2e12 }), (one, after) => {
      const due = nextAfter(one, after);
      if (due === undefined) {
        expect(one).toMatchObject({ kind: 'date' });
        return;
      }
      expect(due.at).toBeGreaterThan(after);
      if (due.at - 1 > after) expect(nextAfter(one, due.at - 1)).toEqual(due);
    }),
  );
});

describe('what people write', () => {
  test.each([
    ['@daily', '0 0 * * *'],
    [' 0  9 * * MON#1 ', '0 9 * * MON#1'],
    ['0 0 L * *', '0 0 L * *'],
    ['0 0 29 2 *', '0 0 29 2 *'],
  ])('the pattern %s', (text, pattern) => expect(parseCron(text)).toBe(pattern));

  test.each([
    ['0 0 30 2 *', 'never comes'],
    ['* * * * * *', 'five fields'],
    ['61 * * * *', 'minute'],
    ['tomorrow', 'neither a cron pattern'],
    ['', 'neither a cron pattern'],
    ['0 0 * * MON#9', ''],
    ['x'.repeat(200), 'neither a cron pattern'],
  ])('no pattern: %s', (text, why) => expect(() => parseCron(text)).toThrow(why));

  test.each([
    ['15 minutes', 900_000],
    ['every hour', 3_600_000],
    ['1 Day', 86_400_000],
    ['*/5 * * * *', undefined],
  ])('the interval %s', (text, ms) => expect(parseInterval(text)).toBe(ms));
  test.each(['1 second', '999999999 weeks', '0 minutes'])('no interval: %s', (text) =>
    expect(() => parseInterval(text)).toThrow('repeatEvery'),
  );

  test.each([
    ['2026-12-24', '2026-12-24T05:00:00.000Z'],
    ['2026-12-24T18:00', '2026-12-24T23:00:00.000Z'],
    ['2026-12-24T18:00:00+01:00', '2026-12-24T17:00:00.000Z'],
    ['Jan 1 2030', '2030-01-01T05:00:00.000Z'],
    [1_800_000_000_000, '2027-01-15T08:00:00.000Z'],
  ])('the moment %s', (given, at) =>
    expect(new Date(parseMoment(given, 'America/New_York', 'runDate')).toISOString()).toBe(at),
  );
  test.each(['tomorrow', '1800000000000', '2026-13-01', '', 1e300, Number.NaN])('no moment: %s', (given) =>
    expect(() => parseMoment(given, 'UTC', 'runDate')).toThrow('runDate'),
  );

  test('zones are known by their names, and unknown ones refused', () => {
    expect(parseTimezone('Asia/Kolkata')).toBe('Asia/Kolkata');
    expect(parseTimezone('utc')).toBe('UTC');
    expect(() => parseTimezone('Mars/Olympus')).toThrow('no time zone');
  });
});
