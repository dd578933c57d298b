import type { Static } from 'typebox';
import type { Schedule } from '../resources/index.ts';
import { BEGIN, IDS, type Examples } from './shared.ts';

const nightly: Static<typeof Schedule> = {
  id: IDS.schedule,
  customer: 'demo',
  task_id: IDS.task,
  task: { id: IDS.task, name: 'Disk report' },
  workflow_id: null,
  workflow: null,
  name: 'every night',
  kind: 'cron',
  runDate: null,
  repeatEvery: '30 2 * * *',
  timezone: 'America/New_York',
  task_arguments: ['/var'],
  missing_hour: 'shift',
  repeated_hour: 'first',
  missed: 'once',
  catch_up_limit: 10,
  overlap: 'skip',
  paused: null,
  nextRunAt: '2026-11-03T07:30:00.000Z',
  lastRunAt: null,
  last: null,
  cause: null,
  created_by: 'admin@localhost',
  creation_date: BEGIN,
  last_update: BEGIN,
};

export const schedulesExamples = {
  listSchedules: { response: [nightly] },
  getSchedule: { response: nightly },
  updateSchedule: { body: { overlap: 'queue' }, response: { ...nightly, overlap: 'queue' } },
  deleteSchedule: { response: { numRemoved: 1 } },
  pauseSchedule: {
    response: { ...nightly, paused: { at: BEGIN, by: 'admin@localhost' }, nextRunAt: null },
  },
  resumeSchedule: { body: null, response: nightly },
  previewSchedule: {
    body: { repeatEvery: '30 2 * * *', timezone: 'America/New_York', from: '2027-03-13T00:00:00Z', count: 3 },
    response: {
      kind: 'cron',
      missing_hour: 'shift',
      repeated_hour: 'first',
      runs: [
        { at: '2027-03-13T07:30:00.000Z', local: '2027-03-13 02:30 -05:00', mark: null },
        { at: '2027-03-14T07:30:00.000Z', local: '2027-03-14 03:30 -04:00', mark: 'shifted' },
        { at: '2027-03-15T06:30:00.000Z', local: '2027-03-15 02:30 -04:00', mark: null },
      ],
      left_out: [],
    },
  },
  listTaskSchedules: { response: [nightly] },
  createTaskSchedule: {
    body: {
      name: 'every night',
      repeatEvery: '30 2 * * *',
      timezone: 'America/New_York',
      task_arguments: ['/var'],
    },
    otherBodies: {
      'Once, at a date': { runDate: '2026-12-24T18:00:00', timezone: 'Europe/Berlin' },
      'An interval': { repeatEvery: '15 minutes' },
    },
    response: nightly,
  },
} satisfies Partial<Examples>;
