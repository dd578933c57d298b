import { ArgusApiError } from '@argus/client';
import { isEnded, type ArgumentDefinition, type Job, type Task } from '@argus/contract';
import { Modal, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { runWithFiles } from '../../api/upload.ts';
import { ArgumentForm } from '../../ui/argument-form/argument-form.tsx';
import { askedArguments, filesOf, multipartOf, type FormValue } from '../../ui/argument-form/values.ts';
import { hasBot } from '../../ui/task-types.tsx';
import { entryErrors } from '../task-editor/form-errors.ts';
import { PeopleInput } from '../tasks/people-input.tsx';
import classes from './run-dialog.module.css';
import { askedText } from '../tasks/type-words.ts';

interface RunDialogProps {
  task: Pick<
    Task,
    'id' | 'type' | 'name' | 'description' | 'task_arguments' | 'priority' | 'approval' | 'inputs'
  >;
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
  const [assignee, setAssignee] = useState<string[]>([]);
  const [asksOthers, setAsksOthers] = useState(false);
  const [sent, setSent] = useState<number | null>(null);
  const upload = useRef<AbortController>(null);
  // a dialog that is closed sends no more
  useEffect(() => () => upload.current?.abort(), []);
  const definitions = askedArguments(task.task_arguments);
  // a restart is an ended job's: the new job then says what it repeats, and takes its priority
  const restarts = earlier !== undefined && isEnded(earlier.lifecycle);
  const asked = restarts ? null : task.type === 'approval' ? task.approval : asksOthers ? task.inputs : null;
  const isAssigned = asked?.who === 'assigned';
  const runsScript = hasBot(task.type);
  const options = {
    ...(!restarts && runsScript && optionsOf(advanced)),
    ...(isAssigned && assignee.length > 0 && { assignee }),
  };

  const run = useMutation({
    mutationFn: (values: (FormValue | null)[]) => {
      if (asksOthers) return client.runTask({ params: { id: task.id }, body: options });
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
      {task.type === 'input' && !restarts && (
        <Switch
          mb="md"
          label="Let those fill it in who are asked"
          description={`Asked: ${task.inputs ? askedText(task.inputs) : 'nobody yet'}.`}
          checked={asksOthers}
          onChange={(event) => setAsksOthers(event.currentTarget.checked)}
        />
      )}
      <ArgumentForm
        task={task.id}
        definitions={asksOthers ? [] : earlier ? definitions.map(typedAgain) : definitions}
        emptyText={asksOthers ? 'They find the form under My pending actions, and get a message.' : undefined}
        {...(earlier && { earlier: earlier.task_arguments_values })}
        submitLabel="Run"
        pending={run.isPending}
        sent={sent}
        error={run.error}
        onSubmit={(values) => run.mutate(values)}
        onCancel={onClose}
      >
        {isAssigned && (
          <PeopleInput
            label="Assign to"
            description={`Who ${task.type === 'approval' ? 'decides' : 'fills it in'}: e-mail addresses of members.${asked.people.length > 0 ? ` Empty: ${asked.people.join(', ')}.` : ''}`}
            placeholder="ada@example.org"
            withAsterisk={asked.people.length === 0}
            roles={[]}
            value={assignee}
            error={assigneeProblem(run.error, assignee)}
            onChange={setAssignee}
          />
        )}
        {!restarts && runsScript && (
          <AdvancedOptions values={advanced} usual={task.priority} onChange={setAdvanced} />
        )}
      </ArgumentForm>
    </Modal>
  );
}

/** What is wrong with those that it is assigned to, each by its name. */
function assigneeProblem(error: unknown, assignee: readonly string[]): string | undefined {
  if (!(error instanceof ArgusApiError)) return undefined;
  return entryErrors(error.errors, 'assignee', assignee).join('; ') || undefined;
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
