import type { OperationId } from '@argus/contract';
import type { TestApp } from '../app.ts';
import { addTask } from '../objects.ts';
import { nothing, unique, type Sample } from './shared.ts';

export function tasksSamples(app: TestApp) {
  const { demo, platform } = app;
  const aTask = async () =>
    addTask(platform, demo.id, { host_id: demo.host.id, script_id: demo.script.id, name: unique() });
  const ofDemoTask = async () => ({ params: { id: demo.task.id } });

  return {
    listTasks: nothing,
    createTask: async () => ({
      body: {
        name: 'A new task',
        host_id: demo.host.id,
        script_id: demo.script.id,
        run_as: 'sh %script%',
        task_arguments: [{ type: 'input', label: 'Name', required: false }],
        env: { A: '1' },
        tags: ['x'],
        acls: ['viewer'],
        timeout: 60,
        multitasking: true,
        priority: 1,
      },
    }),
    getTask: ofDemoTask,
    replaceTask: async () => ({ params: { id: (await aTask()).id }, body: { name: 'Put' } }),
    updateTask: async () => ({ params: { id: (await aTask()).id }, body: { name: 'Patched' } }),
    copyTask: async () => ({ params: { id: demo.task.id }, body: { name: 'A copy' } }),
    pauseTask: async () => ({ params: { id: (await aTask()).id }, body: { reason: 'maintenance' } }),
    resumeTask: async () => {
      const { id } = await aTask();
      await app.request('PUT', `/task/${id}/pause`, { token: demo.people.admin.token });
      return { params: { id } };
    },
    changeTaskSecret: async () => ({ params: { id: (await aTask()).id } }),
    getTaskAcl: ofDemoTask,
    replaceTaskAcl: async () => ({
      params: { id: (await aTask()).id },
      body: { users: ['viewer', 'manager'] },
    }),
    updateTaskAcl: async () => ({
      params: { id: (await aTask()).id },
      body: { users: [demo.people.user.email], action: 'add' },
    }),
    deleteTaskAcl: async () => ({ params: { id: (await aTask()).id } }),
    emptyQueue: ofDemoTask,
    deleteTask: async () => ({ params: { id: (await aTask()).id } }),
    getTaskCredentials: ofDemoTask,
    listArgumentOptions: async () => {
      // a list that stands here anyway
      const endpoint_url = `${app.url}/task?access_token=${demo.people.viewer.token}`;
      const { id } = await addTask(platform, demo.id, {
        task_arguments: [{ order: 0, type: 'remote-options', endpoint_url }],
      });
      return { params: { id, order: '0' } };
    },
    getTaskOutlook: ofDemoTask,
    runTask: async () => ({ params: { id: demo.task.id }, body: { task_arguments: [], priority: 0 } }),
    runTaskBySecret: async () => ({
      params: { id: demo.task.id, secret: demo.task.secret },
      body: { task_arguments: [] },
    }),
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
