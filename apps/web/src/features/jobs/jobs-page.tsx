import { LIFECYCLES, STATES, type Lifecycle, type State } from '@argus/contract';
import { Group, Select } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useApi } from '../../api/hooks.ts';
import { JobTable } from '../../ui/job-table.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';

const route = getRouteApi('/$customer/jobs');
const REFRESH_MS = 3_000;

const LIFECYCLE_LABELS: Record<Lifecycle, string> = {
  ready: 'Queued',
  onhold: 'On hold',
  assigned: 'Assigned',
  started: 'Running',
  finished: 'Finished',
  canceled: 'Canceled before it started',
  terminated: 'Stopped',
  expired: 'Expired',
};

const STATE_LABELS: Record<State, string> = {
  in_progress: 'In progress',
  success: 'Success',
  failure: 'Failure',
  canceled: 'Canceled',
  timeout: 'Timed out',
  error: 'Error',
};

/** The newest jobs, filtered by what the address says. */
export function JobsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const jobs = useApi('listJobs', { query: search }, { refetchInterval: REFRESH_MS });
  const tasks = useApi('listTasks', { query: { unassigned: '1' } });
  const filtered = Object.keys(search).length > 0;
  const filter = (name: keyof typeof search, value: string | null) =>
    void navigate({ search: (before) => ({ ...before, [name]: value ?? undefined }), replace: true });

  return (
    <Page title="Jobs">
      <Group gap="sm">
        <Select
          aria-label="State"
          placeholder="Any state"
          clearable
          w={180}
          data={STATES.map((state) => ({ value: state, label: STATE_LABELS[state] }))}
          value={search.state ?? null}
          onChange={(value) => filter('state', value)}
        />
        <Select
          aria-label="Lifecycle"
          placeholder="Any lifecycle"
          clearable
          w={180}
          data={LIFECYCLES.map((lifecycle) => ({ value: lifecycle, label: LIFECYCLE_LABELS[lifecycle] }))}
          value={search.lifecycle ?? null}
          onChange={(value) => filter('lifecycle', value)}
        />
        <Select
          aria-label="Task"
          placeholder="Any task"
          clearable
          searchable
          w={240}
          data={(tasks.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={search.task ?? null}
          onChange={(value) => filter('task', value)}
        />
      </Group>
      <Panel>
        <Loaded query={jobs}>
          {(list) => {
            if (list.length > 0) return <JobTable jobs={list} showTask />;
            return filtered ? (
              <EmptyState title="No job matches">Change the filters to see other jobs.</EmptyState>
            ) : (
              <EmptyState title="Nothing has run yet">
                Every run of a task is a job. Run a task, and its job appears here with its log and its
                result.
              </EmptyState>
            );
          }}
        </Loaded>
      </Panel>
    </Page>
  );
}
