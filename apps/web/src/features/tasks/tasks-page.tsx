import { Group, Select, Skeleton, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { useApi, useClient, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PlusIcon } from '../../ui/icons.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import classes from '../../ui/filters.module.css';
import { SearchInput } from '../../ui/search-input.tsx';
import {
  choicesOf,
  filterTasks,
  latestJobs,
  useTaskList,
  type ListedTask,
  type TaskFilter,
} from './task-list.ts';
import { TaskTable } from './task-table.tsx';
import { numberText } from '../../ui/locale.ts';

const route = getRouteApi('/$customer/tasks');
// nobody needs the inputs of arguments to see the list
const runDialog = () => import('../run/run-dialog.tsx');
const RunDialog = lazy(() => runDialog().then((module) => ({ default: module.RunDialog })));
const JOBS_REFRESH_MS = 5_000;

/** All tasks that one may see, found by filters that the address keeps. */
export function TasksPage() {
  const customer = useCustomer();
  const client = useClient();
  const filter: TaskFilter = route.useSearch();
  const navigate = route.useNavigate();
  const { tasks, complete } = useTaskList();
  const jobs = useApi('listJobs', { query: {} }, { refetchInterval: JOBS_REFRESH_MS });
  const creates = useMay('admin');
  // the list knows too little of a task to run it
  const running = useMutation({
    mutationFn: async (id: string) => {
      const [task] = await Promise.all([client.getTask({ params: { id } }), runDialog()]);
      return task;
    },
  });
  const change = (name: keyof TaskFilter, value: string | null) =>
    void navigate({ search: (before) => ({ ...before, [name]: value ?? undefined }), replace: true });
  const { q, tag, host } = filter;
  const found = useMemo(
    () => filterTasks(tasks.data ?? [], { ...(q && { q }), ...(tag && { tag }), ...(host && { host }) }),
    [tasks.data, q, tag, host],
  );
  const latest = useMemo(() => latestJobs(jobs.data ?? []), [jobs.data]);

  return (
    <Page
      title="Tasks"
      actions={
        creates && (
          <>
            <ButtonLink to="/$customer/tasks/import" params={{ customer }} variant="default">
              Import
            </ButtonLink>
            <ButtonLink to="/$customer/tasks/new" params={{ customer }} leftSection={<PlusIcon />}>
              New task
            </ButtonLink>
          </>
        )
      }
    >
      <Filters
        filter={filter}
        tasks={tasks.data ?? []}
        count={complete ? countText(found.length, tasks.data?.length ?? 0) : 'Loading…'}
        onChange={change}
      />
      <ErrorNotice error={running.error} />
      <Panel>
        <Loaded query={tasks}>
          {(all) => {
            if (all.length === 0) return <NoTasks creates={creates} />;
            if (found.length === 0 && !complete) return <Skeleton height={240} aria-label="Loading" />;
            if (found.length === 0)
              return <EmptyState title="No task matches">Change the filter to see other tasks.</EmptyState>;
            return (
              <TaskTable
                tasks={found}
                latest={latest}
                opening={running.isPending ? running.variables : undefined}
                onRun={running.mutate}
              />
            );
          }}
        </Loaded>
      </Panel>
      {running.data && (
        <Suspense>
          <RunDialog task={running.data} onClose={running.reset} />
        </Suspense>
      )}
    </Page>
  );
}

/** Options shown at once; typing finds the others. */
const OPTIONS_MAX = 100;

interface FiltersProps {
  filter: TaskFilter;
  tasks: readonly ListedTask[];
  /** How many there are. */
  count: string;
  onChange: (name: keyof TaskFilter, value: string | null) => void;
}

function Filters({ filter, tasks, count, onChange }: FiltersProps) {
  const { tags, hosts } = useMemo(() => choicesOf(tasks), [tasks]);
  const { q = '', tag = null, host = null } = filter;
  return (
    <div className={classes.filters}>
      <SearchInput
        label="Filter tasks"
        placeholder="Filter by name, tag, bot or script"
        value={q}
        onSearch={(text) => onChange('q', text)}
      />
      {(tags.length > 0 || tag !== null) && (
        <Select
          aria-label="Tag"
          placeholder="Any tag"
          clearable
          searchable
          limit={OPTIONS_MAX}
          data={tag === null || tags.includes(tag) ? tags : [tag, ...tags]}
          value={tag}
          onChange={(value) => onChange('tag', value)}
        />
      )}
      {(hosts.length > 1 || host !== null) && (
        <Select
          aria-label="Bot"
          placeholder="Any bot"
          clearable
          searchable
          limit={OPTIONS_MAX}
          data={hosts}
          value={host}
          onChange={(value) => onChange('host', value)}
        />
      )}
      <Text size="sm" c="dimmed" role="status">
        {count}
      </Text>
    </div>
  );
}

function countText(found: number, all: number): string {
  if (all === 0) return '';
  return found < all ? `${numberText(found)} of ${numberText(all)}` : numberText(all);
}

function NoTasks({ creates }: { creates: boolean }) {
  const customer = useCustomer();
  if (!creates) {
    return (
      <EmptyState title="No tasks for you yet">
        A task runs a script on a bot. An admin makes tasks and says in each one’s access list who may see it.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Make the first task">
      A task says which script runs on which bot, and which arguments it asks for. Whoever may run it then
      needs one click, one request or one link.
      <Group justify="center" mt="md">
        <ButtonLink to="/$customer/tasks/new" params={{ customer }}>
          New task
        </ButtonLink>
      </Group>
    </EmptyState>
  );
}
