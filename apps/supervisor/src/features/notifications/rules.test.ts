import type { Quiet } from '@argus/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factsOf, messageOf, subjectLine, subjectOf } from './facts.ts';
import {
  afterTry,
  GIVE_UP_MS,
  hintOf,
  oneLine,
  outcomeOfStatus,
  quietUntil,
  retryAfterMs,
  tells,
  verdictOf,
  type Verdict,
} from './rules.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');
const wish = (more: object = {}) => ({
  events: ['failure', 'timeout'],
  only_first_failure: false,
  recovered: false,
  ...more,
});

describe('what a rule tells', () => {
  test('of failures in a row is each, or the first alone', () => {
    const second = { event: 'failure', verdict: 'bad', before: 'bad' } as const;
    expect(tells(wish(), second).tells).toBe(true);
    expect(tells(wish({ only_first_failure: true }), second).tells).toBe(false);
    expect(tells(wish({ only_first_failure: true }), { ...second, before: null }).tells).toBe(true);
  });

  test('of a success after a failure is the recovery, where that is wanted', () => {
    const works = { event: 'success', verdict: 'good', before: 'bad' } as const;
    expect(tells(wish({ recovered: true }), works)).toEqual({ tells: true, isRecovery: true });
    expect(tells(wish(), works)).toEqual({ tells: false, isRecovery: false });
    expect(tells(wish({ recovered: true }), { ...works, before: 'good' }).tells).toBe(false);
  });

  test('of changes alone is one failure and one recovery in turns, however the ends come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('success', 'failure', 'timeout', 'error', 'canceled')),
        (states) => {
          const changes = wish({ only_first_failure: true, recovered: true });
          let before: Verdict = null;
          const told: Verdict[] = [];
          for (const state of states) {
            const verdict = verdictOf(state, state);
            const event = state === 'error' ? 'failure' : state;
            if (tells(changes, { event, verdict, before }).tells) told.push(verdict);
            before = verdict ?? before;
          }
          expect(told).toEqual(told.map((_verdict, index) => (index % 2 === 0 ? 'bad' : 'good')));
          expect(told.length > 0).toBe(states.some((state) => verdictOf(state, state) === 'bad'));
        },
      ),
    );
  });
});

