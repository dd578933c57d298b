import { expect, test } from 'vitest';
import { dayIn, daysShown, isDay, moved, plusDays } from './days.ts';

test('a month is shown in whole weeks from Monday on', () => {
  const days = daysShown('month', '2026-11-28');
  expect([days[0], days.at(-1), days.length]).toEqual(['2026-10-26', '2026-12-06', 42]);
  // February that begins on a Monday
  expect(daysShown('month', '2027-02-10')).toHaveLength(28);
  expect(daysShown('week', '2026-11-28')).toEqual(
    Array.from({ length: 7 }, (_, index) => plusDays('2026-11-23', index)),
  );
});

test('the month after the 31st is the next one, whatever its length', () => {
  expect(moved('month', '2027-01-31', 1)).toBe('2027-02-28');
  expect(moved('month', '2027-01-31', -1)).toBe('2026-12-31');
  expect(moved('week', '2026-12-30', 1)).toBe('2027-01-06');
  expect(moved('day', '2026-12-31', 1)).toBe('2027-01-01');
});

test('a day is that of the zone, and nothing else is one', () => {
  expect(dayIn('Pacific/Auckland', new Date('2026-11-28T12:00Z'))).toBe('2026-11-29');
  expect(['2026-02-28', '2026-02-30', '2026-2-3', 7].map(isDay)).toEqual([true, false, false, false]);
});
