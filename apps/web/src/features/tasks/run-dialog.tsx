import { isEnded, type ArgumentDefinition, type Job, type Task } from '@argus/contract';
import { Modal, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { ArgumentForm } from '../../ui/argument-form/argument-form.tsx';
import { askedArguments } from '../../ui/argument-form/values.ts';
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
  const run = useChange('runTask', ['listJobs']);
  const restart = useChange('restartJob', ['listJobs']);
  const [advanced, setAdvanced] = useState<Advanced>({ priority: '', held: false });
  // a restart is an ended job's: the new job then says what it repeats, and takes its priority
  const restarts = earlier !== undefined && isEnded(earlier.lifecycle);
  const { isPending, error } = restarts ? restart : run;

  const submit = (values: unknown[]) => {
    const onSuccess = ({ id }: Job) => {
      onClose();
      void navigate({ to: '/$customer/jobs/$jobId', params: { customer, jobId: id } });
    };
    const body = { task_arguments: values };
    if (restarts) return restart.mutate({ params: { id: earlier.id }, body }, { onSuccess });
    run.mutate({ params: { id: task.id }, body: { ...body, ...optionsOf(advanced) } }, { onSuccess });
  };
  const definitions = askedArguments(task.task_arguments);

  return (
    <Modal opened onClose={onClose} title={`Run ${task.name}`} size="lg">
      {task.description && (
        <Text size="sm" c="dimmed" mb="md" lineClamp={4}>
          {task.description}
        </Text>
      )}
      <ArgumentForm
        definitions={earlier ? definitions.map(typedAgain) : definitions}
        {...(earlier && { earlier: earlier.task_arguments_values })}
        submitLabel="Run"
        pending={isPending}
        error={error}
        onSubmit={submit}
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
