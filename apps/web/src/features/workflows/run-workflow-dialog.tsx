import type { ArgumentDefinition, Workflow, WorkflowOutlook, WorkflowRun } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useApi, useClient, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { runWithFiles } from '../../api/upload.ts';
import {
  askedArguments,
  byPosition,
  filesOf,
  multipartOf,
  newFilesOf,
  sentValues,
  shapeOf,
  withKeptFiles,
  type EarlierValue,
  type FormValue,
  type FormValues,
} from '../../ui/argument-form/values.ts';
import { useDraft } from '../../ui/use-draft.ts';
import { useAsked } from '../run/asked-people.tsx';
import { OUTLOOK_MS } from '../run/outlook.tsx';
import { RunForm } from '../run/run-form.tsx';
import { RunFrame } from '../run/run-frame.tsx';
import { optionsOf, RunOptions, useOptions } from '../run/run-options.tsx';
import { scheduleOwner } from '../schedules/schedule-owner.tsx';
import { OutlookOfRun } from './workflow-outlook.tsx';

interface RunWorkflowDialogProps {
  workflow: Pick<
    Workflow,
    'id' | 'name' | 'description' | 'task_arguments' | 'own_arguments' | 'steps' | 'edges' | 'start' | 'uses'
  >;
  /** The run whose values the form starts with. */
  earlier?: WorkflowRun;
  onClose: () => void | Promise<void>;
}

/** Asks for the arguments of a workflow, tells what to expect, runs it and leads to the run. */
export function RunWorkflowDialog({ workflow, earlier, onClose: onLeave }: RunWorkflowDialogProps) {
  const mayPlan = useMay('admin');
  const { id, name, description } = workflow;
  const definitions = askedArguments(workflow.task_arguments);
  const key = earlier === undefined ? `run:${id}` : `rerun:${earlier.id}`;
  const { values: advanced, change: setAdvanced, draftWith } = useOptions(key);
  const draft = draftWith(useDraft<FormValues>(key, shapeOf(definitions)));
  const onClose = () => {
    draft.forget();
    return onLeave();
  };
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
  const { run, sent } = useRunWorkflow({
    id,
    definitions,
    asksOthers: people.asksOthers,
    runAt,
    options: { ...optionsOf(advanced), ...people.options },
    onClose,
  });
  return (
    <RunFrame name={name} description={description} onClose={onClose}>
      <RunForm
        optionsOf={scheduleOwner(workflow).optionsOf}
        definitions={definitions}
        sets={
          earlier
            ? []
            : (outlook?.last_values ?? []).map(({ run, at, ...given }) => ({
                id: run,
                at,
                values: byPosition(definitions, given.values),
                start: valuesOfRun(definitions, run, given),
              }))
        }
        earlier={
          earlier &&
          valuesOfRun(definitions, earlier.id, {
            values: earlier.task_arguments_values,
            files: earlier.files,
          })
        }
        draft={draft}
        asksOthers={people.asksOthers}
        isPlanned={runAt !== ''}
        pending={run.isPending}
        sent={sent}
        error={run.error}
        onRun={(values) => run.mutate(values)}
        onClose={onClose}
        above={
          <>
            {outlook && <OutlookOfRun workflow={workflow} outlook={outlook} />}
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

/** What a run was given, for its form: values of runs are those that were asked for, in order. */
function valuesOfRun(
  definitions: readonly ArgumentDefinition[],
  run: string,
  { values, files }: Pick<WorkflowOutlook['last_values'][number], 'values' | 'files'>,
): EarlierValue[] {
  return byPosition(definitions, withKeptFiles(run, values, files));
}

interface Wanted {
  id: string;
  definitions: readonly ArgumentDefinition[];
  asksOthers: boolean;
  /** Local date and time of a run that is planned; empty: now. */
  runAt: string;
  options: Readonly<Record<string, string | number | readonly string[]>>;
  onClose: () => void | Promise<void>;
}

/** Runs a workflow, or plans it, and leads to the run or to the schedule. `sent`: how much of its files is, 0 to 1. */
function useRunWorkflow({ id, definitions, asksOthers, runAt, options, onClose }: Wanted) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const client = useClient();
  const cache = useQueryClient();
  const [sent, setSent] = useState<number | null>(null);
  const upload = useRef<AbortController>(null);
  // a dialog that is closed sends no more
  useEffect(() => () => upload.current?.abort(), []);
  const run = useMutation({
    mutationFn: async (values: (FormValue | null)[]): Promise<{ run: string } | { schedule: string }> => {
      const params = { id };
      if (runAt !== '' && values.some((value) => filesOf(value).length > 0))
        throw new Error(t`A run for later cannot keep files: run it now, or let its script fetch them.`);
      if (runAt !== '') {
        const runDate = new Date(runAt).toISOString();
        const body = { runDate, task_arguments: sentValues(values) };
        return { schedule: (await client.createWorkflowSchedule({ params, body })).id };
      }
      if (!asksOthers && values.some((value) => newFilesOf(value).length > 0)) {
        setSent(0);
        upload.current = new AbortController();
        const target = { method: 'POST', path: `/workflow/${id}/job` } as const;
        return {
          run: (
            await runWithFiles(customer, target, multipartOf(definitions, values, options), {
              signal: upload.current.signal,
              onProgress: setSent,
            })
          ).id,
        };
      }
      const body = asksOthers ? options : { ...options, task_arguments: sentValues(values) };
      return { run: (await client.runWorkflow({ params, body })).id };
    },
    onSuccess: async (made) => {
      void cache.invalidateQueries({ queryKey: ['listWorkflowRuns', customer] });
      void cache.invalidateQueries({ queryKey: ['getWorkflowOutlook', customer] });
      // first, or the way back would open the dialog again
      await onClose();
      if ('run' in made) {
        const params = { customer, workflowId: id, runId: made.run };
        void navigate({ to: '/$customer/workflows/$workflowId/runs/$runId', params });
        return;
      }
      void cache.invalidateQueries({ queryKey: ['listSchedules', customer] });
      const params = { customer, scheduleId: made.schedule };
      void navigate({ to: '/$customer/schedules/$scheduleId', params });
    },
    onError: () => setSent(null),
  });
  return { run, sent };
}
