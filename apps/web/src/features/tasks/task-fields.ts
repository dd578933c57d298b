import { TASK_TYPES } from '@argus/contract';
import { t } from '@lingui/core/macro';
import type { FindField } from '../../ui/find/find-input.tsx';
import { wordsOf } from '../../ui/task-types.tsx';
import type { ListedTask } from './task-list.ts';
import { STATE_NAMES } from './task-search.ts';

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
