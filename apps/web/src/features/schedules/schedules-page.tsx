import { Select, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import classes from '../../ui/filters.module.css';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { KIND_LABELS, KINDS } from '../../ui/schedule-words.ts';
import { SearchInput } from '../../ui/search-input.tsx';
import { filterSchedules, type ScheduleFilter } from './schedule-list.ts';
import { ScheduleTable } from './schedule-table.tsx';

const route = getRouteApi('/$customer/schedules');
const REFRESH_MS = 3_000;

/** When tasks and workflows run by themselves, the next one first, found by filters that the address keeps. */
export function SchedulesPage() {
  const filter: ScheduleFilter = route.useSearch();
  const navigate = route.useNavigate();
  const schedules = useApi('listSchedules', { query: {} }, { refetchInterval: REFRESH_MS });
  const { q, kind, paused } = filter;
  const found = useMemo(
    () =>
      filterSchedules(schedules.data ?? [], {
        ...(q && { q }),
        ...(kind && { kind }),
        ...(paused && { paused }),
      }),
    [schedules.data, q, kind, paused],
  );
  const change = (name: keyof ScheduleFilter, value: string | null) =>
    void navigate({ search: (before) => ({ ...before, [name]: value ?? undefined }), replace: true });
  const all = schedules.data?.length ?? 0;
  return (
    <Page title="Schedules">
      <div className={classes.filters}>
        <SearchInput
          label="Filter schedules"
          placeholder="Filter by task, workflow, name or time"
          value={q ?? ''}
          onSearch={(text) => change('q', text)}
        />
        <Select
          aria-label="Kind"
          placeholder="Any kind"
          clearable
          data={KINDS.map((value) => ({ value, label: KIND_LABELS[value] }))}
          value={kind ?? null}
          onChange={(value) => change('kind', value)}
        />
        <Select
          aria-label="Paused"
          placeholder="Paused or not"
          clearable
          data={[
            { value: 'no', label: 'Not paused' },
            { value: 'yes', label: 'Paused' },
          ]}
          value={paused ?? null}
          onChange={(value) => change('paused', value)}
        />
        <Text size="sm" c="dimmed" role="status">
          {all > 0 && (found.length < all ? `${found.length} of ${all}` : all)}
        </Text>
      </div>
      {schedules.data && <ErrorNotice error={schedules.error} />}
      <Panel>
        <Loaded query={schedules}>
          {(list) => {
            if (list.length === 0) return <NoSchedules />;
            if (found.length === 0)
              return <EmptyState title="No schedule matches">Change the filters to see others.</EmptyState>;
            return <ScheduleTable schedules={found} showTask />;
          }}
        </Loaded>
      </Panel>
    </Page>
  );
}

function NoSchedules() {
  const customer = useCustomer();
  const creates = useMay('admin');
  const tasks = (
    <TextLink to="/$customer/tasks" params={{ customer }}>
      task
    </TextLink>
  );
  return (
    <EmptyState title="Nothing runs by itself yet">
      A schedule runs a task or workflow at a date, every so often, or by cron.{' '}
      {creates ? (
        <>Open a {tasks} and choose “Add a schedule”.</>
      ) : (
        'An admin makes one on the page of a task.'
      )}{' '}
      Triggered runs that wait are shown here too.
    </EmptyState>
  );
}
