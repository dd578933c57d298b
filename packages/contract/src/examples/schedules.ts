import type { Static } from 'typebox';
import type { Occurrence, Schedule } from '../resources/index.ts';
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

const night: Static<typeof Occurrence> = {
  schedule_id: IDS.schedule,
  name: 'every night',
  kind: 'cron',
  repeatEvery: '30 2 * * *',
  timezone: 'America/New_York',
  type: 'task',
  of: { id: IDS.task, name: 'Disk report' },
  host_id: IDS.host,
  at: BEGIN,
  until: BEGIN,
  times: 1,
  outcome: 'due',
  mark: null,
  job_id: null,
  run_id: null,
  state: null,
  reason: null,
};

export const schedulesExamples = {
  listSchedules: { response: [nightly] },
  listOccurrences: {
    query: { from: '2026-11-02T00:00:00', to: '2026-11-04T00:00:00', timezone: 'America/New_York' },
    response: {
      from: '2026-11-02T05:00:00.000Z',
      to: '2026-11-04T05:00:00.000Z',
      now: '2026-11-02T12:00:00.000Z',
      timezone: 'America/New_York',
      days: [
        { date: '2026-11-02', due: 0, started: 1, skipped: 0, missed: 0, failed: 0, left_off: 0 },
        { date: '2026-11-03', due: 1, started: 0, skipped: 0, missed: 0, failed: 0, left_off: 0 },
      ],
      occurrences: [
        {
          ...night,
          at: '2026-11-02T07:30:00.000Z',
          until: '2026-11-02T07:30:00.000Z',
          outcome: 'started',
          job_id: IDS.job,
          state: 'success',
        },
        { ...night, at: '2026-11-03T07:30:00.000Z', until: '2026-11-03T07:30:00.000Z' },
      ],
      clock_changes: [],
      collisions: { are_complete: true, list: [] },
      paused: 0,
      are_complete: true,
    },
  },
  getSchedule: { response: nightly },
  updateSchedule: { body: { overlap: 'queue' }, response: { ...nightly, overlap: 'queue' } },
  deleteSchedule: { response: { numRemoved: 1 } },
  pauseSchedule: {
    response: { ...nightly, paused: { at: BEGIN, by: 'admin@localhost' }, nextRunAt: null },
  },
  resumeSchedule: { body: null, response: nightly },
  runSchedule: { response: { job_id: IDS.job, run_id: null } },
  restoreSchedule: { response: nightly },
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
