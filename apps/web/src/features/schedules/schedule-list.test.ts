import type { Schedule } from '@argus/contract';
import { expect, test } from 'vitest';
import { filterSchedules, type ScheduleFilter } from './schedule-list.ts';

const base = { task: { id: 't', name: 'Disk report' }, timezone: 'UTC', paused: null, cause: null, name: '' };
const all = [
  {
    ...base,
    id: 'paused',
    kind: 'interval',
    repeatEvery: '2 hours',
    nextRunAt: null,
    paused: { at: '', by: '' },
  },
  { ...base, id: 'later', kind: 'cron', repeatEvery: '0 9 * * 1-5', nextRunAt: '2027-01-02T00:00:00Z' },
  {
    ...base,
    id: 'waits',
    kind: 'grace',
    repeatEvery: null,
    nextRunAt: '2027-01-01T00:00:00Z',
    cause: { type: 'trigger', emitter_name: 'Back up', event: 'success' },
  },
] as unknown as Schedule[];
const found = (filter: ScheduleFilter) => filterSchedules(all, filter).map(({ id }) => id);

test('the next to run is the first, what is paused comes last', () => {
  expect(found({})).toEqual(['waits', 'later', 'paused']);
});

test('schedules are found by words of their task, times and triggers', () => {
  expect(found({ q: 'monday disk' })).toEqual(['later']);
  expect(found({ q: 'back up: success' })).toEqual(['waits']);
  expect(found({ q: 'every 2' })).toEqual(['paused']);
  expect(found({ q: 'nothing' })).toEqual([]);
});

test('schedules are found by kind and by whether they are paused', () => {
  expect(found({ kind: 'grace' })).toEqual(['waits']);
  expect(found({ paused: 'yes' })).toEqual(['paused']);
  expect(found({ paused: 'no', kind: 'cron' })).toEqual(['later']);
});
