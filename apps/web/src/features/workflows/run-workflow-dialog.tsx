import type { Workflow } from '@argus/contract';
import { Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { runWithFiles } from '../../api/upload.ts';
import { ArgumentForm } from '../../ui/argument-form/argument-form.tsx';
import { askedArguments, filesOf, multipartOf, type FormValue } from '../../ui/argument-form/values.ts';
import { scheduleOwner } from '../schedules/schedule-owner.tsx';

interface RunWorkflowDialogProps {
  workflow: Pick<Workflow, 'id' | 'name' | 'description' | 'task_arguments' | 'steps' | 'start'>;
  onClose: () => void;
}

/** Asks for the arguments of a workflow, runs it and leads to the run. */
export function RunWorkflowDialog({ workflow, onClose }: RunWorkflowDialogProps) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const client = useClient();
  const cache = useQueryClient();
  const [sent, setSent] = useState<number | null>(null);
  const upload = useRef<AbortController>(null);
  // a dialog that is closed sends no more
  useEffect(() => () => upload.current?.abort(), []);
  const definitions = askedArguments(workflow.task_arguments);
  const { id, name, description } = workflow;

  const run = useMutation({
    mutationFn: (values: (FormValue | null)[]): Promise<{ id: string }> => {
      if (values.every((value) => filesOf(value).length === 0))
        return client.runWorkflow({ params: { id }, body: { task_arguments: values } });
      setSent(0);
      upload.current = new AbortController();
      const target = { method: 'POST', path: `/workflow/${id}/job` } as const;
      return runWithFiles(customer, target, multipartOf(definitions, values), {
        signal: upload.current.signal,
        onProgress: setSent,
      });
    },
    onSuccess: (started) => {
      void cache.invalidateQueries({ queryKey: ['listWorkflowRuns', customer] });
      onClose();
      void navigate({
        to: '/$customer/workflows/$workflowId/runs/$runId',
        params: { customer, workflowId: id, runId: started.id },
      });
    },
    onError: () => setSent(null),
  });

  return (
    <Modal opened onClose={onClose} title={`Run ${name}`} size="lg">
      {description && (
        <Text size="sm" c="dimmed" mb="md" lineClamp={4}>
          {description}
        </Text>
      )}
      <ArgumentForm
        task={scheduleOwner(workflow).optionsOf}
        definitions={definitions}
        submitLabel="Run"
        pending={run.isPending}
        sent={sent}
        error={run.error}
        onSubmit={(values) => run.mutate(values)}
        onCancel={onClose}
      />
    </Modal>
  );
}
