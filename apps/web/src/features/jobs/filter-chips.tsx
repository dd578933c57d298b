import { t } from '@lingui/core/macro';
import { Button, Group, Pill } from '@mantine/core';
import { LIFECYCLE_LABELS, ORIGIN_LABELS, STATE_LABELS } from '../../ui/job-words.ts';
import { useTaskNames } from '../tasks/task-names.ts';
import { useHostNames, useWorkflowNames } from './filter-names.ts';
import type { JobSearch } from './job-query.ts';

interface FilterChipsProps {
  search: JobSearch;
  onChange: (name: keyof JobSearch, value: null) => void;
  onClear: () => void;
}

/** What the list is narrowed by, each to be taken away. */
export function FilterChips({ search, onChange, onClear }: FilterChipsProps) {
  const tasks = useTaskNames();
  const workflows = useWorkflowNames();
  const hosts = useHostNames();
  const { q, task, state, lifecycle, origin, person, argument, workflow, host, since, until } = search;
  const name = tasks.find(({ id }) => id === task)?.name ?? task ?? '';
  const flow = workflows.find(({ id }) => id === workflow)?.name ?? workflow ?? '';
  const bot = hosts.find(({ id }) => id === host)?.name ?? host ?? '';
  const stateWord = state ? STATE_LABELS[state] : '';
  const place = lifecycle ? LIFECYCLE_LABELS[lifecycle] : '';
  const from = origin ? ORIGIN_LABELS[origin] : '';
  const chips: [keyof JobSearch, string][] = [
    ...chip('q', q, (q) => t`Name: ${q}`),
    ...chip('task', task, () => t`Task: ${name}`),
    ...chip('state', state, () => t`State: ${stateWord}`),
    ...chip('lifecycle', lifecycle, () => t`Lifecycle: ${place}`),
    ...chip('origin', origin, () => t`Started from: ${from}`),
    ...chip('person', person, (person) => t`Started by: ${person}`),
    ...chip('argument', argument, (argument) => t`Argument: ${argument}`),
    ...chip('workflow', workflow, () => t`Workflow: ${flow}`),
    ...chip('host', host, () => t`Bot: ${bot}`),
    ...chip('since', since, (since) => t`Since: ${since}`),
    ...chip('until', until, (until) => t`Before: ${until}`),
  ];
  if (chips.length === 0) return null;
  return (
    <Group gap={6} role="group" aria-label={t`Filters in use`}>
      {chips.map(([key, text]) => (
        <Pill
          key={key}
          size="md"
          withRemoveButton
          onRemove={() => onChange(key, null)}
          removeButtonProps={{ 'aria-label': t`Remove: ${text}`, 'aria-hidden': false, tabIndex: 0 }}
        >
          {text}
        </Pill>
      ))}
      {chips.length > 1 && (
        <Button size="compact-xs" variant="subtle" onClick={onClear}>
          {t`Clear all`}
        </Button>
      )}
    </Group>
  );
}

function chip(
  name: keyof JobSearch,
  value: string | undefined,
  text: (value: string) => string,
): [keyof JobSearch, string][] {
  return value === undefined ? [] : [[name, text(value)]];
}
