import type { State, TaskActivity } from '@argus/contract';
import { formatQuery, isLike, matcherOf, parseQuery, type Tests } from '../../ui/find/query.ts';
import { hasBot, wordsOf } from '../../ui/task-types.tsx';
import { otherProblems, type ListedTask } from './task-list.ts';

/** A task with what it does and did lately, where that is known. */
export interface FoundTask {
  task: ListedTask;
  activity: TaskActivity | undefined;
}

const BAD: ReadonlySet<State | null> = new Set<State>(['failure', 'error', 'timeout']);

const STATE_TESTS: Readonly<Record<string, (found: FoundTask) => boolean>> = {
  running: ({ activity }) => (activity?.running ?? 0) > 0,
  waiting: ({ activity }) => (activity?.waiting ?? 0) + (activity?.grace ?? 0) > 0,
  failing: ({ activity }) => BAD.has(activity?.ended ?? null),
  succeeding: ({ activity }) => activity?.ended === 'success',
  scheduled: ({ activity }) => typeof activity?.next_run_at === 'string',
  paused: ({ task }) => task.paused !== null,
  'cannot-run': ({ task }) => otherProblems(task).length > 0,
  'never-run': ({ activity }) => (activity?.last ?? null) === null,
};

export const TASK_FIELDS: ReadonlySet<string> = new Set(['tag', 'bot', 'state', 'type', 'script']);

/** What text is looked for in, made once for each task as it was listed. */
const texts = new WeakMap<ListedTask, string>();

function textOf(task: ListedTask): string {
  const made = texts.get(task);
  if (made !== undefined) return made;
  const { type, name, tags, hostname, host_labels, script_name, description } = task;
  const what = hasBot(type) ? '' : wordsOf(type).label;
  const text = [name, ...tags, hostname, ...host_labels, script_name, description, what]
    .join('\n')
    .toLowerCase();
  texts.set(task, text);
  return text;
}

/** So much of an id is meant as one; a number in a name is in many ids too. */
const ID_LENGTH = 8;

const TESTS: Tests<FoundTask> = {
  text: ({ task }, text) =>
    textOf(task).includes(text) || (text.length >= ID_LENGTH && task.id.startsWith(text)),
  fields: {
    tag: ({ task }, tag) => task.tags.some((one) => isLike(one.toLowerCase(), tag)),
    bot: ({ task: { host_id, hostname, host_labels } }, bot) =>
      host_id === bot ||
      [hostname ?? '', ...host_labels].some((one) => one !== '' && isLike(one.toLowerCase(), bot)),
    state: (found, state) => STATE_TESTS[state]?.(found) ?? false,
    type: ({ task }, type) => isLike(task.type, type),
    script: ({ task: { script_id, script_name } }, script) =>
      script_id === script || (script_name !== null && isLike(script_name.toLowerCase(), script)),
  },
};

/** The tasks that a search finds. */
export function findTasks(
  tasks: readonly ListedTask[],
  activity: ReadonlyMap<string, TaskActivity>,
  q: string,
): readonly ListedTask[] {
  const terms = parseQuery(q, TASK_FIELDS);
  if (terms.length === 0) return tasks;
  const matches = matcherOf(terms, TESTS);
  return tasks.filter((task) => matches({ task, activity: activity.get(task.id) }));
}

/** Whether a search asks for what tasks do. */
export function asksForState(q: string): boolean {
  return parseQuery(q, TASK_FIELDS).some(({ field }) => field === 'state');
}

/** States that a search asks for and that there are none of. */
export function unknownStates(q: string): string[] {
  return parseQuery(q, TASK_FIELDS)
    .filter(({ field }) => field === 'state')
    .flatMap(({ values }) => values)
    .filter((state) => !(state.toLowerCase() in STATE_TESTS));
}

export const STATE_NAMES: readonly string[] = Object.keys(STATE_TESTS);

/** A search for the tasks with one value of a field. */
export function searchFor(field: string, value: string): { q: string } {
  return { q: formatQuery([{ field, values: [value], negated: false }]) };
}
