import type { Job } from '@argus/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useClient } from '../../api/hooks.ts';
import type { EarlierValue } from '../../ui/argument-form/values.ts';

/**
 * The values of a job to start again with, its files in place of their names; undefined while these are on their way.
 * Where they cannot be had, their names stay, and they are chosen again.
 */
export function useEarlierValues(
  job: Job | undefined,
  takesFile: boolean,
): readonly EarlierValue[] | undefined {
  const client = useClient();
  const isWanted = job !== undefined && takesFile;
  const files = useQuery({
    queryKey: ['getJobFile', job?.id],
    enabled: isWanted,
    // they stay what they are, and are large
    staleTime: Infinity,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const params = { id: job?.id ?? '' };
      const input = await client.getJobInput({ params, query: { include_definitions: '1' }, signal });
      const listed = 'files' in input ? input.files : [];
      return Promise.all(
        listed.map(async ({ position, id, filename }) => {
          const response = await client.getJobFile({ params: { ...params, file: id }, signal });
          return { position, file: new File([await response.blob()], filename) };
        }),
      );
    },
  });
  return useMemo(() => {
    const values = job?.task_arguments_values;
    if (!isWanted || files.isError) return values;
    const byPosition = files.data && Map.groupBy(files.data, ({ position }) => position);
    return byPosition && values?.map((value, at) => byPosition.get(at)?.map(({ file }) => file) ?? value);
  }, [job, isWanted, files.isError, files.data]);
}
