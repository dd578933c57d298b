import type { Task } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Alert, Code, Group, Table, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { said } from '../../api/sentences/said.ts';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { labelOf } from '../../ui/argument-form/argument-field.tsx';
import { WarningIcon } from '../../ui/icons.tsx';
import { JobTable } from '../../ui/job-table.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Facts, Loaded, Page, Panel } from '../../ui/page.tsx';
import { hasBot, TypeBadge } from '../../ui/task-types.tsx';
import { StatsPanel } from '../jobs/stats-panel.tsx';
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
import { useInAddress } from '../../ui/use-in-address.ts';

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
  const [range, setRange] = useInAddress('range');
  return (
    <Page
      title={task.name}
      parent={
        <TextLink to="/$customer/tasks" params={{ customer }} size="sm">
          {t`Tasks`}
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
        <Alert color="orange" icon={<WarningIcon />} title={t`It cannot run yet`} role="status">
          {problems.map(said).join(' ')}
        </Alert>
      )}
      <Panel title={t`What it does`}>
        {task.description && (
          <Text size="sm" mb="md" style={{ whiteSpace: 'pre-wrap' }}>
            {task.description}
          </Text>
        )}
        <TaskFacts task={task} />
      </Panel>
      <Panel title={t`Notifications`}>
        <NotifyMe about={{ type: 'task', id: task.id }} />
      </Panel>
      {task.task_arguments.length > 0 && <ArgumentsPanel task={task} />}
      <TaskSchedules task={task} />
      <RecentRuns task={task} />
      <StatsPanel
        task={task.id}
        range={range ?? '24h'}
        onRange={(chosen) => setRange(chosen === '24h' ? undefined : chosen)}
      />
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
              [t`Triggered by`, <TriggerLinks key="triggers" ids={task.triggers} />],
              [t`Trigger on-hold time`, task.grace_time === 0 ? t`no wait` : `${task.grace_time} s`],
            ] as const)
          : []),
        ...(started.length > 0
          ? ([[t`Starts`, <StartedLinks key="starts" started={started} />]] as const)
          : []),
        ...(workflows.length > 0
          ? ([[t`Step of`, <WorkflowLinks key="workflows" workflows={workflows} />]] as const)
          : []),
        ...(hasBot(task.type) ? [[t`Priority`, task.priority] as const] : []),
        ...(grants
          ? []
          : ([
              [t`Who may see it`, task.acls.length > 0 ? task.acls.join(', ') : t`admins and owners only`],
            ] as const)),
        [t`History kept`, historyText(task)],
      ]}
    />
  );
}

function scriptFacts(task: Task, customer: string): (readonly [name: string, value: ReactNode])[] {
  const names = Object.keys(task.env ?? {});
  const version = String(task.script_version);
  const script = task.script_id ? (
    <>
      <TextLink to="/$customer/scripts/$scriptId" params={{ customer, scriptId: task.script_id }} size="sm">
        {task.script_name ?? task.script_id}
      </TextLink>
      {task.script_version !== null && ` ${t`(stays with version ${version})`}`}
    </>
  ) : (
    t`none yet`
  );
  return [
    [t`Bot`, whereText(task) ?? t`none yet`],
    [t`Script`, script],
    [t`Command line`, <Code key="run_as">{task.run_as || '%script%'}</Code>],
    [t`Execution timeout`, task.timeout === null ? t`600 s (default)` : `${task.timeout} s`],
    ...policyFacts(task),
    ...(task.env
      ? ([[t`Environment`, names.length > 0 ? names.join(', ') : t`nothing added`]] as const)
      : []),
  ];
}

function ArgumentsPanel({ task }: { task: Task }) {
  return (
    <Panel title={t`Arguments`}>
      <Table highlightOnHover={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>#</Table.Th>
            <Table.Th>{t`Label`}</Table.Th>
            <Table.Th>{t`Type`}</Table.Th>
            <Table.Th>{t`Value or default`}</Table.Th>
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
              <Table.Td>{typeText(argument)}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{valueText(argument)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

function historyText({ retention_days, retention_jobs }: Task): string {
  const jobs = numberText(retention_jobs);
  return plural(retention_days, {
    one: `# day, at most ${jobs} jobs`,
    other: `# days, at most ${jobs} jobs`,
  });
}

function typeText({ type, required }: Record<string, unknown>): string {
  const name = String(type);
  return type !== 'fixed' && required === false ? t`${name}, optional` : name;
}

function valueText({ type, value, masked, required }: Record<string, unknown>): string {
  if (masked === true) return '•••';
  if (type === 'fixed' && required !== false && (value === undefined || value === null))
    return t`no value yet`;
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
      title={t`Recent runs`}
      actions={
        <TextLink to="/$customer/jobs" params={{ customer }} search={{ task: task.id }} size="sm">
          {t`All of them`}
        </TextLink>
      }
    >
      <Loaded query={jobs} height={120}>
        {(list) =>
          list.length > 0 ? (
            <JobTable jobs={list} of="task" />
          ) : (
            <Group>
              <Text size="sm" c="dimmed">
                {t`It has not run yet.`}
              </Text>
            </Group>
          )
        }
      </Loaded>
    </Panel>
  );
}
