import { attempt, endedJob, IDS, newJob, SECRET, type Examples } from './shared.ts';

const LOG = 'File systems on web-1, limit 90 %\n\nNothing is fuller than 90 %.\nsuccess\n';

export const jobsExamples = {
  listJobs: { query: { task: IDS.task, state: 'success', limit: '20' }, response: [endedJob] },
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
  cancelJob: {},
  listAttempts: { response: [attempt] },
  getJobLog: { query: { from_line: '2' }, text: LOG },
  followJobLog: {
    text: `event: log\nid: 1.73\ndata: ${JSON.stringify({
      offset: 0,
      end: 73,
      line: 0,
      stream: 'stdout',
      at: '2026-11-24T09:30:00.150Z',
      text: LOG,
    })}\n\nevent: end\ndata: {"id":"${IDS.job}","lifecycle":"finished", …}\n\n`,
  },
} satisfies Partial<Examples>;
