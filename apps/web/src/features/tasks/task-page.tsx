import type { Task } from '@argus/contract';
import { Alert, Badge, Button, Code, Group, Table, Text } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { labelOf } from '../../ui/argument-form/argument-field.tsx';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { PlayIcon, WarningIcon } from '../../ui/icons.tsx';
import { JobTable } from '../../ui/job-table.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { Facts, Loaded, Page, Panel } from '../../ui/page.tsx';
import { ExportMenu } from '../recipes/export-menu.tsx';
import { ApiPanel } from './api-panel.tsx';
import { RunDialog } from './run-dialog.tsx';

const route = getRouteApi('/$customer/tasks/$taskId');
const REFRESH_MS = 3_000;
const RECENT = 10;

/** What a task is, what it did lately, and how to run it from here and from elsewhere. */
export function TaskPage() {
  const { taskId } = route.useParams();
  const task = useApi('getTask', { params: { id: taskId } });
  return <Loaded query={task}>{(found) => <TaskDetails task={found} />}</Loaded>;
}

function TaskDetails({ task }: { task: Task }) {
  const customer = useCustomer();
  const edits = useMay('admin');
  const [running, setRunning] = useState(false);
  return (
    <Page
      title={task.name}
      parent={
        <TextLink to="/$customer/tasks" params={{ customer }} size="sm">
          Tasks
        </TextLink>
      }
      aside={task.tags.map((tag) => (
        <Badge key={tag} variant="default">
          {tag}
        </Badge>
      ))}
      actions={<TaskActions task={task} onRun={() => setRunning(true)} />}
    >
      {task.problems.length > 0 && (
        <Alert color="orange" icon={<WarningIcon />} title="It cannot run yet">
          {task.problems.join('; ')}
        </Alert>
      )}
      <Panel title="What it does">
        {task.description && (
          <Text size="sm" mb="md" style={{ whiteSpace: 'pre-wrap' }}>
            {task.description}
          </Text>
        )}
        <TaskFacts task={task} />
      </Panel>
      {task.task_arguments.length > 0 && <ArgumentsPanel task={task} />}
      <RecentRuns task={task} />
      {edits && <ApiPanel task={task} />}
      {running && <RunDialog task={task} onClose={() => setRunning(false)} />}
    </Page>
  );
}

function TaskActions({ task, onRun }: { task: Task; onRun: () => void }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const runs = useMay('user');
  const edits = useMay('admin');
  const remove = useChange('deleteTask', ['listTasks', 'listJobs']);
  const confirm = async () => {
    await remove.mutateAsync({ params: { id: task.id } });
    await navigate({ to: '/$customer/tasks', params: { customer } });
  };
  return (
    <>
      {edits && (
        <>
          <ConfirmButton
            label="Delete"
            question={
              <>
                This deletes the task <b>{task.name}</b> and the history of its jobs.
              </>
            }
            onConfirm={confirm}
            error={remove.error}
            pending={remove.isPending}
          />
          <ExportMenu task={task} />
          <ButtonLink
            to="/$customer/tasks/$taskId/edit"
            params={{ customer, taskId: task.id }}
            variant="default"
          >
            Edit
          </ButtonLink>
        </>
      )}
      {runs && (
        <Button leftSection={<PlayIcon />} onClick={onRun} disabled={task.problems.length > 0}>
          Run
        </Button>
      )}
    </>
  );
}

function TaskFacts({ task }: { task: Task }) {
  const customer = useCustomer();
  const names = Object.keys(task.env ?? {});
  const script = task.script_id ? (
    <>
      <TextLink to="/$customer/scripts/$scriptId" params={{ customer, scriptId: task.script_id }} size="sm">
        {task.script_name ?? task.script_id}
      </TextLink>
      {task.script_version !== null && ` (stays with version ${task.script_version})`}
    </>
  ) : (
    'none yet'
  );
  return (
    <Facts
      facts={[
        ['Bot', task.hostname ?? 'none yet'],
        ['Script', script],
        ['Command line', <Code key="run_as">{task.run_as || '%script%'}</Code>],
        ['Execution timeout', `${task.timeout ?? 600} s${task.timeout === null ? ' (default)' : ''}`],
        ['Multitasking', task.multitasking ? 'several jobs at the same time' : 'one job at a time'],
        ...(task.env
          ? ([['Environment', names.length > 0 ? names.join(', ') : 'nothing added']] as const)
          : []),
        ['Who may see it', task.acls.length > 0 ? task.acls.join(', ') : 'admins and owners only'],
        ['History kept', `${task.retention_days} days, at most ${task.retention_jobs.toLocaleString()} jobs`],
      ]}
    />
  );
}

function ArgumentsPanel({ task }: { task: Task }) {
  return (
    <Panel title="Arguments">
      <Table highlightOnHover={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>#</Table.Th>
            <Table.Th>Label</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>Value or default</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {task.task_arguments.map((argument, order) => (
            <Table.Tr key={order}>
              <Table.Td>{order + 1}</Table.Td>
              <Table.Td>
                {labelOf({
                  order,
                  ...(typeof argument['label'] === 'string' && { label: argument['label'] }),
                })}
              </Table.Td>
              <Table.Td>
                {String(argument['type'])}
                {argument['type'] !== 'fixed' && argument['required'] === false ? ', optional' : ''}
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{valueText(argument)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

function valueText({ type, value, masked, required }: Record<string, unknown>): string {
  if (masked === true) return '•••';
  if (type === 'fixed' && required !== false && (value === undefined || value === null))
    return 'no value yet';
  if (value === undefined || value === null || value === '') return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function RecentRuns({ task }: { task: Task }) {
  const customer = useCustomer();
  const jobs = useApi(
    'listJobs',
    { query: { task: task.id, limit: RECENT } },
    { refetchInterval: REFRESH_MS },
  );
  return (
    <Panel
      title="Recent runs"
      actions={
        <TextLink to="/$customer/jobs" params={{ customer }} search={{ task: task.id }} size="sm">
          All of them
        </TextLink>
      }
    >
      <Loaded query={jobs} height={120}>
        {(list) =>
          list.length > 0 ? (
            <JobTable jobs={list} showTask={false} />
          ) : (
            <Group>
              <Text size="sm" c="dimmed">
                It has not run yet.
              </Text>
            </Group>
          )
        }
      </Loaded>
    </Panel>
  );
}
