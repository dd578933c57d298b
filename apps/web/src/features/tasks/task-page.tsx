import type { Task } from '@argus/contract';
import { Alert, Code, Group, Table, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { labelOf } from '../../ui/argument-form/argument-field.tsx';
import { WarningIcon } from '../../ui/icons.tsx';
import { JobTable } from '../../ui/job-table.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Facts, Loaded, Page, Panel } from '../../ui/page.tsx';
import { hasBot, TypeBadge } from '../../ui/task-types.tsx';
import { NotifyMe } from '../notifications/notify-me.tsx';
import { TaskSchedules } from '../schedules/own-schedules.tsx';
import { useWorkflowsUsing, WorkflowLinks } from '../workflows/workflow-links.tsx';
import { AccessPanel } from './access.tsx';
import { ApiPanel } from './api-panel.tsx';
import { PausedBanner } from './pause.tsx';
import { policyFacts, whereText } from './policy-words.ts';
import { TaskActions } from './task-actions.tsx';
import { otherProblems } from './task-list.ts';
import { TaskTags } from './task-marks.tsx';
import { typeFacts } from './type-words.ts';
import { StartedLinks, TriggerLinks, useStarted } from './trigger-links.tsx';
import { numberText } from '../../ui/locale.ts';

const StatsPanel = lazy(() =>
  import('../jobs/stats-panel.tsx').then((module) => ({ default: module.StatsPanel })),
);

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
  const grants = useMay('manager');
  const problems = otherProblems(task);
  return (
    <Page
      title={task.name}
      parent={
        <TextLink to="/$customer/tasks" params={{ customer }} size="sm">
          Tasks
        </TextLink>
      }
      aside={
        <>
          {!hasBot(task.type) && <TypeBadge type={task.type} />}
          <TaskTags tags={task.tags} />
        </>
      }
      actions={<TaskActions task={task} />}
    >
      <PausedBanner task={task} />
      {problems.length > 0 && (
        <Alert color="orange" icon={<WarningIcon />} title="It cannot run yet" role="status">
          {problems.join(' ')}
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
      <Panel title="Notifications">
        <NotifyMe about={{ type: 'task', id: task.id }} />
      </Panel>
      {task.task_arguments.length > 0 && <ArgumentsPanel task={task} />}
      <TaskSchedules task={task} />
      <RecentRuns task={task} />
      <Suspense>
        <StatsPanel task={task.id} />
      </Suspense>
      {grants && <AccessPanel key={task.id} of={{ ...task, type: 'task' }} />}
      {edits && <ApiPanel key={task.id} of={{ ...task, type: 'task' }} />}
    </Page>
  );
}

function TaskFacts({ task }: { task: Task }) {
  const customer = useCustomer();
  const grants = useMay('manager');
  const started = useStarted(task.id) ?? [];
  const workflows = useWorkflowsUsing(task.id);
  return (
    <Facts
      facts={[
        ...typeFacts(task),
        ...(hasBot(task.type) ? scriptFacts(task, customer) : []),
        ...(task.triggers.length > 0
          ? ([
              ['Triggered by', <TriggerLinks key="triggers" ids={task.triggers} />],
              ['Trigger on-hold time', task.grace_time === 0 ? 'no wait' : `${task.grace_time} s`],
            ] as const)
          : []),
        ...(started.length > 0
          ? ([['Starts', <StartedLinks key="starts" started={started} />]] as const)
          : []),
        ...(workflows.length > 0
          ? ([['Step of', <WorkflowLinks key="workflows" workflows={workflows} />]] as const)
          : []),
        ...(hasBot(task.type) ? [['Priority', task.priority] as const] : []),
        ...(grants
          ? []
          : ([
              ['Who may see it', task.acls.length > 0 ? task.acls.join(', ') : 'admins and owners only'],
            ] as const)),
        ['History kept', `${task.retention_days} days, at most ${numberText(task.retention_jobs)} jobs`],
      ]}
    />
  );
}

function scriptFacts(task: Task, customer: string): (readonly [name: string, value: ReactNode])[] {
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
  return [
    ['Bot', whereText(task) ?? 'none yet'],
    ['Script', script],
    ['Command line', <Code key="run_as">{task.run_as || '%script%'}</Code>],
    ['Execution timeout', `${task.timeout ?? 600} s${task.timeout === null ? ' (default)' : ''}`],
    ...policyFacts(task),
    ...(task.env ? ([['Environment', names.length > 0 ? names.join(', ') : 'nothing added']] as const) : []),
  ];
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
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
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
