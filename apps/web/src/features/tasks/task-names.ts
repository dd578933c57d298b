import type { Task } from '@argus/contract';
import { useApi } from '../../api/hooks.ts';

const NONE: readonly Pick<Task, 'id' | 'name'>[] = [];

/** Ids and names of all tasks that one may see: little enough to ask for all of them. */
export function useTaskNames(): readonly Pick<Task, 'id' | 'name'>[] {
  return useApi('listTasks', { query: { unassigned: '1', include: { name: 1 } } }).data ?? NONE;
}
