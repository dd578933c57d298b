import { IDS, newJob, SECRET, task, type Examples } from './shared.ts';

export const tasksExamples = {
  listTasks: { response: [task] },
  createTask: {
    body: {
      name: 'Disk report',
      description: 'How full the disks of the bot’s machine are.',
      host_id: IDS.host,
      script_id: IDS.script,
      run_as: 'bash %script%',
      task_arguments: [
        { type: 'input', label: 'Limit in percent', value: '90', charset: 'num', charsmax: 3 },
      ],
      env: { LANG: 'C.UTF-8' },
      tags: ['disk'],
      acls: ['user', 'team:ops'],
      timeout: 60,
    },
    response: task,
  },
  getTask: { response: task },
  replaceTask: { body: { timeout: 120 }, response: { ...task, timeout: 120, version: 2 } },
  updateTask: { body: { timeout: 120 }, response: { ...task, timeout: 120, version: 2 } },
  deleteTask: { response: {} },
  copyTask: {
    body: { name: 'Disk report of db-1' },
    response: { ...task, id: IDS.copy, name: 'Disk report of db-1' },
  },
  pauseTask: {
    body: { reason: 'The disks are being replaced' },
    response: {
      ...task,
      paused: {
        at: '2026-11-24T09:00:00.000Z',
        by: 'admin@localhost',
        reason: 'The disks are being replaced',
      },
      problems: ['It was paused by admin@localhost: The disks are being replaced.'],
    },
  },
  resumeTask: { response: task },
  changeTaskSecret: { response: { id: IDS.task, secret: SECRET } },
  getTaskAcl: { response: { acl: ['user', 'team:ops'] } },
  replaceTaskAcl: {
    body: { users: ['user', 'ada@example.org'] },
    response: { acl: ['user', 'ada@example.org'] },
  },
  updateTaskAcl: {
    body: { users: ['ada@example.org'], action: 'add' },
    response: { acl: ['user', 'team:ops', 'ada@example.org'] },
  },
  deleteTaskAcl: { response: { acl: [] } },
  emptyQueue: { response: { deletedCount: 3 } },
  getTaskCredentials: { response: { id: IDS.task, secret: SECRET } },
  getTaskOutlook: {
    response: {
      bot: { id: IDS.host, hostname: 'db-1' },
      waits_for: null,
      reason: null,
      bots: 1,
      jobs_before: 0,
      running: 0,
      duration: { runs: 30, median_ms: 1840, p90_ms: 3210 },
      last_values: [{ job: IDS.job, at: '2026-11-24T09:00:00.000Z', values: ['90'], files: [] }],
    },
  },
  runTask: {
    body: { task_arguments: ['90'] },
    otherBodies: { 'the values alone': ['90'] },
    response: { ...newJob, secret: SECRET },
  },
  runTaskBySecret: {
    params: { secret: SECRET },
    body: { task_arguments: ['90'] },
    otherBodies: { 'the values alone': ['90'] },
    response: { ...newJob, origin: 'secret', secret: SECRET },
  },
  listArgumentOptions: {
    params: { order: '1' },
    response: [{ id: 'eu-west', label: 'Europe, west' }],
  },
} satisfies Partial<Examples>;
