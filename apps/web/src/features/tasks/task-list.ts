import type { JobSummary, Task } from '@argus/contract';

/** The tasks that have every word of the filter somewhere in name, tags, bot, script or description. */
export function filterTasks(tasks: readonly Task[], filter: string): Task[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return tasks.filter((task) => {
    const { name, tags, hostname, script_name, description } = task;
    const text = [name, ...tags, hostname, script_name, description].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The newest job of each task, from a list that has the newest first. */
export function latestJobs(jobs: readonly JobSummary[]): Map<string, JobSummary> {
  const latest = new Map<string, JobSummary>();
  for (const job of jobs) if (!latest.has(job.task_id)) latest.set(job.task_id, job);
  return latest;
}
