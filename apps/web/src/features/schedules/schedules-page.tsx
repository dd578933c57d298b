import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { SegmentedControl, Select, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { countText } from '../../ui/count.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import classes from '../../ui/filters.module.css';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { KIND_LABELS, KINDS } from '../../ui/schedule-words.ts';
import { SearchInput } from '../../ui/search-input.tsx';
import type { CalendarSearch } from './calendar/calendar.tsx';
import { isDay } from './calendar/days.ts';
import { filterSchedules, type ScheduleFilter } from './schedule-list.ts';
import { ScheduleTable } from './schedule-table.tsx';
import { useScheduled, type Scheduled } from './use-scheduled.ts';
import { isZone } from './zones.ts';

const route = getRouteApi('/$customer/schedules');
const REFRESH_MS = 3_000;
// who looks at the list needs no calendar
const Calendar = lazy(() =>
  import('./calendar/calendar.tsx').then((module) => ({ default: module.Calendar })),
);

type Search = ScheduleFilter & CalendarSearch;

/** When tasks and workflows run by themselves: as a list, the next one first, or on the days of a calendar. */
export function SchedulesPage() {
  const search: Search = route.useSearch();
  const navigate = route.useNavigate();
  const scheduled = useScheduled();
  const change = (changed: { [K in keyof Search]?: Search[K] | null | undefined }) =>
    void navigate({
      search: (before: Search) =>
        Object.fromEntries(
          Object.entries({ ...before, ...changed }).filter(
            ([, value]) => value !== null && value !== undefined,
          ),
        ),
      replace: true,
      resetScroll: false,
    });
  const { view, date, zone, ...more } = search;
  const calendar: CalendarSearch = {
    ...more,
    ...(isDay(date) && { date }),
    ...(zone !== undefined && isZone(zone) && { zone }),
  };
  return (
    <Page
      title={t`Schedules`}
      actions={
        <SegmentedControl
          aria-label={t`Shown as`}
          value={view === undefined ? 'list' : 'calendar'}
          onChange={(shown) => change({ view: shown === 'list' ? null : 'month' })}
          data={[
            { value: 'list', label: t`List` },
            { value: 'calendar', label: t`Calendar` },
          ]}
        />
      }
    >
      {view === undefined ? (
        <ScheduleList search={search} scheduled={scheduled} onChange={change} />
      ) : (
        <>
          <div className={classes.filters}>
            <OwnerFilters search={search} scheduled={scheduled} onChange={change} />
          </div>
          <Suspense>
            <Calendar view={view} search={calendar} onSearch={change} />
          </Suspense>
        </>
      )}
    </Page>
  );
}

interface PartProps {
  search: Search;
  scheduled: Scheduled;
  onChange: (changed: { [K in keyof Search]?: Search[K] | null | undefined }) => void;
}

/** What is asked of the tasks and workflows that are run: the same in the list and the calendar. */
function OwnerFilters({ search: { task, tag, host }, scheduled, onChange }: PartProps) {
  return (
    <>
      <Select
        aria-label={t`Task or workflow`}
        placeholder={t`Any task or workflow`}
        clearable
        searchable
        limit={100}
        data={scheduled.owners}
        value={task ?? null}
        onChange={(value) => onChange({ task: value })}
      />
      {(scheduled.tags.length > 0 || tag !== undefined) && (
        <Select
          aria-label={t`Tag`}
          placeholder={t`Any tag`}
          clearable
          searchable
          data={[...new Set([...scheduled.tags, ...(tag === undefined ? [] : [tag])])]}
          value={tag ?? null}
          onChange={(value) => onChange({ tag: value })}
        />
      )}
      <Select
        aria-label={t`Bot`}
        placeholder={t`Any bot`}
        clearable
        searchable
        limit={100}
        data={scheduled.hosts}
        value={host ?? null}
        onChange={(value) => onChange({ host: value })}
      />
    </>
  );
}

function ScheduleList(props: PartProps) {
  const { search, scheduled, onChange } = props;
  const schedules = useApi('listSchedules', { query: {} }, { refetchInterval: REFRESH_MS });
  const { q, kind, paused, task, tag, host } = search;
  const { isOf } = scheduled;
  const found = useMemo(
    () =>
      filterSchedules(
        schedules.data ?? [],
        { ...(q && { q }), ...(kind && { kind }), ...(paused && { paused }), ...(task && { task }) },
        (runs) => isOf(runs, { tag, host }),
      ),
    [schedules.data, q, kind, paused, task, tag, host, isOf],
  );
  const all = schedules.data?.length ?? 0;
  const count = found.length;
  return (
    <>
      <div className={classes.filters}>
        <SearchInput
          label={t`Filter schedules`}
          placeholder={t`Task, workflow, name, time`}
          value={q ?? ''}
          onSearch={(text) => onChange({ q: text || null })}
        />
        <OwnerFilters {...props} />
        <Select
          aria-label={t`Kind`}
          placeholder={t`Any kind`}
          clearable
          data={KINDS.map((value) => ({ value, label: KIND_LABELS[value] }))}
          value={kind ?? null}
          onChange={(value) => onChange({ kind: value })}
        />
        <Select
          aria-label={t`Paused`}
          placeholder={t`Paused or not`}
          clearable
          data={[
            { value: 'no', label: t`Not paused` },
            { value: 'yes', label: t`Paused` },
          ]}
          value={paused ?? null}
          onChange={(value) => onChange({ paused: value })}
        />
        <Text size="sm" c="dimmed" role="status">
          {countText(count, all, plural(all, { one: '# schedule', other: '# schedules' }))}
        </Text>
      </div>
      {schedules.data && <ErrorNotice error={schedules.error} />}
      <Panel>
        <Loaded query={schedules}>
          {(list) => {
            if (list.length === 0) return <NoSchedules />;
            if (count === 0)
              return (
                <EmptyState title={t`No schedule matches`}>{t`Change the filters to see others.`}</EmptyState>
              );
            return <ScheduleTable schedules={found} showTask />;
          }}
        </Loaded>
      </Panel>
    </>
  );
}

function NoSchedules() {
  const customer = useCustomer();
  const creates = useMay('admin');
  return (
    <EmptyState title={t`Nothing runs by itself yet`}>
      {creates ? (
        <Trans>
          A schedule runs a task or workflow at a date, every so often, or by cron. Open a{' '}
          <TextLink to="/$customer/tasks" params={{ customer }}>
            task
          </TextLink>{' '}
          and choose “Add a schedule”. Triggered runs that wait are shown here too.
        </Trans>
      ) : (
        t`A schedule runs a task or workflow at a date, every so often, or by cron. An admin makes one on the page of a task. Triggered runs that wait are shown here too.`
      )}
    </EmptyState>
  );
}
