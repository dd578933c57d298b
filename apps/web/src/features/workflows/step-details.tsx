import type { WorkflowRun, WorkflowRunStep } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Group, Stack, Text } from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { labelOf } from '../../ui/argument-form/argument-field.tsx';
import { askedArguments } from '../../ui/argument-form/values.ts';
import { CopyBlock } from '../../ui/copy.tsx';
import { sentence } from '../../api/sentences/said.ts';
import { formatBytes } from '../../ui/format.ts';
import { RepeatIcon } from '../../ui/icons.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { Facts, Panel } from '../../ui/page.tsx';
import { Clock, Duration } from '../../ui/times.tsx';
import { JobFiles, useJobFiles } from '../jobs/job-file.tsx';
import { RunnableLink } from '../tasks/trigger-links.tsx';
import { useResume } from './run-actions.tsx';
import { StepBadge } from './step-look.tsx';
import { Loading } from '../../ui/loading.tsx';

// a run is seen before its logs are read
const StepLog = lazy(() => import('./step-log.tsx').then((module) => ({ default: module.StepLog })));

interface StepDetailsProps {
  run: WorkflowRun;
  step: WorkflowRunStep;
  onClose: () => void;
}

/** One step of a run: how it went, what it was given and what it gave. */
export function StepDetails({ run, step, onClose }: StepDetailsProps) {
  const runs = useMay('user');
  const { resume, pending } = useResume(run);
  const { name } = step;
  const isOver = run.finished_at !== null;
  return (
    <Panel
      title={t`Step: ${name}`}
      actions={
        <Group gap="xs">
          {runs && isOver && step.status === 'ended' && (
            <Button
              size="xs"
              variant="default"
              leftSection={<RepeatIcon size={14} />}
              loading={pending}
              onClick={() => resume(step.id)}
            >
              {t`Resume from this step`}
            </Button>
          )}
          <StepLink step={step} />
          <Button size="xs" variant="default" onClick={onClose}>
            {t`Close`}
          </Button>
        </Group>
      }
    >
      <Stack gap="sm">
        <Facts facts={factsOf(run, step)} />
        {step.input.length > 0 && <Inputs step={step} />}
        <Outputs step={step} />
        {step.job_id !== null && step.started_at !== null && (
          <Suspense fallback={<Loading height={200} />}>
            <StepLog key={step.job_id} step={step} job={step.job_id} />
          </Suspense>
        )}
      </Stack>
    </Panel>
  );
}

function factsOf(run: WorkflowRun, step: WorkflowRunStep): (readonly [string, ReactNode])[] {
  const names = new Map(run.steps.map(({ id, name }) => [id, name]));
  const used = step.task_id ?? step.workflow_id;
  return [
    [t`State`, <StepBadge key="state" step={step} />],
    ...(step.reason === null ? [] : [[t`Reason`, sentence(step.reason)] as const]),
    ...(step.inherited ? [[t`Taken over`, t`it ended in the run that this one goes on from`] as const] : []),
    ...(step.event === null ? [] : [[t`Event`, step.event] as const]),
    [
      t`After`,
      step.from.map((id) => names.get(id) ?? id).join(', ') || (step.status === 'ended' ? t`the start` : '–'),
    ],
    ...(used === null
      ? []
      : [
          [
            step.task_id === null ? t`Workflow` : t`Task`,
            <RunnableLink key="used" type={step.task_id === null ? 'workflow' : 'task'} id={used}>
              {step.name}
            </RunnableLink>,
          ] as const,
        ]),
    ...(step.attempt > 0 ? [[t`Attempt`, step.attempt] as const] : []),
    ...(step.started_at === null
      ? []
      : ([
          [t`Started`, <Clock key="started" at={step.started_at} />],
          [t`Took`, <Duration key="took" from={step.started_at} to={step.finished_at} />],
        ] as const)),
    [t`Id`, <code key="id">{step.id}</code>],
  ];
}

/** The way to the log of a step, or to the run that it is. */
function StepLink({ step }: { step: WorkflowRunStep }) {
  const customer = useCustomer();
  if (step.job_id !== null)
    return (
      <ButtonLink to="/$customer/jobs/$jobId" params={{ customer, jobId: step.job_id }} size="xs">
        {t`Log`}
      </ButtonLink>
    );
  if (step.run_id !== null && step.workflow_id !== null)
    return (
      <ButtonLink
        to="/$customer/workflows/$workflowId/runs/$runId"
        params={{ customer, workflowId: step.workflow_id, runId: step.run_id }}
        size="xs"
      >
        {t`Its run`}
      </ButtonLink>
    );
  return null;
}

function Inputs({ step }: { step: WorkflowRunStep }) {
  const { task_id, workflow_id, job_id } = step;
  const task = useApi('getTask', { params: { id: task_id ?? '' } }, { enabled: task_id !== null });
  const workflow = useApi(
    'getWorkflow',
    { params: { id: workflow_id ?? '' } },
    { enabled: workflow_id !== null },
  );
  const { task_arguments = [] } = task.data ?? workflow.data ?? {};
  const definitions = new Map(
    askedArguments(task_arguments).map((definition) => [definition.order, definition]),
  );
  const takesFile = task_arguments.some(({ type }) => type === 'file');
  const files = Map.groupBy(useJobFiles(takesFile ? job_id : null), ({ position }) => position);
  return (
    <section aria-label={t`Input`}>
      <Text size="sm" fw={600} mb={4}>
        {t`Input`}
      </Text>
      <Facts
        facts={step.input.map((value, order) => [
          labelOf(definitions.get(order) ?? { order }),
          value === null ? (
            '•••'
          ) : job_id !== null && files.has(order) ? (
            <JobFiles key={order} job={job_id} files={files.get(order) ?? []} />
          ) : value === '' ? (
            t`left out`
          ) : (
            value
          ),
        ])}
      />
    </section>
  );
}

/** The server shows no more of an output beside a run. */
const SHOWN_CHARACTERS = 8192;

function Outputs({ step }: { step: WorkflowRunStep }) {
  const customer = useCustomer();
  const { output, output_bytes, job_id, status } = step;
  if (output.length === 0)
    return status === 'ended' ? (
      <Text size="sm" c="dimmed">
        {t`It gave no output.`}
      </Text>
    ) : null;
  const shown = output.reduce((sum, text) => sum + text.length, 0);
  const bytes = formatBytes(output_bytes);
  const isCut = shown >= SHOWN_CHARACTERS;
  return (
    <section aria-label={t`Output`}>
      <Text size="sm" fw={600} mb={4}>
        {t`Output`}
      </Text>
      <Stack gap="xs">
        {output.map((text, index) => (
          <div key={index}>
            {output.length > 1 && (
              <Text size="xs" c="dimmed" mb={2}>
                output[{index}]
              </Text>
            )}
            <CopyBlock label={output.length > 1 ? outputText(index + 1) : t`Output`} text={laidOut(text)} />
          </div>
        ))}
      </Stack>
      {isCut && (
        <Text size="sm" mt={4}>
          {t`This is the beginning of ${bytes}.`}{' '}
          {job_id !== null && (
            <TextLink
              to="/$customer/jobs/$jobId"
              params={{ customer, jobId: job_id }}
              size="sm"
              underline="always"
            >
              {t`The job has all of it`}
            </TextLink>
          )}
        </Text>
      )}
    </section>
  );
}

function outputText(number: number): string {
  return t`Output ${number}`;
}

/** JSON laid out, anything else as it is. */
function laidOut(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}
