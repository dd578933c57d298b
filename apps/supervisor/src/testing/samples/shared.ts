import { newId } from '../../platform/ids.ts';
import type { TestApp } from '../app.ts';

export interface Sample {
  params?: Record<string, string>;
  body?: unknown;
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
