import { LIFECYCLES, STATES } from '@argus/contract';
import { Select, Switch } from '@mantine/core';
import { LIFECYCLE_LABELS, ORIGIN_LABELS, ORIGINS, STATE_LABELS } from '../../ui/job-words.ts';
import classes from '../../ui/filters.module.css';
import { SearchInput } from '../../ui/search-input.tsx';
import { useTaskNames } from '../tasks/task-names.ts';
import type { JobSearch } from './job-query.ts';

/** Options shown at once; typing finds the others. */
const OPTIONS_MAX = 100;
const TYPING_MS = 300;

interface JobFiltersProps {
  search: JobSearch;
  onChange: (name: keyof JobSearch, value: string | null) => void;
}

/** What narrows the list of jobs. */
export function JobFilters({ search, onChange }: JobFiltersProps) {
  const tasks = useTaskNames();
  return (
    <div className={classes.filters}>
      <SearchInput
        label="Find jobs"
        placeholder="Name or id"
        value={search.q ?? ''}
        delay={TYPING_MS}
        onSearch={(text) => onChange('q', text)}
      />
      <Select
        aria-label="Task"
        placeholder="Any task"
        clearable
        searchable
        limit={OPTIONS_MAX}
        data={tasks.map(({ id, name }) => ({ value: id, label: name }))}
        value={search.task ?? null}
        onChange={(value) => onChange('task', value)}
      />
      <Select
        aria-label="State"
        placeholder="Any state"
        clearable
        data={STATES.map((state) => ({ value: state, label: STATE_LABELS[state] }))}
        value={search.state ?? null}
        onChange={(value) => onChange('state', value)}
      />
      <Select
        aria-label="Lifecycle"
        placeholder="Any lifecycle"
        clearable
        data={LIFECYCLES.map((lifecycle) => ({ value: lifecycle, label: LIFECYCLE_LABELS[lifecycle] }))}
        value={search.lifecycle ?? null}
        onChange={(value) => onChange('lifecycle', value)}
      />
      <Select
        aria-label="Started from"
        placeholder="Any origin"
        clearable
        data={ORIGINS.map((origin) => ({ value: origin, label: `From ${ORIGIN_LABELS[origin]}` }))}
        value={search.origin ?? null}
        onChange={(value) => onChange('origin', value)}
      />
      <Switch
        label="Running first"
        checked={search.first === 'running'}
        onChange={(event) => onChange('first', event.currentTarget.checked ? 'running' : null)}
      />
    </div>
  );
}
