import { attempt, endedJob, IDS, newJob, SECRET, summaryOf, type Examples } from './shared.ts';

const OUTPUT = '{"fullest":"/srv","percent":81}';
const again = { ...newJob, id: IDS.nextJob, repeat_of: IDS.job, secret: SECRET };

const waiting = {
  job: summaryOf({ ...newJob, id: IDS.nextJob, lifecycle: 'ready', attempt: 0, assigned_at: null }),
  waits_for: 'bot_full' as const,
  reason: 'bot web-1 runs 10 of 10 jobs, and one job stands before it',
  jobs_before: 1,
  next_before: [IDS.job],
};

const counts = {
  success: 18,
  failure: 1,
  timeout: 1,
  error: 0,
  canceled: 2,
  success_rate: 0.9,
  p50_ms: 4100,
  p90_ms: 9800,
};

export const jobsExamples = {
  listJobs: { query: { task: IDS.task, state: 'success', limit: '20' }, response: [summaryOf(endedJob)] },
  createJob: {
    body: { task: IDS.task, task_arguments: ['90'] },
    response: { ...newJob, secret: SECRET },
  },
  createJobBySecret: {
    params: { secret: SECRET },
    body: { customer: 'demo', task: IDS.task, task_arguments: ['90'] },
    response: { ...newJob, origin: 'secret', secret: SECRET },
  },
  getJob: { response: endedJob },
  getJobBySecret: { params: { secret: SECRET }, response: { ...endedJob, origin: 'secret' } },
  listRunningJobs: { response: [summaryOf(newJob)] },
  listTaskActivity: {
    response: [
      {
        task_id: IDS.task,
        running: 0,
        waiting: 0,
        grace: 0,
        next_run_at: '2026-11-25T02:30:00.000Z',
        ended: 'success',
        last: {
          id: IDS.job,
          lifecycle: 'finished',
          state: 'success',
          reason_code: 'exit_code',
          creation_date: '2026-11-24T09:30:00.123Z',
          started_at: '2026-11-24T09:30:00.131Z',
          finished_at: '2026-11-24T09:30:00.184Z',
        },
      },
    ],
  },
  countRunningJobs: { response: [{ _id: { task: IDS.task }, count: 1 }] },
  getJobStats: {
    query: { range: '24h', task: IDS.task, timezone: 'Europe/Madrid' },
    response: {
      range: '24h',
      timezone: 'Europe/Madrid',
      from: '2026-11-24T09:00:00.000Z',
      to: '2026-11-24T09:30:00.000Z',
      buckets: [{ from: '2026-11-24T09:00:00.000Z', to: '2026-11-24T09:30:00.000Z', ...counts }],
      total: counts,
    },
  },
  listQueues: {
    query: { limit: '20' },
    response: [
      {
        host_id: IDS.host,
        hostname: 'web-1',
        labels: [],
        waiting: 2,
        bots: 1,
        running: 10,
        slots: 10,
        jobs: [waiting],
      },
    ],
  },
  getQueueEntry: { params: { id: IDS.nextJob }, response: waiting },
  getJobLifecycle: { response: 'finished' },
  getJobOutput: { response: [OUTPUT] },
  getJobInput: { response: ['90'] },
  getJobFile: { params: { file: IDS.nextJob }, text: 'day;amount\n2026-03-01;90\n' },
  getJobResult: { response: JSON.parse(OUTPUT) as unknown },
  postJobResult: { body: null, response: JSON.parse(OUTPUT) as unknown },
  getJobResultBySecret: { params: { secret: SECRET }, response: JSON.parse(OUTPUT) as unknown },
  postJobResultBySecret: {
    params: { secret: SECRET },
    body: null,
    response: JSON.parse(OUTPUT) as unknown,
  },
  updateJob: {
    body: { priority: 50 },
    response: { ...newJob, lifecycle: 'ready', attempt: 0, assigned_at: null, priority: 50 },
  },
  holdJob: { response: { ...newJob, lifecycle: 'onhold', attempt: 0, assigned_at: null } },
  resumeJob: { response: { ...newJob, lifecycle: 'ready', attempt: 0, assigned_at: null } },
  restartJob: { body: { task_arguments: ['80'] }, response: again },
  repeatJob: { response: again },
  deleteFinishedJobs: {
    query: { task: IDS.task, before: '2026-11-01T00:00:00Z' },
    response: { deletedCount: 1204 },
  },
  cancelJob: {},
  listAttempts: { response: [attempt] },
} satisfies Partial<Examples>;
