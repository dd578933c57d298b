import { newId } from '../../platform/ids.ts';
import type { TestApp } from '../app.ts';

export interface Sample {
  params?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
}

export const unique = (): string => newId().slice(-10);

export const nothing = async (): Promise<Sample> => ({});

/** Runs demo's task; answers the job's id. */
export async function startJob(app: TestApp): Promise<string> {
  const { body } = await app.request('POST', `/task/${app.demo.task.id}/job`, {
    token: app.demo.people.admin.token,
  });
  return body.id as string;
}

/** Ends a waiting job as a bot would that found nothing wrong. */
export async function succeed({ db }: TestApp, id: string): Promise<string> {
  const steps = [
    `update jobs set lifecycle = 'assigned' where id = $1 and lifecycle = 'ready'`,
    `update jobs set lifecycle = 'finished', state = 'success', reason_code = 'exit_code', reason = 'exit code 0', exit_code = 0,
       output = '["{\\"answer\\":42}"]', finished_at = now() where id = $1 and lifecycle = 'assigned'`,
  ];
  for (const step of steps) await db.once(step, [id]);
  return id;
}
