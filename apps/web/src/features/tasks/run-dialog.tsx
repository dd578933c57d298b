import type { Task } from '@argus/contract';
import { Modal, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { ArgumentForm } from '../../ui/argument-form/argument-form.tsx';
import { askedArguments } from '../../ui/argument-form/values.ts';

interface RunDialogProps {
  task: Pick<Task, 'id' | 'name' | 'description' | 'task_arguments'>;
  /** Values of an earlier job, by position. */
  earlier?: readonly (string | null)[];
  onClose: () => void;
}

/** Asks for the arguments of a task, runs it and leads to the job. */
export function RunDialog({ task, earlier, onClose }: RunDialogProps) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const run = useChange('runTask', ['listJobs']);
  const submit = (values: unknown[]) =>
    run.mutate(
      { params: { id: task.id }, body: { task_arguments: values } },
      {
        onSuccess: ({ id }) => {
          onClose();
          void navigate({ to: '/$customer/jobs/$jobId', params: { customer, jobId: id } });
        },
      },
    );
  return (
    <Modal opened onClose={onClose} title={`Run ${task.name}`} size="lg">
      {task.description && (
        <Text size="sm" c="dimmed" mb="md" lineClamp={4}>
          {task.description}
        </Text>
      )}
      <ArgumentForm
        definitions={askedArguments(task.task_arguments)}
        {...(earlier && { earlier })}
        submitLabel="Run"
        pending={run.isPending}
        error={run.error}
        onSubmit={submit}
        onCancel={onClose}
      />
    </Modal>
  );
}
