import { t } from '@lingui/core/macro';
import type { Job } from '@argus/contract';
import { formatBytes, formatDuration } from '../../ui/format.ts';

/** What a job ran into. */
export const LIMIT_LABELS: Readonly<Record<NonNullable<Job['limit_hit']>, string>> = {
  memory: t`memory limit`,
  cpu: t`CPU time limit`,
  processes: t`process limit`,
};

/** The most memory and the CPU time that were used, as far as they were measured. */
export function usageText(usage: Job['usage']): string | undefined {
  const parts: string[] = [];
  if (usage?.memory_bytes != null) {
    const memory = formatBytes(usage.memory_bytes);
    parts.push(t`${memory} at most`);
  }
  if (usage?.cpu_ms != null) {
    const time = formatDuration(usage.cpu_ms);
    parts.push(t`${time} of CPU`);
  }
  return parts.length === 0 ? undefined : parts.join(', ');
}
