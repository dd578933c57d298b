import { useApi } from '../../api/hooks.ts';

interface Named {
  id: string;
  name: string;
}

/** Ids and names of all workflows that one may see. */
export function useWorkflowNames(): readonly Named[] {
  return useApi('listWorkflows', {}).data ?? [];
}

/** Ids and hostnames of all bots that one may see. */
export function useHostNames(): readonly Named[] {
  return (useApi('listHosts', {}).data ?? []).map(({ id, hostname }) => ({ id, name: hostname }));
}
