import { isEnded, type ArgumentDefinition, type Job, type Task } from '@argus/contract';
import { Modal, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { runWithFiles } from '../../api/upload.ts';
import { ArgumentForm } from '../../ui/argument-form/argument-form.tsx';
import { askedArguments, filesOf, multipartOf, type FormValue } from '../../ui/argument-form/values.ts';
import classes from './tasks.module.css';

interface RunDialogProps {
  task: Pick<Task, 'id' | 'name' | 'description' | 'task_arguments' | 'priority'>;
  /** The job whose values the form starts with. */
  earlier?: Job;
  onClose: () => void;
}

interface Advanced {
  priority: number | string;
  held: boolean;
}

/** Asks for the arguments of a task, runs it and leads to the job. */
export function RunDialog({ task, earlier, onClose }: RunDialogProps) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const client = useClient();
  const cache = useQueryClient();
  const [advanced, setAdvanced] = useState<Advanced>({ priority: '', held: false });
  const [sent, setSent] = useState<number | null>(null);
  const upload = useRef<AbortController>(null);
  // a dialog that is closed sends no more
  useEffect(() => () => upload.current?.abort(), []);
  const definitions = askedArguments(task.task_arguments);
  // a restart is an ended job's: the new job then says what it repeats, and takes its priority
  const restarts = earlier !== undefined && isEnded(earlier.lifecycle);
  const options = restarts ? {} : optionsOf(advanced);

  const run = useMutation({
    mutationFn: (values: (FormValue | null)[]) => {
      if (values.every((value) => filesOf(value).length === 0)) {
        const body = { ...options, task_arguments: values };
        return restarts
          ? client.restartJob({ params: { id: earlier.id }, body })
          : client.runTask({ params: { id: task.id }, body });
      }
      setSent(0);
      upload.current = new AbortController();
      const target = restarts
        ? ({ method: 'PUT', path: `/job/${earlier.id}/restart` } as const)
        : ({ method: 'POST', path: `/task/${task.id}/job` } as const);
      return runWithFiles(customer, target, multipartOf(definitions, values, options), {
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
        definitions={earlier ? definitions.map(typedAgain) : definitions}
        {...(earlier && { earlier: earlier.task_arguments_values })}
        submitLabel="Run"
        pending={run.isPending}
        sent={sent}
        error={run.error}
        onSubmit={(values) => run.mutate(values)}
        onCancel={onClose}
      >
        {!restarts && <AdvancedOptions values={advanced} usual={task.priority} onChange={setAdvanced} />}
      </ArgumentForm>
    </Modal>
  );
}

function optionsOf({ priority, held }: Advanced) {
  return {
    ...(typeof priority === 'number' && { priority }),
    ...(held && { lifecycle: 'onhold' }),
  };
}

/** Nobody sees a masked value again, so an earlier one cannot be in the form. */
function typedAgain(definition: ArgumentDefinition): ArgumentDefinition {
  if (!definition.masked) return definition;
  const note = 'Masked: the earlier value is not shown, type it again.';
  return { ...definition, help: definition.help ? `${definition.help} ${note}` : note };
}

interface AdvancedOptionsProps {
  values: Advanced;
  /** The priority of the task. */
  usual: number;
  onChange: (values: Advanced) => void;
}

function AdvancedOptions({ values, usual, onChange }: AdvancedOptionsProps) {
  return (
    <details className={classes.fold}>
      <summary>Advanced</summary>
      <Stack gap="sm" mt="xs">
        <NumberInput
          label="Priority"
          description="−100 to 100. Of what waits for the same bot, the highest goes first."
          placeholder={String(usual)}
          min={-100}
          max={100}
          allowDecimal={false}
          maw={240}
          value={values.priority}
          onChange={(priority) => onChange({ ...values, priority })}
        />
        <Switch
          label="Make the job, but keep it on hold"
          description="It starts when somebody resumes it."
          checked={values.held}
          onChange={(event) => onChange({ ...values, held: event.currentTarget.checked })}
        />
      </Stack>
    </details>
  );
}
