import { t } from '@lingui/core/macro';
import { LIFECYCLES, STATES } from '@argus/contract';
import { Select, Switch, TextInput } from '@mantine/core';
import { LIFECYCLE_LABELS, ORIGIN_LABELS, ORIGINS, STATE_LABELS } from '../../ui/job-words.ts';
import classes from '../../ui/filters.module.css';
import { SearchInput } from '../../ui/search-input.tsx';
import { useTaskNames } from '../tasks/task-names.ts';
import { useHostNames, useWorkflowNames } from './filter-names.ts';
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
  const workflows = useWorkflowNames();
  const hosts = useHostNames();
  return (
    <div className={classes.filters}>
      <SearchInput
        label={t`Find jobs`}
        placeholder={t`Name or id`}
        value={search.q ?? ''}
        delay={TYPING_MS}
        onSearch={(text) => onChange('q', text)}
      />
      <Select
        aria-label={t`Task`}
        placeholder={t`Any task`}
        clearable
        searchable
        limit={OPTIONS_MAX}
        data={optionsOf(tasks)}
        value={search.task ?? null}
        onChange={(value) => onChange('task', value)}
      />
      <Select
        aria-label={t`State`}
        placeholder={t`Any state`}
        clearable
        data={STATES.map((state) => ({ value: state, label: STATE_LABELS[state] }))}
        value={search.state ?? null}
        onChange={(value) => onChange('state', value)}
      />
      <Select
        aria-label={t`Lifecycle`}
        placeholder={t`Any lifecycle`}
        clearable
        data={LIFECYCLES.map((lifecycle) => ({ value: lifecycle, label: LIFECYCLE_LABELS[lifecycle] }))}
        value={search.lifecycle ?? null}
        onChange={(value) => onChange('lifecycle', value)}
      />
      <Select
        aria-label={t`Started from`}
        placeholder={t`Any origin but trials`}
        clearable
        data={ORIGINS.map((origin) => ({ value: origin, label: ORIGIN_LABELS[origin] }))}
        value={search.origin ?? null}
        onChange={(value) => onChange('origin', value)}
      />
      <Select
        aria-label={t`Workflow`}
        placeholder={t`Any workflow`}
        clearable
        searchable
        limit={OPTIONS_MAX}
        data={optionsOf(workflows)}
        value={search.workflow ?? null}
        onChange={(value) => onChange('workflow', value)}
      />
      <Select
        aria-label={t`Bot`}
        placeholder={t`Any bot`}
        clearable
        searchable
        limit={OPTIONS_MAX}
        data={optionsOf(hosts)}
        value={search.host ?? null}
        onChange={(value) => onChange('host', value)}
      />
      <SearchInput
        label={t`Started by`}
        placeholder={t`Started by (e-mail)`}
        value={search.person ?? ''}
        delay={TYPING_MS}
        onSearch={(text) => onChange('person', text)}
      />
      <SearchInput
        label={t`Argument value`}
        placeholder={t`Argument value`}
        value={search.argument ?? ''}
        delay={TYPING_MS}
        onSearch={(text) => onChange('argument', text)}
      />
      <TextInput
        type="date"
        aria-label={t`Created since`}
        title={t`Created since`}
        value={search.since?.slice(0, 10) ?? ''}
        onChange={(event) => onChange('since', event.currentTarget.value || null)}
      />
      <TextInput
        type="date"
        aria-label={t`Created before`}
        title={t`Created before`}
        value={search.until?.slice(0, 10) ?? ''}
        onChange={(event) => onChange('until', event.currentTarget.value || null)}
      />
      <Switch
        label={t`Running first`}
        checked={search.first === 'running'}
        onChange={(event) => onChange('first', event.currentTarget.checked ? 'running' : null)}
      />
    </div>
  );
}

function optionsOf(named: readonly { id: string; name: string }[]): { value: string; label: string }[] {
  return named.map(({ id, name }) => ({ value: id, label: name }));
}
