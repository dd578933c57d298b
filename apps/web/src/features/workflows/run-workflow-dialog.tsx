import type { Workflow } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Alert } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { ArgumentForm } from '../../ui/argument-form/argument-form.tsx';
import { askedArguments, type FormValue } from '../../ui/argument-form/values.ts';
import { WarningIcon } from '../../ui/icons.tsx';
import { RunFrame } from '../run/run-frame.tsx';
import { scheduleOwner } from '../schedules/schedule-owner.tsx';

interface RunWorkflowDialogProps {
  workflow: Pick<Workflow, 'id' | 'name' | 'description' | 'task_arguments' | 'steps' | 'start'>;
  onClose: () => void;
}

/** Asks for the arguments of a workflow, runs it and leads to the run. */
export function RunWorkflowDialog({ workflow, onClose }: RunWorkflowDialogProps) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const run = useChange('runWorkflow', ['listWorkflowRuns']);
  const { id, name, description } = workflow;
  const definitions = askedArguments(workflow.task_arguments);
  // steps hand no files on
  const asked = definitions.filter(({ type }) => type !== 'file');
  const needsFile = definitions.some(({ type, required = true }) => type === 'file' && required);

  const submit = (values: (FormValue | null)[]) => {
    const byOrder = new Map(asked.map(({ order }, index) => [order, values[index]]));
    const task_arguments = definitions.map(({ order }) => byOrder.get(order) ?? null);
    run.mutate(
      { params: { id }, body: { task_arguments } },
      {
        onSuccess: (started) => {
          onClose();
          void navigate({
            to: '/$customer/workflows/$workflowId/runs/$runId',
            params: { customer, workflowId: id, runId: started.id },
          });
        },
      },
    );
  };

  return (
    <RunFrame name={name} description={description} onClose={onClose}>
      {needsFile && (
        <Alert color="orange" icon={<WarningIcon />} role="alert" mb="md" title={t`It cannot run like this`}>
          {t`Its first step needs a file, and a file cannot be handed from step to step. Make that argument optional, or let the script fetch the file itself.`}
        </Alert>
      )}
      <ArgumentForm
        task={scheduleOwner(workflow).optionsOf}
        definitions={asked}
        submitLabel={t`Run`}
        pending={run.isPending}
        sent={null}
        error={run.error}
        onSubmit={submit}
        onCancel={onClose}
      />
    </RunFrame>
  );
}
