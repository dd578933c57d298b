import type { WorkflowRun } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { sentence } from '../../api/sentences/said.ts';
import { startedBy } from '../../ui/job-table.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Facts, Loaded, Page, Panel } from '../../ui/page.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Ago, Clock, Duration } from '../../ui/times.tsx';
import { JobCause } from '../jobs/job-cause.tsx';
import { graphEdges } from './graph-of-workflow.tsx';
import type { Selection } from './graph/graph-words.ts';
import { LazyGraph } from './graph/lazy-graph.tsx';
import { RunActions } from './run-actions.tsx';
import { runGraphSteps, Legend } from './run-graph.tsx';
import { RunTimeline } from './run-timeline.tsx';
import { RunSteps } from './run-steps.tsx';
import { StepDetails } from './step-details.tsx';

const route = getRouteApi('/$customer/workflows/$workflowId/runs/$runId');
const REFRESH_MS = 1_000;

/** One run of a workflow, live: which way it went, how each step did, what went in and came out. */
export function RunPage() {
  const { workflowId, runId } = route.useParams();
  const run = useApi('getWorkflowRun', { params: { id: workflowId, run: runId } });
  return <Loaded query={run}>{(found) => <RunDetails key={found.id} run={found} />}</Loaded>;
}

function RunDetails({ run }: { run: WorkflowRun }) {
  const customer = useCustomer();
  const { step: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  // a run that was canceled may have steps that are still being stopped
  const isLive = run.finished_at === null || run.steps.some(({ status }) => status === 'running');
  useApi(
    'getWorkflowRun',
    { params: { id: run.workflow_id, run: run.id } },
    { enabled: isLive, refetchInterval: REFRESH_MS },
  );
  const select = (selection: Selection) =>
    void navigate({
      search: selection?.step === undefined || selection.step === chosen ? {} : { step: selection.step },
      replace: true,
      resetScroll: false,
    });
  const step = run.steps.find(({ id }) => id === chosen);
  const { name } = run;
  const short = run.id.slice(-6);
  const by = startedBy(run);
  const titles = new Map(run.steps.map(({ id, name }) => [id, name]));
  return (
    <Page
      title={t`${name}: run …${short}`}
      parent={
        <>
          <TextLink to="/$customer/workflows" params={{ customer }} size="sm">
            {t`Workflows`}
          </TextLink>{' '}
          ·{' '}
          <TextLink
            to="/$customer/workflows/$workflowId"
            params={{ customer, workflowId: run.workflow_id }}
            size="sm"
          >
            {run.workflow.name}
          </TextLink>
        </>
      }
      aside={<StateBadge job={run} />}
      actions={<RunActions run={run} />}
    >
      <Panel>
        <JobCause job={run} />
        {run.reason !== null && (
          <Text fw={500} mb="sm" role="status">
            {sentence(run.reason)}
          </Text>
        )}
        {run.lifecycle === 'ready' && (
          <Text fw={500} mb="sm" role="status">
            {t`It waits until another run of this workflow is over: one runs at a time.`}
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {run.started_at === null ? (
            t`It has not begun`
          ) : run.finished_at === null ? (
            <Trans>
              Started <Ago at={run.started_at} /> by {by}, running for{' '}
              <Duration from={run.started_at} to={null} />
            </Trans>
          ) : (
            <Trans>
              Started <Ago at={run.started_at} /> by {by}, took{' '}
              <Duration from={run.started_at} to={run.finished_at} />
            </Trans>
          )}
        </Text>
      </Panel>
      <Panel title={t`Steps`}>
        <LazyGraph
          label={t`Steps of run …${short}`}
          steps={runGraphSteps(run)}
          edges={graphEdges(run.edges, (id) => titles.get(id) ?? id)}
          selected={step && { step: step.id }}
          onSelect={select}
        />
        <Legend />
      </Panel>
      {step && <StepDetails key={step.id} run={run} step={step} onClose={() => select(undefined)} />}
      <RunTimeline run={run} chosen={step?.id} onSelect={(id) => select({ step: id })} />
      <RunSteps run={run} chosen={step?.id} onSelect={(id) => select({ step: id })} />
      <Panel title={t`Details`}>
        <RunFacts run={run} />
      </Panel>
    </Page>
  );
}

function runText(short: string): string {
  return t`run …${short}`;
}

function olderText(version: number, newest: number): string {
  return t`${version}; the workflow has been changed since, it is at ${newest}`;
}

function RunFacts({ run }: { run: WorkflowRun }) {
  const customer = useCustomer();
  const newest = useApi('getWorkflow', { params: { id: run.workflow_id } }).data?.version;
  const isOlder = newest !== undefined && newest !== run.version;
  const runLink = (workflowId: string, runId: string, search: { step?: string } = {}) => (
    <TextLink
      to="/$customer/workflows/$workflowId/runs/$runId"
      params={{ customer, workflowId, runId }}
      search={search}
      size="sm"
    >
      {runText(runId.slice(-6))}
    </TextLink>
  );
  const { parent, cause, resumed_from, stop_requested } = run;
  const parentWorkflow = cause?.type === 'workflow' ? cause.workflow_id : undefined;
  return (
    <Facts
      facts={[
        [t`Started by`, startedBy(run)],
        [t`Created`, <Ago key="created" at={run.creation_date} />],
        [t`Started`, run.started_at === null ? t`not yet` : <Ago key="started" at={run.started_at} />],
        [t`Ended`, run.finished_at === null ? t`not yet` : <Clock key="ended" at={run.finished_at} />],
        [
          t`Version`,
          <TextLink
            key="version"
            to="/$customer/workflows/$workflowId/versions"
            params={{ customer, workflowId: run.workflow_id }}
            search={isOlder ? { from: run.version, to: newest } : { to: run.version }}
            size="sm"
          >
            {isOlder ? olderText(run.version, newest) : run.version}
          </TextLink>,
        ],
        ...(parent !== null && parentWorkflow !== undefined
          ? [
              [
                t`Step of`,
                <span key="p">{runLink(parentWorkflow, parent.run_id, { step: parent.step })}</span>,
              ] as const,
            ]
          : []),
        ...(resumed_from === null
          ? []
          : [[t`Goes on from`, <span key="r">{runLink(run.workflow_id, resumed_from)}</span>] as const]),
        ...(stop_requested === null
          ? []
          : [
              [
                t`Canceled by`,
                <span key="s">
                  {stop_requested.by}, <Ago at={stop_requested.at} />
                </span>,
              ] as const,
            ]),
        ...(run.task_arguments_values.length === 0
          ? []
          : [
              [
                t`Given`,
                run.task_arguments_values.map((one) => (one === '' ? '–' : (one ?? '•••'))).join(', '),
              ] as const,
            ]),
        [t`Run id`, run.id],
      ]}
    />
  );
}
