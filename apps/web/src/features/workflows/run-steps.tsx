import type { WorkflowRun, WorkflowRunStep } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Table, Text } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { sentence } from '../../api/sentences/said.ts';
import { formatBytes } from '../../ui/format.ts';
import { TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/page.tsx';
import { Ago, Duration } from '../../ui/times.tsx';
import unseen from '../../ui/unseen.module.css';
import { StepBadge } from './step-look.tsx';
import classes from './workflows.module.css';

interface RunStepsProps {
  run: WorkflowRun;
  chosen: string | undefined;
  onSelect: (step: string) => void;
}

/** The steps of a run, one a line, with the way to the job of each. */
export function RunSteps({ run, chosen, onSelect }: RunStepsProps) {
  return (
    <Panel title={t`All steps`}>
      <Table className={classes.steps}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t`Step`}</Table.Th>
            <Table.Th>{t`State`}</Table.Th>
            <Table.Th>{t`Job`}</Table.Th>
            <Table.Th>{t`Attempt`}</Table.Th>
            <Table.Th>{t`Started`}</Table.Th>
            <Table.Th>{t`Took`}</Table.Th>
            <Table.Th>{t`Input and output`}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {run.steps.map((step) => (
            <StepRow key={step.id} step={step} isChosen={step.id === chosen} onSelect={onSelect} />
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

interface StepRowProps {
  step: WorkflowRunStep;
  isChosen: boolean;
  onSelect: (step: string) => void;
}

function StepRow({ step, isChosen, onSelect }: StepRowProps) {
  const { id, name, status, state, reason, attempt, started_at, finished_at, inherited } = step;
  const failed = status === 'ended' && state !== 'success';
  return (
    <Table.Tr data-selected={isChosen || undefined}>
      <Table.Td className={classes.whole}>
        <button type="button" className={classes.step} onClick={() => onSelect(id)} aria-pressed={isChosen}>
          {name}
        </button>
        {failed && reason !== null && (
          <Text size="xs" c="var(--mantine-color-error)" className={classes.reason}>
            {sentence(reason)}
          </Text>
        )}
        {inherited && (
          <Text size="xs" c="dimmed">
            {t`taken over from the run before`}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <StepBadge step={step} />
      </Table.Td>
      <Table.Td>
        <JobLink step={step} />
      </Table.Td>
      <Table.Td>
        {attempt > 0 && (
          <>
            <span className={classes.label}>{t`Attempt`}</span>
            {attempt}
          </>
        )}
      </Table.Td>
      <Table.Td>
        {started_at !== null && (
          <>
            <span className={classes.label}>{t`Started`}</span>
            <Ago at={started_at} />
          </>
        )}
      </Table.Td>
      <Table.Td>
        {started_at !== null && (
          <>
            <span className={classes.label}>{t`Took`}</span>
            <Duration from={started_at} to={finished_at} />
          </>
        )}
      </Table.Td>
      <Table.Td className={classes.whole}>
        <Values step={step} />
      </Table.Td>
    </Table.Tr>
  );
}

function JobLink({ step: { name, job_id, run_id, workflow_id } }: { step: WorkflowRunStep }) {
  const customer = useCustomer();
  const short = (job_id ?? run_id)?.slice(-6);
  if (job_id !== null)
    return (
      <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: job_id }} size="sm">
        <Trans>
          <span className={unseen.text}>Log of {name}, job</span> …{short}
        </Trans>
      </TextLink>
    );
  if (run_id !== null && workflow_id !== null)
    return (
      <TextLink
        to="/$customer/workflows/$workflowId/runs/$runId"
        params={{ customer, workflowId: workflow_id, runId: run_id }}
        size="sm"
      >
        <Trans>
          <span className={unseen.text}>Run of {name},</span> run …{short}
        </Trans>
      </TextLink>
    );
  return null;
}

/** So much of a value is shown in the table, characters: all of it is a click away. */
const SHOWN = 200;

function Values({ step: { name, input, output, output_bytes } }: { step: WorkflowRunStep }) {
  if (input.length === 0 && output.length === 0) return null;
  const inputs = input.length;
  const outputs = output.length;
  const given = plural(inputs, { one: '# input', other: '# inputs' });
  const gave = plural(outputs, { one: '# output', other: '# outputs' });
  const bytes = formatBytes(output_bytes);
  return (
    <details className={classes.fold}>
      <summary>
        <Trans>
          {given}, {gave} <span className={unseen.text}>of {name}</span>
        </Trans>
      </summary>
      {input.length > 0 && (
        <>
          <Text size="xs" c="dimmed" mt={4}>
            {t`Input`}
          </Text>
          <List values={input.map((value) => value ?? '•••')} />
        </>
      )}
      {output.length > 0 && (
        <>
          <Text size="xs" c="dimmed" mt={4}>
            {t`Output, ${bytes}`}
          </Text>
          <List values={output} />
        </>
      )}
    </details>
  );
}

function List({ values }: { values: readonly string[] }) {
  return (
    <ol className={classes.values}>
      {values.map((value, index) => (
        <li key={index}>{value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value || t`(empty)`}</li>
      ))}
    </ol>
  );
}
