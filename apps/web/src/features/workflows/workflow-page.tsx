import { eventOf, type Workflow, type WorkflowStep } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Alert, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { labelOf } from '../../ui/argument-form/argument-field.tsx';
import { askedArguments } from '../../ui/argument-form/values.ts';
import { WarningIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Facts, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { WorkflowSchedules } from '../schedules/own-schedules.tsx';
import { NotifyMe } from '../notifications/notify-me.tsx';
import { AccessPanel } from '../tasks/access.tsx';
import { ApiPanel } from '../tasks/api-panel.tsx';
import { RunnableLink, StartedLinks, TriggerLinks, useStarted } from '../tasks/trigger-links.tsx';
import { edgeWords } from './condition-words.ts';
import { graphEdges, graphSteps } from './graph-of-workflow.tsx';
import type { Selection } from './graph/graph-words.ts';
import { LazyGraph } from './graph/lazy-graph.tsx';
import { RunTable } from './run-table.tsx';
import { stepTitle, useUsable, type Usable } from './use-used.ts';
import { PausedWorkflow, WorkflowActions } from './workflow-actions.tsx';
import { useWorkflowsUsing, WorkflowLinks } from './workflow-links.tsx';
import { otherProblems } from './workflow-list.ts';
import { WorkflowTags } from './workflow-marks.tsx';

const route = getRouteApi('/$customer/workflows/$workflowId');
const REFRESH_MS = 3_000;
const RECENT = 20;

/** What a workflow is, how it went lately, and how to run it from here and from elsewhere. */
export function WorkflowPage() {
  const { workflowId } = route.useParams();
  const workflow = useApi('getWorkflow', { params: { id: workflowId } });
  return <Loaded query={workflow}>{(found) => <WorkflowDetails workflow={found} />}</Loaded>;
}

function WorkflowDetails({ workflow }: { workflow: Workflow }) {
  const customer = useCustomer();
  const edits = useMay('admin');
  const grants = useMay('manager');
  const problems = otherProblems(workflow);
  return (
    <Page
      title={workflow.name}
      parent={
        <TextLink to="/$customer/workflows" params={{ customer }} size="sm">
          {t`Workflows`}
        </TextLink>
      }
      aside={<WorkflowTags tags={workflow.tags} />}
      actions={<WorkflowActions workflow={workflow} />}
    >
      <PausedWorkflow workflow={workflow} />
      {problems.length > 0 && (
        <Alert color="orange" icon={<WarningIcon />} title={t`It cannot run`} role="status">
          {problems.join(' ')}
        </Alert>
      )}
      <StepsPanel workflow={workflow} />
      <RecentRuns workflow={workflow} />
      <Panel title={t`What it does`}>
        {workflow.description && (
          <Text size="sm" mb="md" style={{ whiteSpace: 'pre-wrap' }}>
            {workflow.description}
          </Text>
        )}
        <WorkflowFacts workflow={workflow} />
      </Panel>
      <Panel title={t`Notifications`}>
        <NotifyMe about={{ type: 'workflow', id: workflow.id }} />
      </Panel>
      <WorkflowSchedules workflow={workflow} />
      {grants && <AccessPanel key={workflow.id} of={{ ...workflow, type: 'workflow' }} />}
      {edits && <ApiPanel key={workflow.id} of={{ ...workflow, type: 'workflow' }} />}
    </Page>
  );
}

function StepsPanel({ workflow }: { workflow: Workflow }) {
  const usable = useUsable();
  const [selected, setSelected] = useState<Selection>();
  const titles = new Map(workflow.steps.map((step) => [step.id, stepTitle(step, usable)]));
  const { name } = workflow;
  const step = workflow.steps.find(({ id }) => id === selected?.step);
  return (
    <Panel title={t`Steps`}>
      <LazyGraph
        label={t`Steps of ${name}`}
        steps={graphSteps(workflow.steps, usable)}
        edges={graphEdges(workflow.edges, (id) => titles.get(id) ?? id)}
        selected={selected}
        onSelect={(chosen) => setSelected(chosen?.step === selected?.step ? undefined : chosen)}
      />
      {step ? (
        <StepFacts workflow={workflow} step={step} usable={usable} titles={titles} />
      ) : (
        <Text size="xs" c="dimmed" mt="xs">
          {t`Choose a step to see what it runs and with what.`}
        </Text>
      )}
    </Panel>
  );
}

interface StepFactsProps {
  workflow: Workflow;
  step: WorkflowStep;
  usable: ReadonlyMap<string, Usable>;
  titles: ReadonlyMap<string, string>;
}

/** What one step runs, with what, and when. */
function StepFacts({ workflow, step, usable, titles }: StepFactsProps) {
  const {
    id,
    task,
    workflow: other,
    arguments: mapping,
    join,
    timeout,
    retries,
    priority,
    grace_time,
  } = step;
  const title = titles.get(id) ?? id;
  const used = task ?? other ?? '';
  const before = workflow.edges.filter(({ to }) => to === id);
  const facts: (readonly [string, ReactNode])[] = [
    [
      task ? t`Task` : t`Workflow`,
      usable.has(used) ? (
        <RunnableLink key="used" type={task ? 'task' : 'workflow'} id={used}>
          {usable.get(used)?.name ?? used}
        </RunnableLink>
      ) : (
        t`gone, or not yours to see`
      ),
    ],
    [t`Where`, usable.get(used)?.where ?? '–'],
    [t`Id`, <code key="id">{id}</code>],
    [
      t`Runs after`,
      before.length === 0
        ? t`the start`
        : before
            .map((edge) => `${titles.get(edge.from) ?? edge.from} (${edgeWords(edge) || eventOf(edge)})`)
            .join(', '),
    ],
    ...(new Set(before.map(({ from }) => from)).size > 1 ? [[t`Waits for`, joinWords(join)] as const] : []),
    [
      t`Arguments`,
      mapping === undefined
        ? t`by position, from what came before`
        : Object.entries(mapping)
            .map(
              ([name, source]) => `${name}: ${'from' in source ? source.from : `“${asText(source.value)}”`}`,
            )
            .join(', ') || t`their defaults`,
    ],
    ...(timeout === undefined ? [] : [[t`Timeout`, `${timeout} s`] as const]),
    ...(retries === undefined
      ? []
      : [[t`Further attempts`, typeof retries === 'number' ? retries : retries.limit] as const]),
    ...(priority === undefined ? [] : [[t`Priority`, priority] as const]),
    ...(grace_time === undefined ? [] : [[t`Waits before it starts`, `${grace_time} s`] as const]),
  ];
  return (
    <section aria-label={t`Step ${title}`}>
      <Text fw={600} size="sm" mt="md" mb="xs">
        {title}
      </Text>
      <Facts facts={facts} />
    </section>
  );
}

function joinWords(join: WorkflowStep['join']): string {
  if (join === undefined || join === 'all') return t`all of them that run`;
  return join === 'any' ? t`the first of them` : t`${join} of them`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function WorkflowFacts({ workflow }: { workflow: Workflow }) {
  const customer = useCustomer();
  const grants = useMay('manager');
  const started = useStarted(workflow.id) ?? [];
  const users = useWorkflowsUsing(workflow.id);
  const names = Object.keys(workflow.env ?? {});
  const asked = askedArguments(workflow.task_arguments).map(labelOf);
  const askedFor = asked.join(', ');
  const { version, retention_days } = workflow;
  return (
    <Facts
      facts={[
        [
          t`Asks for`,
          asked.length === 0
            ? t`nothing`
            : workflow.own_arguments
              ? askedFor
              : t`${askedFor} (as its first step)`,
        ],
        [
          t`Runs at the same time`,
          workflow.multitasking ? t`as many as are started` : t`one, the others wait`,
        ],
        ...(workflow.triggers.length > 0
          ? ([
              [t`Triggered by`, <TriggerLinks key="triggers" ids={workflow.triggers} />],
              [t`Trigger on-hold time`, workflow.grace_time === 0 ? t`no wait` : `${workflow.grace_time} s`],
            ] as const)
          : []),
        ...(started.length > 0
          ? ([[t`Starts`, <StartedLinks key="starts" started={started} />]] as const)
          : []),
        ...(users.length > 0
          ? ([[t`Step of`, <WorkflowLinks key="users" workflows={users} />]] as const)
          : []),
        ...(workflow.env
          ? ([[t`Environment`, names.length > 0 ? names.join(', ') : t`nothing added`]] as const)
          : []),
        ...(grants
          ? []
          : ([
              [
                t`Who may see it`,
                workflow.acls.length > 0 ? workflow.acls.join(', ') : t`admins and owners only`,
              ],
            ] as const)),
        [t`Runs kept`, plural(retention_days, { one: '# day', other: '# days' })],
        [
          t`Version`,
          <span key="version">
            <Trans>
              {version}, changed <Ago at={workflow.last_update} />
            </Trans>
            {' · '}
            <TextLink
              to="/$customer/workflows/$workflowId/versions"
              params={{ customer, workflowId: workflow.id }}
              size="sm"
            >
              {t`Versions`}
            </TextLink>
          </span>,
        ],
      ]}
    />
  );
}

function RecentRuns({ workflow: { id } }: { workflow: Workflow }) {
  const runs = useApi(
    'listWorkflowRuns',
    { params: { id }, query: { limit: RECENT } },
    { refetchInterval: REFRESH_MS },
  );
  return (
    <Panel title={t`Recent runs`}>
      <Loaded query={runs} height={120}>
        {(list) =>
          list.length > 0 ? (
            <RunTable runs={list} />
          ) : (
            <Text size="sm" c="dimmed">
              {t`It has not run yet.`}
            </Text>
          )
        }
      </Loaded>
    </Panel>
  );
}
