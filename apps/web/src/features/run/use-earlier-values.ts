import type { Job } from '@argus/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useClient } from '../../api/hooks.ts';
import { withKeptFiles, type EarlierValue } from '../../ui/argument-form/values.ts';

/**
 * The values of a job to start again with, its files in place of their names; undefined while it is asked for these.
 * Where they cannot be had, their names stay, and they are chosen again.
 */
export function useEarlierValues(
  job: Job | undefined,
  takesFile: boolean,
): readonly EarlierValue[] | undefined {
  const client = useClient();
  const isWanted = job !== undefined && takesFile;
  const files = useQuery({
    queryKey: ['getJobInput', job?.id, 'files'],
    enabled: isWanted,
    // they stay what they are
    staleTime: Infinity,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const params = { id: job?.id ?? '' };
      const input = await client.getJobInput({ params, query: { include_definitions: '1' }, signal });
      return 'files' in input ? input.files : [];
    },
  });
  return useMemo(() => {
    const values = job?.task_arguments_values;
    if (!isWanted || files.isError) return values;
    return files.data && values && withKeptFiles(job.id, values, files.data);
  }, [job, isWanted, files.isError, files.data]);
}
