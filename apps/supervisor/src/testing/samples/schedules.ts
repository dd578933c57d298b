import type { OperationId } from '@argus/contract';
import { newId } from '../../platform/ids.ts';
import type { TestApp } from '../app.ts';
import { addTask } from '../objects.ts';
import { nothing, type Sample } from './shared.ts';

export function schedulesSamples(app: TestApp) {
  const { demo, platform } = app;
  const aTask = () => addTask(platform, demo.id, { host_id: demo.host.id, script_id: demo.script.id });
  const aSchedule = async () => {
    const { id } = await aTask();
    const { body } = await app.request('POST', `/task/${id}/schedule`, {
      token: demo.people.admin.token,
      body: { repeatEvery: '0 3 * * *' },
    });
    return { params: { id: (body as { id: string }).id } };
  };

  /** A triggered run that waits: what more people than admins may delete. */
  const aWaitingRun = async () => {
    const { id: task_id } = await aTask();
    const id = newId();
    await platform.db.kysely
      .insertInto('schedules')
      .values({
        id,
        customer_id: demo.id,
        task_id,
        kind: 'grace',
        run_date: new Date('2100-01-01'),
        next_run_at: new Date('2100-01-01'),
        repeat_every: null,
        policy: '{}',
        given_cipher: null,
        created_by: 'Disk report: success',
      })
      .execute();
    return { params: { id } };
  };

  return {
    listSchedules: nothing,
    listOccurrences: nothing,
    getSchedule: aSchedule,
    updateSchedule: async () => ({ ...(await aSchedule()), body: { overlap: 'queue' } }),
    deleteSchedule: aWaitingRun,
    pauseSchedule: aSchedule,
    resumeSchedule: async () => ({ ...(await aSchedule()), body: {} }),
    runSchedule: aSchedule,
    restoreSchedule: async () => {
      const sample = await aSchedule();
      await app.request('DELETE', `/schedule/${sample.params.id}`, { token: demo.people.admin.token });
      return sample;
    },
    previewSchedule: async () => ({ body: { repeatEvery: '@daily', timezone: 'Europe/Berlin', count: 2 } }),
    listTaskSchedules: async () => ({ params: { id: demo.task.id } }),
    createTaskSchedule: async () => ({
      params: { id: (await aTask()).id },
      body: { repeatEvery: '*/5 * * * *', timezone: 'Europe/Berlin' },
    }),
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
