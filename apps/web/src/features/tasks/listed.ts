import type { Task } from '@argus/contract';

const SHOWN = [
  'type',
  'name',
  'description',
  'tags',
  'host_id',
  'hostname',
  'host_labels',
  'script_id',
  'script_name',
  'paused',
  'problems',
] as const;

/** What the list shows of a task: a fifth of it, so that ten thousand are there in a moment. */
export type ListedTask = Pick<Task, 'id' | (typeof SHOWN)[number]>;

/** What is there at once, while the rest of a very long list is on its way. */
export const FIRST = 200;

export const ALL_TASKS = { unassigned: '1', include: Object.fromEntries(SHOWN.map((field) => [field, 1])) };
export const FIRST_TASKS = { query: { ...ALL_TASKS, limit: FIRST } };