describe('tries', () => {
  const not_yet = { kind: 'not_yet', reason: 'it answered with status 503' } as const;
  /** Fails each time, as late as each delay says; answers the delays. */
  function failing(random: number, retryAfter?: number): { delays: number[]; reason: string } {
    const delays: number[] = [];
    for (let attempts = 1, now = NOW; ; attempts++) {
      const next = afterTry(
        { ...not_yet, retryAfterMs: retryAfter },
        { attempts, firstAt: NOW, now, random },
      );
      if (next.state !== 'waiting') return { delays, reason: next.reason };
      delays.push(next.dueAt - now);
      now = next.dueAt;
    }
  }

  test('come again after 10 s, then twice as late each time up to an hour, for a day', () => {
    const { delays, reason } = failing(0);
    expect(delays.slice(0, 4)).toEqual([10_000, 20_000, 40_000, 80_000]);
    expect(Math.max(...delays)).toBe(3_600_000);
    expect(delays.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(GIVE_UP_MS);
    expect(reason).toBe(`given up after ${delays.length + 1} tries: it answered with status 503`);
  });

  test('end, are never earlier than asked for, and are spread by chance', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.option(fc.integer({ min: 0, max: 7_200_000 }), { nil: undefined }),
        (random, retryAfter) => {
          const { delays } = failing(random, retryAfter);
          expect(delays.length).toBeGreaterThan(5);
          expect(delays.length).toBeLessThan(50);
          for (const [index, delay] of delays.entries()) {
            expect(delay).toBeGreaterThanOrEqual(Math.max(10_000, retryAfter ?? 0));
            expect(delay).toBeLessThanOrEqual(
              Math.max(Math.min(10_000 * 2 ** index, 3_600_000) * 1.2, retryAfter ?? 0) + 1,
            );
          }
        },
      ),
    );
  });

  test.each([
    [200, 'sent'],
    [204, 'sent'],
    [301, 'failed'],
    [400, 'failed'],
    [404, 'failed'],
    [410, 'failed'],
    [408, 'not_yet'],
    [425, 'not_yet'],
    [429, 'not_yet'],
    [500, 'not_yet'],
    [503, 'not_yet'],
  ])('status %i means %s', (status, kind) => {
    expect(outcomeOfStatus(status, 'said\nso', 5)).toMatchObject({ kind });
  });

  test.each([
    ['120', 120_000],
    ['Tue, 24 Nov 2026 09:01:00 GMT', 60_000],
    ['Tue, 24 Nov 2026 08:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('Retry-After: %s', (header, ms) => expect(retryAfterMs(header, NOW)).toBe(ms));
});

describe('quiet hours', () => {
  const nights: Quiet = { from: '22:00', to: '07:00', days: [1, 2, 3, 4, 5, 6, 7], failures_pass: true };
  const at = (text: string) => Date.parse(text);
  const until = (quiet: Quiet, zone: string, now: string) => {
    const end = quietUntil(quiet, zone, at(now));
    return end === undefined ? undefined : new Date(end).toISOString();
  };

  test.each([
    ['before midnight', '2026-11-24T21:30:00Z', '2026-11-25T06:00:00.000Z'],
    ['after midnight', '2026-11-25T03:00:00Z', '2026-11-25T06:00:00.000Z'],
    ['by day', '2026-11-24T12:00:00Z', undefined],
    ['at their end', '2026-11-25T06:00:00Z', undefined],
    ['at their begin', '2026-11-24T21:00:00Z', '2026-11-25T06:00:00.000Z'],
  ])('%s in Berlin', (_when, now, end) => expect(until(nights, 'Europe/Berlin', now)).toBe(end));

  test('belong to the day on which they begin', () => {
    const friday = { ...nights, days: [5] };
    expect(until(friday, 'UTC', '2026-11-28T03:00:00Z')).toBe('2026-11-28T07:00:00.000Z');
    expect(until(friday, 'UTC', '2026-11-27T03:00:00Z')).toBeUndefined();
    expect(until({ ...friday, days: [] }, 'UTC', '2026-11-28T03:00:00Z')).toBeUndefined();
  });

  test.each([
    // the clocks jump from 2 to 3: the night is an hour shorter
    ['in spring', '2027-03-27T21:00:00Z', '2027-03-28T05:00:00.000Z'],
    ['in autumn', '2026-10-24T20:00:00Z', '2026-10-25T06:00:00.000Z'],
  ])('end at seven on the clock %s', (_season, now, end) =>
    expect(until(nights, 'Europe/Berlin', now)).toBe(end),
  );

  test('that end in an hour that comes twice end with the second', () => {
    const early = { ...nights, to: '02:30' };
    expect(until(early, 'Europe/Berlin', '2026-10-24T23:00:00Z')).toBe('2026-10-25T01:30:00.000Z');
  });

  test('last a day at most, end after now, and are over at their end', () => {
    const clock = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
    fc.assert(
      fc.property(
        clock,
        clock,
        fc.uniqueArray(fc.integer({ min: 1, max: 7 })),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'),
        fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') }),
        (from, to, days, zone, now) => {
          fc.pre(from !== to);
          const quiet = { from, to, days, failures_pass: false };
          const end = quietUntil(quiet, zone, now);
          if (end === undefined) return;
          expect(end).toBeGreaterThan(now);
          expect(end - now).toBeLessThanOrEqual(26 * 3_600_000);
          expect(quietUntil(quiet, zone, end)).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('words', () => {
  test('a subject is one line, whatever the names in it are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (name, hostname) => {
        const facts = factsOf({
          kind: 'event',
          emitter: { type: 'task', id: 'x', name: `${name}\r\nBcc: eve@demo.test\u2028` },
          event: 'failure',
          state: 'failure',
          hostname,
        });
        expect(subjectOf(facts)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(subjectOf(facts).length).toBeLessThanOrEqual(200);
      }),
    );
  });

  test('times are on the clocks of who reads them', () => {
    const facts = factsOf({
      kind: 'event',
      emitter: { type: 'task', id: 'x', name: 'Nightly backup' },
      event: 'failure',
      state: 'failure',
      reason: 'exit code 3',
      started_at: '2026-11-24T01:30:00.000Z',
      finished_at: '2026-11-24T01:34:03.000Z',
      job_id: 'abc',
    });
    const place = { publicUrl: 'https://argus.test', customer: 'demo' };
    const { text, link } = messageOf({ id: 'm', subject: 's', facts }, null, place, 'Asia/Kolkata');
    expect(text).toBe(`Nightly backup: failed

Reason:     exit code 3
Started:    2026-11-24 07:00:00 Asia/Kolkata
Ended:      2026-11-24 07:04:03 Asia/Kolkata
Took:       4 min 3 s`);
    expect(link).toBe('https://argus.test/app/demo/jobs/abc');
  });

  test.each([
    ['https://hooks.slack.com/services/T000/B000/abcd9xQz', 'hooks.slack.com …9xQz'],
    ['https://example.com/short', 'example.com'],
    ['http://user:password@example.com:8080/a/long/path/abcd', 'example.com:8080 …abcd'],
  ])('of %s little is shown', (url, hint) => expect(hintOf(url)).toBe(hint));

  test('control characters are spaces', () => {
    expect(oneLine(' a\tb\r\n\u0000c\u202ed ')).toBe('a b c d');
    expect(subjectLine('x'.repeat(300))).toHaveLength(200);
  });
});
