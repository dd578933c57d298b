import type { JobSummary, Task, TaskActivity } from '@argus/contract';
import type { QueryClient, UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { apiQuery, useApi } from '../../api/hooks.ts';
import { ALL_TASKS, FIRST, FIRST_TASKS, type ListedTask } from './listed.ts';

export type { ListedTask };

/** Asks for what the list shows first, while its page is on its way. */
export function askForFirstTasks(cache: QueryClient, customer: string): void {
  void cache.prefetchQuery(apiQuery(customer, 'listTasks', FIRST_TASKS));
}

/** All tasks that one may see; `complete` tells when no more are to come. */
export function useTaskList(): { tasks: UseQueryResult<ListedTask[]>; complete: boolean } {
  const first = useApi('listTasks', FIRST_TASKS);
  const isLong = first.data?.length === FIRST;
  const all = useApi('listTasks', { query: ALL_TASKS }, { enabled: isLong });
  return {
    tasks: isLong && (all.data || all.error) ? all : first,
    complete: first.data !== undefined && (!isLong || all.data !== undefined),
  };
}

/** Why it cannot run, without that it is paused, which is told first and which the page shows by itself. */
export function otherProblems({ paused, problems }: Pick<Task, 'paused' | 'problems'>): readonly string[] {
  return paused === null ? problems : problems.slice(1);
}

/** Below this many tasks what they do is asked for often; above, the newest jobs tell the most. */
const MANY = 1_000;
const ACTIVITY_MS = 5_000;
const ACTIVITY_OF_MANY_MS = 30_000;

/** What tasks do and did lately, by their ids; undefined while it is not known yet. */
export function useActivity(tasks: number): ReadonlyMap<string, TaskActivity> | undefined {
  const all = useApi(
    'listTaskActivity',
    {},
    { refetchInterval: tasks > MANY ? ACTIVITY_OF_MANY_MS : ACTIVITY_MS },
  ).data;
  const newest = useApi(
    'listJobs',
    { query: {} },
    { refetchInterval: ACTIVITY_MS, enabled: tasks > MANY },
  ).data;
  return useMemo(() => all && withNewest(all, newest ?? []), [all, newest]);
}

/** What is known of tasks, where their newest jobs (newest first) are known better. */
export function withNewest(
  all: readonly TaskActivity[],
  jobs: readonly JobSummary[],
): ReadonlyMap<string, TaskActivity> {
  const known = new Map(all.map((one) => [one.task_id, one]));
  // the oldest first: what is newer stays
  for (const job of jobs.toReversed()) {
    const { task_id, id, state } = job;
    const before = known.get(task_id);
    if (before?.last && before.last.id > id) continue;
    known.set(task_id, {
      ...(before ?? { task_id, waiting: 0, grace: 0, next_run_at: null, ended: null }),
      running: before?.running || (isRunning(job.lifecycle) ? 1 : 0),
      last: job,
      ...(state !== 'in_progress' && { ended: state }),
    });
  }
  return known;
}

function isRunning(lifecycle: JobSummary['lifecycle']): boolean {
  return lifecycle === 'assigned' || lifecycle === 'started';
}
