import type { ArgumentDefinition, Workflow } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Alert } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi, useClient, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { labelOf } from '../../ui/argument-form/argument-field.tsx';
import { askedArguments, type FormValue } from '../../ui/argument-form/values.ts';
import { WarningIcon } from '../../ui/icons.tsx';
import { useAsked } from '../run/asked-people.tsx';
import { OUTLOOK_MS } from '../run/outlook.tsx';
import { RunForm } from '../run/run-form.tsx';
import { RunFrame } from '../run/run-frame.tsx';
import { optionsOf, RunOptions, USUAL } from '../run/run-options.tsx';
import { scheduleOwner } from '../schedules/schedule-owner.tsx';
import { OutlookOfRun } from './workflow-outlook.tsx';

interface RunWorkflowDialogProps {
  workflow: Pick<
    Workflow,
    'id' | 'name' | 'description' | 'task_arguments' | 'own_arguments' | 'steps' | 'edges' | 'start' | 'uses'
  >;
  onClose: () => void;
}

/** Asks for the arguments of a workflow, tells what to expect, runs it and leads to the run. */
export function RunWorkflowDialog({ workflow, onClose }: RunWorkflowDialogProps) {
  const mayPlan = useMay('admin');
  const [advanced, setAdvanced] = useState(USUAL);
  const { id, name, description } = workflow;
  const definitions = askedArguments(workflow.task_arguments);
  // steps hand no files on
  const asked = definitions.filter(({ type }) => type !== 'file');
  const outlook = useApi('getWorkflowOutlook', { params: { id } }, { refetchInterval: OUTLOOK_MS }).data;
  const filled = workflow.own_arguments
    ? undefined
    : outlook?.asks.find(({ step, type }) => type === 'input' && step === workflow.start[0]);
  const people = useAsked({
    // who is named for the run acts in each of its steps that waits for such people
    decide: outlook?.asks.find((one) => one.who === 'assigned' && one !== filled),
    fillIn: filled,
  });
  const runAt = mayPlan ? advanced.runAt : '';
  const run = useRunWorkflow({
    id,
    asksOthers: people.asksOthers,
    runAt,
    options: { ...optionsOf(advanced), ...people.options },
    onClose,
  });
  const submit = (values: (FormValue | null)[]) => {
    const byOrder = new Map(asked.map(({ order }, index) => [order, values[index] ?? null]));
    run.mutate(definitions.map(({ order }) => byOrder.get(order) ?? null));
  };
  return (
    <RunFrame name={name} description={description} onClose={onClose}>
      <RunForm
        optionsOf={scheduleOwner(workflow).optionsOf}
        definitions={asked}
        sets={(outlook?.last_values ?? []).map((set) => ({ ...set, id: set.run }))}
        asksOthers={people.asksOthers}
        isPlanned={runAt !== ''}
        pending={run.isPending}
        sent={null}
        error={run.error}
        onRun={submit}
        onClose={onClose}
        above={
          <>
            {outlook && <OutlookOfRun workflow={workflow} outlook={outlook} />}
            <NoFiles files={definitions.filter(({ type }) => type === 'file')} />
            {people.above}
          </>
        }
      >
        {people.below(run.error)}
        <RunOptions values={advanced} holds={false} plans={mayPlan} onChange={setAdvanced} />
      </RunForm>
    </RunFrame>
  );
}

interface Wanted {
  id: string;
  asksOthers: boolean;
  /** Local date and time of a run that is planned; empty: now. */
  runAt: string;
  options: Readonly<Record<string, string | number | readonly string[]>>;
  onClose: () => void;
}

/** Runs a workflow, or plans it, and leads to the run or to the schedule. */
function useRunWorkflow({ id, asksOthers, runAt, options, onClose }: Wanted) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const client = useClient();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (values: (FormValue | null)[]): Promise<{ run: string } | { schedule: string }> => {
      const params = { id };
      if (runAt !== '') {
        const runDate = new Date(runAt).toISOString();
        const body = { runDate, task_arguments: values };
        return { schedule: (await client.createWorkflowSchedule({ params, body })).id };
      }
      const body = asksOthers ? options : { ...options, task_arguments: values };
      return { run: (await client.runWorkflow({ params, body })).id };
    },
    onSuccess: (made) => {
      void cache.invalidateQueries({ queryKey: ['listWorkflowRuns', customer] });
      void cache.invalidateQueries({ queryKey: ['getWorkflowOutlook', customer] });
      onClose();
      if ('run' in made) {
        const params = { customer, workflowId: id, runId: made.run };
        void navigate({ to: '/$customer/workflows/$workflowId/runs/$runId', params });
        return;
      }
      void cache.invalidateQueries({ queryKey: ['listSchedules', customer] });
      const params = { customer, scheduleId: made.schedule };
      void navigate({ to: '/$customer/schedules/$scheduleId', params });
    },
  });
}

/** What becomes of arguments that take a file. */
function NoFiles({ files }: { files: readonly ArgumentDefinition[] }) {
  if (files.length === 0) return null;
  const names = files.map(labelOf).join(', ');
  const isNeeded = files.some(({ required = true }) => required);
  return (
    <Alert
      color="orange"
      icon={<WarningIcon />}
      role="alert"
      title={isNeeded ? t`It cannot run like this` : t`Without a file`}
    >
      {isNeeded
        ? t`${names}: its first step needs a file, and a workflow takes none. Make that argument optional, or let the script fetch the file itself.`
        : t`${names}: a workflow takes no files, so this is left out.`}
    </Alert>
  );
}
