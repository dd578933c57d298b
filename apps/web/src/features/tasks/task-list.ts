import type { JobSummary, Task } from '@argus/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import { useApi } from '../../api/hooks.ts';
import { hasBot, wordsOf } from '../../ui/task-types.tsx';

const SHOWN = [
  'type',
  'name',
  'description',
  'tags',
  'host_id',
  'hostname',
  'host_labels',
  'script_id',
  'script_name',
  'paused',
  'problems',
] as const;

/** What the list shows of a task: a fifth of it, so that ten thousand are there in a moment. */
export type ListedTask = Pick<Task, 'id' | (typeof SHOWN)[number]>;

/** What is there at once, while the rest of a very long list is on its way. */
const FIRST = 200;

/** All tasks that one may see; `complete` tells when no more are to come. */
export function useTaskList(): { tasks: UseQueryResult<ListedTask[]>; complete: boolean } {
  const include = Object.fromEntries(SHOWN.map((field) => [field, 1]));
  const query = { unassigned: '1', include };
  const first = useApi('listTasks', { query: { ...query, limit: FIRST } });
  const isLong = first.data?.length === FIRST;
  const all = useApi('listTasks', { query }, { enabled: isLong });
  return {
    tasks: isLong && (all.data || all.error) ? all : first,
    complete: first.data !== undefined && (!isLong || all.data !== undefined),
  };
}

export interface TaskFilter {
  q?: string;
  tag?: string;
  host?: string;
}

/** The tasks of a bot that have the tag, and every word of the text somewhere in what the list knows of them. */
export function filterTasks<T extends ListedTask>(
  tasks: readonly T[],
  { q = '', tag, host }: TaskFilter,
): readonly T[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && tag === undefined && host === undefined) return tasks;
  return tasks.filter((task) => {
    if (host !== undefined && task.host_id !== host) return false;
    if (tag !== undefined && !task.tags.includes(tag)) return false;
    const { type, name, tags, hostname, host_labels, script_name, description } = task;
    const what = hasBot(type) ? '' : wordsOf(type).label;
    const known = [name, ...tags, hostname, ...host_labels, script_name, description, what];
    const text = known.join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The tags and bots that tasks have, to choose from. */
export function choicesOf(tasks: readonly ListedTask[]): {
  tags: string[];
  hosts: { value: string; label: string }[];
} {
  const tags = new Set(tasks.flatMap((task) => task.tags));
  const hosts = new Map<string, string>();
  for (const { host_id, hostname } of tasks) if (host_id !== null) hosts.set(host_id, hostname ?? host_id);
  return {
    tags: [...tags].toSorted((a, b) => a.localeCompare(b)),
    hosts: [...hosts]
      .map(([value, label]) => ({ value, label }))
      .toSorted((a, b) => a.label.localeCompare(b.label)),
  };
}

/** Why it cannot run, without that it is paused, which is told first and which the page shows by itself. */
export function otherProblems({ paused, problems }: Pick<Task, 'paused' | 'problems'>): readonly string[] {
  return paused === null ? problems : problems.slice(1);
}

/** The newest job of each task, from a list that has the newest first. */
export function latestJobs(jobs: readonly JobSummary[]): Map<string, JobSummary> {
  const latest = new Map<string, JobSummary>();
  for (const job of jobs) if (!latest.has(job.task_id)) latest.set(job.task_id, job);
  return latest;
}
