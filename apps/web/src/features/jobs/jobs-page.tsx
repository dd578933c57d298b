import type { StatsRange } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { ActionIcon, Group, Menu } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useCallback } from 'react';
import { useApi, useApiPage, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { MoreIcon } from '../../ui/icons.tsx';
import { JobTable } from '../../ui/job-table.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { DeleteJobsDialog } from './delete-jobs-dialog.tsx';
import { FilterChips } from './filter-chips.tsx';
import { JobFilters } from './job-filters.tsx';
import { StatsPanel } from './stats-panel.tsx';
import { useDialog } from '../../ui/use-dialog.ts';
import classes from './jobs-page.module.css';
import { isFiltered, jobQueries, type JobSearch } from './job-query.ts';

const SavedViews = lazy(() =>
  import('../saved-views/saved-views.tsx').then((module) => ({ default: module.SavedViews })),
);

const route = getRouteApi('/$customer/jobs');
const REFRESH_MS = 3_000;
const USUAL_VIEWS = [
  { name: t`Running`, search: { lifecycle: 'started' } },
  { name: t`Failures`, search: { state: 'failure' } },
];

/** Jobs, newest first, page by page, filtered by what the address says. */
export function JobsPage() {
  const { dialog: _dialog, ...search }: JobSearch & { dialog?: string } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = jobQueries(search);
  const refetchInterval = REFRESH_MS;
  const page = useApiPage('listJobs', { query: queries.page }, { refetchInterval });
  const running = useApi(
    'listJobs',
    { query: queries.running ?? {} },
    { refetchInterval, enabled: queries.running !== undefined },
  );
  const change = useCallback(
    (name: keyof JobSearch, value: string | null) =>
      void navigate({
        search: (before) => ({ ...before, cursor: undefined, [name]: value ?? undefined }),
        replace: true,
      }),
    [navigate],
  );
  const changeRange = useCallback(
    (range: StatsRange) => change('range', range === '24h' ? null : range),
    [change],
  );
  const ahead = (queries.running && running.data) ?? [];

  return (
    <Page title={t`Jobs`} actions={<JobsMenu {...(search.task !== undefined && { task: search.task })} />}>
      <StatsPanel task={search.task} range={search.range ?? '24h'} onRange={changeRange} />
      <Suspense fallback={<div className={classes.views} />}>
        <div className={classes.views}>
          <SavedViews page="jobs" search={{ ...search }} usual={USUAL_VIEWS} />
        </div>
      </Suspense>
      <JobFilters search={search} onChange={change} />
      <FilterChips
        search={search}
        onChange={change}
        onClear={() =>
          void navigate({
            search: ({ first, range }) => ({ ...(first && { first }), ...(range && { range }) }),
            replace: true,
          })
        }
      />
      {page.data && <ErrorNotice error={page.error ?? running.error} />}
      <Panel>
        <Loaded query={page}>
          {({ items, cursor }) => {
            const ids = new Set(ahead.map(({ id }) => id));
            const jobs = [...ahead, ...items.filter(({ id }) => !ids.has(id))];
            return (
              <>
                {jobs.length > 0 ? <JobTable jobs={jobs} /> : <NoJobs search={search} />}
                <Pages search={search} next={cursor} />
              </>
            );
          }}
        </Loaded>
      </Panel>
    </Page>
  );
}

function NoJobs({ search }: { search: JobSearch }) {
  const customer = useCustomer();
  if (search.cursor !== undefined)
    return <EmptyState title={t`No older jobs`}>{t`These were all of them.`}</EmptyState>;
  if (isFiltered(search))
    return <EmptyState title={t`No job matches`}>{t`Change the filters to see other jobs.`}</EmptyState>;
  return (
    <EmptyState
      title={t`Nothing has run yet`}
      action={
        <ButtonLink to="/$customer/tasks" params={{ customer }}>
          {t`Choose a task to run`}
        </ButtonLink>
      }
    >
      {t`Every run of a task is a job. Run a task, and its job appears here with its log and its result.`}
    </EmptyState>
  );
}

/** The way to older jobs and back. */
function Pages({ search, next }: { search: JobSearch; next: string | undefined }) {
  const customer = useCustomer();
  const { cursor, ...filters } = search;
  if (cursor === undefined && next === undefined) return null;
  const page = { to: '/$customer/jobs', params: { customer }, size: 'xs', variant: 'default' } as const;
  return (
    <Group justify="flex-end" gap="xs" mt="sm">
      {cursor !== undefined && (
        <ButtonLink {...page} search={filters}>
          {t`Newest`}
        </ButtonLink>
      )}
      {next !== undefined && (
        <ButtonLink {...page} search={{ ...filters, cursor: next }}>
          {t`Older`}
        </ButtonLink>
      )}
    </Group>
  );
}

function JobsMenu({ task }: { task?: string }) {
  const deletes = useMay('admin');
  const { opened, open, close } = useDialog('delete-ended');
  if (!deletes) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={t`More actions`}>
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={open}>{t`Delete ended jobs…`}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {opened && <DeleteJobsDialog {...(task !== undefined && { task })} onClose={close} />}
    </>
  );
}
