import { t } from '@lingui/core/macro';
import { LIFECYCLES, STATES } from '@argus/contract';
import { Select, Switch, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { memo, useMemo } from 'react';
import { LIFECYCLE_LABELS, ORIGIN_LABELS, ORIGINS, STATE_LABELS } from '../../ui/job-words.ts';
import classes from '../../ui/filters.module.css';
import { SearchInput } from '../../ui/search-input.tsx';
import { useTaskNames } from '../tasks/task-names.ts';
import { useHostNames, useWorkflowNames } from './filter-names.ts';
import type { JobSearch } from './job-query.ts';

/** What there may be many of. */
const SEARCHABLE: ReadonlySet<string> = new Set(['task', 'workflow', 'host']);
/** Options shown at once; typing finds the others. */
const OPTIONS_MAX = 100;
const TYPING_MS = 300;

interface Option {
  value: string;
  label: string;
}

const STATE_OPTIONS = optionsOf(STATES, STATE_LABELS);
const LIFECYCLE_OPTIONS = optionsOf(LIFECYCLES, LIFECYCLE_LABELS);
const ORIGIN_OPTIONS = optionsOf(ORIGINS, ORIGIN_LABELS);

interface JobFiltersProps {
  search: JobSearch;
  onChange: (name: keyof JobSearch, value: string | null) => void;
}

/** What narrows the list of jobs. On a telephone most of it is folded away: the list shows what it is narrowed by. */
export function JobFilters({ search, onChange }: JobFiltersProps) {
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const more = <MoreFilters search={search} onChange={onChange} />;
  return (
    <>
      <div className={classes.filters}>
        <SearchInput
          label={t`Find jobs`}
          placeholder={t`Name or id`}
          value={search.q ?? ''}
          delay={TYPING_MS}
          onSearch={(text) => onChange('q', text)}
        />
        <Choice
          name="state"
          label={t`State`}
          placeholder={t`Any state`}
          data={STATE_OPTIONS}
          value={search.state}
          onChange={onChange}
        />
        {!isNarrow && more}
      </div>
      {isNarrow && (
        <details className={classes.more}>
          <summary>{t`More filters`}</summary>
          <div className={classes.filters}>{more}</div>
        </details>
      )}
    </>
  );
}

function MoreFilters({ search, onChange }: JobFiltersProps) {
  return (
    <>
      <Choice
        name="task"
        label={t`Task`}
        placeholder={t`Any task`}
        data={useOptions(useTaskNames())}
        value={search.task}
        onChange={onChange}
      />
      <Choice
        name="lifecycle"
        label={t`Lifecycle`}
        placeholder={t`Any lifecycle`}
        data={LIFECYCLE_OPTIONS}
        value={search.lifecycle}
        onChange={onChange}
      />
      <Choice
        name="origin"
        label={t`Started from`}
        placeholder={t`All but trials`}
        data={ORIGIN_OPTIONS}
        value={search.origin}
        onChange={onChange}
      />
      <Choice
        name="workflow"
        label={t`Workflow`}
        placeholder={t`Any workflow`}
        data={useOptions(useWorkflowNames())}
        value={search.workflow}
        onChange={onChange}
      />
      <Choice
        name="host"
        label={t`Bot`}
        placeholder={t`Any bot`}
        data={useOptions(useHostNames())}
        value={search.host}
        onChange={onChange}
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
    </>
  );
}

interface ChoiceProps {
  name: keyof JobSearch;
  label: string;
  placeholder: string;
  data: readonly Option[];
  value: string | undefined;
  onChange: JobFiltersProps['onChange'];
}

/** One of a filter's values. Only the filter that changed is drawn again: the seven of them take 100 ms. */
const Choice = memo(function Choice({ name, label, placeholder, data, value, onChange }: ChoiceProps) {
  return (
    <Select
      aria-label={label}
      placeholder={placeholder}
      clearable
      searchable={SEARCHABLE.has(name)}
      limit={OPTIONS_MAX}
      data={data}
      value={value ?? null}
      onChange={(chosen) => onChange(name, chosen)}
    />
  );
});

function useOptions(named: readonly { id: string; name: string }[]): readonly Option[] {
  return useMemo(() => named.map(({ id, name }) => ({ value: id, label: name })), [named]);
}

function optionsOf<T extends string>(values: readonly T[], labels: Readonly<Record<T, string>>): Option[] {
  return values.map((value) => ({ value, label: labels[value] }));
}
