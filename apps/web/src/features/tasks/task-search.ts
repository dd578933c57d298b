import { TASK_TYPES, type State, type TaskActivity } from '@argus/contract';
import { t } from '@lingui/core/macro';
import type { FindField } from '../../ui/find/find-input.tsx';
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

const STATE_HELP: Readonly<Record<string, string>> = {
  running: t`a bot is at it`,
  waiting: t`for a bot, a time or people`,
  failing: t`its last run failed, timed out or was lost`,
  succeeding: t`its last run went well`,
  scheduled: t`a clock starts it`,
  paused: t`somebody paused it`,
  'cannot-run': t`something is missing`,
  'never-run': t`it has not run yet`,
};

export const TASK_FIELDS: ReadonlySet<string> = new Set(['tag', 'bot', 'state', 'type', 'script']);

/** What text is looked for in, made once for each task as it was listed. */
const texts = new WeakMap<ListedTask, string>();

function textOf(task: ListedTask): string {
  const made = texts.get(task);
  if (made !== undefined) return made;
  const { id, type, name, tags, hostname, host_labels, script_name, description } = task;
  const what = hasBot(type) ? '' : wordsOf(type).label;
  const text = [name, ...tags, hostname, ...host_labels, script_name, description, what, id]
    .join('\n')
    .toLowerCase();
  texts.set(task, text);
  return text;
}

const TESTS: Tests<FoundTask> = {
  text: ({ task }, text) => textOf(task).includes(text),
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

/** The fields of a search with the values that tasks have. */
export function taskFields(tasks: readonly ListedTask[]): readonly FindField[] {
  const once = (values: (task: ListedTask) => readonly (string | null)[]) => {
    let made: { value: string }[] | undefined;
    return () =>
      (made ??= [...new Set(tasks.flatMap(values))]
        .filter((value): value is string => value !== null && value !== '')
        .toSorted((a, b) => a.localeCompare(b))
        .map((value) => ({ value })));
  };
  return [
    { name: 'tag', help: t`a tag`, values: once(({ tags }) => tags) },
    {
      name: 'bot',
      help: t`where it runs: a bot, or a label that bots carry`,
      values: once(({ hostname, host_labels }) => [hostname, ...host_labels]),
    },
    {
      name: 'state',
      help: t`what it does or did last`,
      values: () => STATE_NAMES.map((value) => ({ value, help: STATE_HELP[value] ?? '' })),
    },
    {
      name: 'type',
      help: t`what kind of task it is`,
      values: () => TASK_TYPES.map((value) => ({ value, help: wordsOf(value).label })),
    },
    { name: 'script', help: t`the script that it runs`, values: once(({ script_name }) => [script_name]) },
  ];
}
