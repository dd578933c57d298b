import type { Attempt, Job } from '@argus/contract';
import { useEffect } from 'react';
import { useApi } from '../../api/hooks.ts';

/** Every hand-out of a job to a bot, the first one first. */
export function useAttempts({ id, attempt, lifecycle }: Job): readonly Attempt[] {
  const attempts = useApi('listAttempts', { params: { id } }, { enabled: attempt > 0 });
  const { refetch } = attempts;
  useEffect(() => {
    if (attempt > 0) void refetch();
  }, [attempt, lifecycle, refetch]);
  return attempts.data ?? [];
}
