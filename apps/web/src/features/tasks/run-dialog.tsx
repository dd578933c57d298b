import type { Task } from '@argus/contract';
import { Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { runWithFiles } from '../../api/upload.ts';
import { ArgumentForm } from '../../ui/argument-form/argument-form.tsx';
import { askedArguments, filesOf, multipartOf, type FormValue } from '../../ui/argument-form/values.ts';

interface RunDialogProps {
  task: Pick<Task, 'id' | 'name' | 'description' | 'task_arguments'>;
  /** Values of an earlier job, by position. */
  earlier?: readonly (string | null)[];
  onClose: () => void;
}

/** Asks for the arguments of a task, runs it and leads to the job. */
export function RunDialog({ task, earlier, onClose }: RunDialogProps) {
  const customer = useCustomer();
  const client = useClient();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [sent, setSent] = useState<number | null>(null);
  const upload = useRef<AbortController>(null);
  // a dialog that is closed sends no more
  useEffect(() => () => upload.current?.abort(), []);
  const definitions = askedArguments(task.task_arguments);

  const run = useMutation({
    mutationFn: (values: (FormValue | null)[]) => {
      if (values.every((value) => filesOf(value).length === 0))
        return client.runTask({ params: { id: task.id }, body: { task_arguments: values } });
      setSent(0);
      upload.current = new AbortController();
      return runWithFiles(customer, task.id, multipartOf(definitions, values), {
        signal: upload.current.signal,
        onProgress: setSent,
      });
    },
    onSuccess: ({ id }) => {
      void cache.invalidateQueries({ queryKey: ['listJobs', customer] });
      onClose();
      void navigate({ to: '/$customer/jobs/$jobId', params: { customer, jobId: id } });
    },
    onError: () => setSent(null),
  });
  return (
    <Modal opened onClose={onClose} title={`Run ${task.name}`} size="lg">
      {task.description && (
        <Text size="sm" c="dimmed" mb="md" lineClamp={4}>
          {task.description}
        </Text>
      )}
      <ArgumentForm
        task={task.id}
        definitions={definitions}
        {...(earlier && { earlier })}
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
