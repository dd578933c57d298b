import type { Schedule } from '@argus/contract';
import { scheduleTitle, whenWords } from '../../ui/schedule-words.ts';

/** What the address of the list of schedules says. */
export interface ScheduleFilter {
  q?: string;
  kind?: Schedule['kind'];
  paused?: 'no' | 'yes';
  /** A task or a workflow. */
  task?: string;
}

/**
 * Those of a kind, of a task, paused or not, with every word of the text somewhere in what is known of them; the next to
 * run first. `isOf`: whether the task or workflow that a schedule runs is meant.
 */
export function filterSchedules(
  schedules: readonly Schedule[],
  { q = '', kind, paused, task }: ScheduleFilter,
  isOf: (runs: string) => boolean = () => true,
): readonly Schedule[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return schedules
    .filter((schedule) => {
      const runs = schedule.task_id ?? schedule.workflow_id ?? '';
      if ((task !== undefined && runs !== task) || !isOf(runs)) return false;
      if (kind !== undefined && schedule.kind !== kind) return false;
      if (paused !== undefined && (schedule.paused !== null) !== (paused === 'yes')) return false;
      const text = textOf(schedule);
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => dueOf(a) - dueOf(b));
}

function textOf(schedule: Schedule): string {
  const { task, workflow, repeatEvery, timezone, cause } = schedule;
  const trigger = cause?.type === 'trigger' ? `${cause.emitter_name}: ${cause.event}` : '';
  return [
    task?.name,
    workflow?.name,
    scheduleTitle(schedule),
    whenWords(schedule),
    repeatEvery,
    timezone,
    trigger,
  ]
    .join('\n')
    .toLowerCase();
}

/** What does not run now comes last. */
function dueOf({ nextRunAt }: Schedule): number {
  return nextRunAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(nextRunAt);
}
