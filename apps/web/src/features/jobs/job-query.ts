import type { Job, Lifecycle, State, StatsRange } from '@argus/contract';

/** What the address of the list of jobs says. */
export interface JobSearch {
  task?: string;
  state?: State;
  lifecycle?: Lifecycle;
  origin?: Job['origin'];
  /** Part of a job's name, or its whole id. */
  q?: string;
  /** Who started it: an e-mail, or the name of a token. */
  person?: string;
  /** A value that it was started with. */
  argument?: string;
  workflow?: string;
  host?: string;
  /** When it was made: a day or a moment, in the reader's zone. */
  since?: string;
  until?: string;
  first?: 'running';
  /** Of the chart. */
  range?: StatsRange;
  cursor?: string;
  /** A saved view. */
  view?: string;
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

function conditions(search: JobSearch): Conditions {
  const { task, state, lifecycle, origin, person, argument, workflow, host, since, until, q } = search;
  const text = q?.trim() ?? '';
  const isId = /^[0-9a-f]{24}$/i.test(text);
  const made = {
    ...(since !== undefined && momentOf(since) && { $gte: momentOf(since) }),
    ...(until !== undefined && momentOf(until) && { $lt: momentOf(until) }),
  };
  return {
    ...(task !== undefined && { task_id: task }),
    ...(state !== undefined && { state }),
    ...(lifecycle !== undefined && { lifecycle }),
    // what somebody tries out in the editor is no run of a task, nor counted in the chart; an id finds it all the same
    ...(origin !== undefined ? { origin } : isId ? {} : { origin: { $ne: 'trial' } }),
    ...(person !== undefined && { started_by: person.trim() }),
    ...(argument !== undefined && { argument }),
    ...(workflow !== undefined && { workflow_id: workflow }),
    ...(host !== undefined && { host_id: host }),
    ...(Object.keys(made).length > 0 && { creation_date: made }),
    ...(isId
      ? { id: text.toLowerCase() }
      : text !== '' && { name: { $regex: literal(text), $options: 'i' } }),
  };
}

/** A moment as the server takes it; undefined where it is none. */
function momentOf(text: string): string | undefined {
  // a day alone begins at the reader's midnight
  const at = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** A text as a pattern that matches it. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

/** Whether anything but the page and its order is asked for. */
export function isFiltered({
  first: _first,
  cursor: _cursor,
  range: _range,
  view: _view,
  ...filters
}: JobSearch): boolean {
  return Object.keys(filters).length > 0;
}
