import type { Job } from '@argus/contract';
import { formatBytes, formatDuration } from '../../ui/format.ts';

/** What a job ran into. */
export const LIMIT_LABELS: Readonly<Record<NonNullable<Job['limit_hit']>, string>> = {
  memory: 'memory limit',
  cpu: 'CPU time limit',
  processes: 'process limit',
};

/** The most memory and the CPU time that were used, as far as they were measured. */
export function usageText(usage: Job['usage']): string | undefined {
  const parts = [
    ...(usage?.memory_bytes == null ? [] : [`${formatBytes(usage.memory_bytes)} at most`]),
    ...(usage?.cpu_ms == null ? [] : [`${formatDuration(usage.cpu_ms)} of CPU`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}
