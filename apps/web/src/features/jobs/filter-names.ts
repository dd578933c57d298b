import { useMemo } from 'react';
import { useApi } from '../../api/hooks.ts';

interface Named {
  id: string;
  name: string;
}

const NONE: readonly Named[] = [];

/** Ids and names of all workflows that one may see. */
export function useWorkflowNames(): readonly Named[] {
  return useApi('listWorkflows', {}).data ?? NONE;
}

/** Ids and hostnames of all bots that one may see. */
export function useHostNames(): readonly Named[] {
  const hosts = useApi('listHosts', {}).data;
  return useMemo(() => hosts?.map(({ id, hostname }) => ({ id, name: hostname })) ?? NONE, [hosts]);
}
