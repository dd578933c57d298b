import type { JobSummary, Task } from '@argus/contract';
import { Badge, Button, Group, Table, Text, TextInput } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { PlayIcon, PlusIcon, SearchIcon } from '../../ui/icons.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Ago } from '../../ui/times.tsx';
import { RunDialog } from './run-dialog.tsx';
import { filterTasks, latestJobs } from './task-list.ts';
import classes from './tasks.module.css';

const route = getRouteApi('/$customer/tasks');
const JOBS_REFRESH_MS = 5_000;

/** All tasks that one may see, found by a filter that the address keeps. */
export function TasksPage() {
  const customer = useCustomer();
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const tasks = useApi('listTasks', { query: { unassigned: '1' } });
  const jobs = useApi('listJobs', { query: {} }, { refetchInterval: JOBS_REFRESH_MS });
  const creates = useMay('admin');
  const [running, setRunning] = useState<Task>();
  const filter = (text: string) => void navigate({ search: text === '' ? {} : { q: text }, replace: true });

  return (
    <Page
      title="Tasks"
      actions={
        creates && (
          <ButtonLink to="/$customer/tasks/new" params={{ customer }} leftSection={<PlusIcon />}>
            New task
          </ButtonLink>
        )
      }
    >
      <TextInput
        type="search"
        aria-label="Filter tasks"
        placeholder="Filter by name, tag, bot or script"
        leftSection={<SearchIcon />}
        defaultValue={q}
        onChange={(event) => filter(event.currentTarget.value)}
        maw={420}
      />
      <Panel>
        <Loaded query={tasks}>
          {(all) => {
            if (all.length === 0) return <NoTasks creates={creates} />;
            const found = filterTasks(all, q);
            if (found.length === 0)
              return <EmptyState title="No task matches">Change the filter to see other tasks.</EmptyState>;
            return <TaskTable tasks={found} latest={latestJobs(jobs.data ?? [])} onRun={setRunning} />;
          }}
        </Loaded>
      </Panel>
      {running && <RunDialog task={running} onClose={() => setRunning(undefined)} />}
    </Page>
  );
}

interface TaskTableProps {
  tasks: readonly Task[];
  latest: ReadonlyMap<string, JobSummary>;
  onRun: (task: Task) => void;
}

function TaskTable({ tasks, latest, onRun }: TaskTableProps) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th visibleFrom="sm">Bot</Table.Th>
          <Table.Th visibleFrom="md">Script</Table.Th>
          <Table.Th className={classes.lastRun}>Last run</Table.Th>
          <Table.Th className={classes.actions}>
            <span className={classes.unseen}>Actions</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tasks.map((task) => (
          <TaskRow key={task.id} task={task} job={latest.get(task.id)} onRun={onRun} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function TaskRow({
  task,
  job,
  onRun,
}: {
  task: Task;
  job: JobSummary | undefined;
  onRun: (task: Task) => void;
}) {
  const customer = useCustomer();
  const runs = useMay('user');
  return (
    <Table.Tr>
      <Table.Td>
        <TextLink
          to="/$customer/tasks/$taskId"
          params={{ customer, taskId: task.id }}
          size="sm"
          fw={500}
          className={classes.name}
        >
          {task.name}
        </TextLink>
        <Group gap={4} mt={task.tags.length > 0 ? 2 : 0}>
          {task.tags.map((tag) => (
            <Badge key={tag} size="xs" variant="default">
              {tag}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td visibleFrom="sm">{task.hostname ?? <Missing />}</Table.Td>
      <Table.Td visibleFrom="md">{task.script_name ?? <Missing />}</Table.Td>
      <Table.Td>
        {job && (
          <TextLink
            to="/$customer/jobs/$jobId"
            params={{ customer, jobId: job.id }}
            underline="never"
            className={classes.lastRun}
            aria-label={`Last run of ${task.name}`}
          >
            <StateBadge job={job} />
            <Text span size="xs" c="dimmed" visibleFrom="xs">
              <Ago at={job.creation_date} />
            </Text>
          </TextLink>
        )}
      </Table.Td>
      <Table.Td className={classes.actions}>
        {runs && (
          <Button
            size="xs"
            variant="light"
            leftSection={<PlayIcon size={14} />}
            onClick={() => onRun(task)}
            disabled={task.problems.length > 0}
            title={task.problems.join('; ') || undefined}
            aria-label={`Run ${task.name}`}
          >
            Run
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Missing() {
  return (
    <Text span size="sm" c="dimmed">
      none yet
    </Text>
  );
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
