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
  getTaskCredentials: { response: { id: IDS.task, secret: SECRET } },
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
} satisfies Partial<Examples>;
