import { useMemo } from 'react';
import { useApi } from '../../api/hooks.ts';

const INCLUDE = { name: 1, tags: 1, host_id: 1 };

/** The tasks and workflows that schedules can run, as filters need them. */
export interface Scheduled {
  owners: { value: string; label: string }[];
  tags: string[];
  hosts: { value: string; label: string }[];
  /** Whether a task or workflow has the tag and is of the bot, where these are asked for. */
  isOf: (runs: string, asked: { tag: string | undefined; host: string | undefined }) => boolean;
}

export function useScheduled(): Scheduled {
  const tasks = useApi('listTasks', { query: { unassigned: '1', include: INCLUDE } }).data;
  const workflows = useApi('listWorkflows', { query: {} }).data;
  const hosts = useApi('listHosts', {}).data;
  return useMemo(() => {
    const all = new Map([
      ...(tasks ?? []).map(({ id, name, tags, host_id }) => [id, { name, tags, host: host_id }] as const),
      ...(workflows ?? []).map(({ id, name, tags }) => [id, { name, tags, host: null }] as const),
    ]);
    const byLabel = (a: { label: string }, b: { label: string }) => a.label.localeCompare(b.label);
    return {
      owners: [...all].map(([value, { name }]) => ({ value, label: name })).toSorted(byLabel),
      tags: [...new Set([...all.values()].flatMap(({ tags }) => tags))].toSorted((a, b) =>
        a.localeCompare(b),
      ),
      hosts: (hosts ?? []).map(({ id, hostname }) => ({ value: id, label: hostname })).toSorted(byLabel),
      isOf: (runs, { tag, host }) => {
        const one = all.get(runs);
        if (tag !== undefined && !one?.tags.includes(tag)) return false;
        return host === undefined || one?.host === host;
      },
    };
  }, [tasks, workflows, hosts]);
}
