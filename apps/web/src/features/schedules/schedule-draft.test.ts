import type { Schedule } from '@argus/contract';
import { expect, test } from 'vitest';
import { bodyOf, draftOf, formErrors, newDraft, previewOf, timingOf } from './schedule-draft.ts';
import { isZoneMeant, nextHour, wallTime, zoneChoices } from './zones.ts';

const zone = 'America/New_York';
const nightly = {
  name: 'every night',
  kind: 'cron',
  runDate: null,
  repeatEvery: '30 2 * * *',
  timezone: zone,
  missing_hour: 'shift',
  repeated_hour: 'last',
  missed: 'catch_up',
  catch_up_limit: 3,
  overlap: 'queue',
  nextRunAt: '2027-01-01T07:30:00.000Z',
} as unknown as Schedule;

test('a schedule that is opened and saved is the same schedule', () => {
  expect(bodyOf(draftOf(nightly), nightly)).toEqual({
    name: 'every night',
    repeatEvery: '30 2 * * *',
    timezone: zone,
    missing_hour: null,
    repeated_hour: 'last',
    missed: 'catch_up',
    catch_up_limit: 3,
    overlap: 'queue',
  });
});

test('a date that was not touched stays the moment it was, even in an hour that comes twice', () => {
  const second = '2026-11-01T06:30:07.000Z';
  const once = { ...nightly, kind: 'date', repeatEvery: null, runDate: second } as Schedule;
  const draft = draftOf(once);
  expect(draft).toMatchObject({ mode: 'date', date: '2026-11-01T01:30:07' });
  expect(timingOf(draft, once).runDate).toBe(second);
  expect(bodyOf(draft, once)).not.toHaveProperty('runDate');
  expect(bodyOf({ ...draft, date: '2026-11-01T01:31' }, once).runDate).toBe('2026-11-01T01:31');
  expect(bodyOf({ ...draft, timezone: 'UTC' }, once).runDate).toBe('2026-11-01T01:30:07');
});

test('a schedule for one date that becomes one by cron lets go of its date', () => {
  const once = {
    ...nightly,
    kind: 'date',
    repeatEvery: null,
    runDate: '2027-05-01T12:00:00.000Z',
  } as Schedule;
  expect(bodyOf({ ...draftOf(once), mode: 'cron' }, once)).toMatchObject({
    runDate: null,
    repeatEvery: '0 3 * * *',
  });
});

test('an interval is previewed in the rhythm that it has, until it is changed', () => {
  const often = { ...nightly, kind: 'interval', repeatEvery: 'every 2 hours' } as Schedule;
  const draft = draftOf(often);
  expect(draft).toMatchObject({ count: 2, unit: 'hours' });
  expect(previewOf(draft, often)).toMatchObject({ repeatEvery: '2 hours', runDate: often.nextRunAt });
  expect(previewOf({ ...draft, count: 3 }, often)).toMatchObject({ repeatEvery: '3 hours', runDate: null });
});

test('a new one is nightly in the zone of the reader', () => {
  expect(bodyOf(newDraft(zone))).toMatchObject({
    repeatEvery: '0 3 * * *',
    runDate: null,
    timezone: zone,
    missed: 'once',
    overlap: 'skip',
  });
});

test('what is wrong is told where it is typed', () => {
  const errors = [
    { field: 'repeatEvery', message: 'is less than 5 seconds' },
    { field: 'runDate', message: 'is no date' },
    { field: 'task', message: 'is gone' },
  ];
  expect(formErrors(errors, { mode: 'interval' })).toEqual({
    byInput: { count: 'is less than 5 seconds', first: 'is no date' },
    shown: ['repeatEvery', 'runDate'],
  });
  expect(formErrors(errors.slice(1, 2), { mode: 'date' }).byInput).toEqual({ date: 'is no date' });
});

test('times are told on the clocks of their zone', () => {
  const at = new Date('2027-03-14T07:30:00Z');
  expect(wallTime(at, zone)).toBe('2027-03-14T03:30');
  expect(wallTime(new Date('2027-03-14T05:00:00Z'), zone)).toBe('2027-03-14T00:00');
  expect(nextHour(at, 'Asia/Kolkata')).toBe('2027-03-14T14:00');
});

test('a zone is found by words of its name', () => {
  expect(zoneChoices('Mars/Base')).toEqual(
    expect.arrayContaining(['UTC', 'Mars/Base', 'Asia/Kolkata', zone]),
  );
  for (const search of ['new york', 'York amer', 'america/new_york', ''])
    expect(isZoneMeant(zone, search), search).toBe(true);
  expect(isZoneMeant(zone, 'berlin')).toBe(false);
});
