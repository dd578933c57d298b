import type { Job, Lifecycle, State } from '@argus/contract';

/** What the address of the list of jobs says. */
export interface JobSearch {
  task?: string;
  state?: State;
  lifecycle?: Lifecycle;
  origin?: Job['origin'];
  /** Part of a job's name, or its whole id. */
  q?: string;
  first?: 'running';
  cursor?: string;
}

const PAGE = 50;
/** A bot runs about ten at a time: this many are hundreds of busy bots. */
const RUNNING_MAX = 500;
const RUNNING: readonly Lifecycle[] = ['assigned', 'started'];

type Conditions = Record<string, unknown>;

/**
 * The lists that are asked for: a page of jobs, newest first, and where wanted those before it that bots run now,
 * which are then left out of the page.
 */
export function jobQueries(search: JobSearch): {
  page: { limit: number; cursor?: string; where: Conditions };
  running: { limit: number; where: Conditions } | undefined;
} {
  const where = conditions(search);
  const { cursor, lifecycle, first } = search;
  // one lifecycle is either all running or not at all
  const split = first === 'running' && lifecycle === undefined;
  return {
    page: {
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
      where: split ? { ...where, lifecycle: { $nin: RUNNING } } : where,
    },
    running:
      split && cursor === undefined
        ? { limit: RUNNING_MAX, where: { ...where, lifecycle: { $in: RUNNING } } }
        : undefined,
  };
}

function conditions({ task, state, lifecycle, origin, q }: JobSearch): Conditions {
  const text = q?.trim() ?? '';
  return {
    ...(task !== undefined && { task_id: task }),
    ...(state !== undefined && { state }),
    ...(lifecycle !== undefined && { lifecycle }),
    ...(origin !== undefined && { origin }),
    ...(/^[0-9a-f]{24}$/i.test(text)
      ? { id: text.toLowerCase() }
      : text !== '' && { name: { $regex: literal(text), $options: 'i' } }),
  };
}

/** A text as a pattern that matches it. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

/** Whether anything but the page and its order is asked for. */
export function isFiltered({ first: _first, cursor: _cursor, ...filters }: JobSearch): boolean {
  return Object.keys(filters).length > 0;
}
