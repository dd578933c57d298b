import type { QueryClient } from '@tanstack/react-query';
import { askAhead } from '../../api/hooks.ts';

const RECENT = 10;

/** Which of its jobs the page of a task shows. */
export const recentRunsOf = (id: string) => ({ query: { task: id, limit: RECENT } });

/** Asks for what the page of a task shows. */
export function askForTask(cache: QueryClient, customer: string, id: string): void {
  askAhead(cache, customer, 'getTask', { params: { id } });
  askAhead(cache, customer, 'listTaskSchedules', { params: { id } });
  askAhead(cache, customer, 'listJobs', recentRunsOf(id));
}
