import { ArgusApiError } from '@argus/client';
import { isEnded, type ArgumentDefinition, type Job, type Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Kbd, Stack, Switch, Text } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { useApi } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ArgumentForm } from '../../ui/argument-form/argument-form.tsx';
import { askedArguments, initialValues, validate, valueOf } from '../../ui/argument-form/values.ts';
import { hasBot } from '../../ui/task-types.tsx';
import { PeopleInput } from '../tasks/people-input.tsx';
import { askedText } from '../tasks/type-words.ts';
import { entryErrors } from '../task-editor/form-errors.ts';
import { LastValues, type ValueSet } from './last-values.tsx';
import { Outlook } from './outlook.tsx';
import { RunFrame } from './run-frame.tsx';
import { optionsOf, RunOptions, USUAL } from './run-options.tsx';
import { useRun } from './use-run.ts';

/** The bot that takes a run may change while somebody fills in the form. */
const OUTLOOK_MS = 5_000;

interface RunDialogProps {
  task: Pick<
    Task,
    'id' | 'type' | 'name' | 'description' | 'task_arguments' | 'priority' | 'approval' | 'inputs'
  >;
  /** The job whose values the form starts with. */
  earlier?: Job;
  onClose: () => void;
}

interface Start {
  set: ValueSet;
  /** Whether what is missing in it is said at once. */
  checked: boolean;
}

/** Asks for the arguments of a task, tells what to expect, runs it and leads to the job. */
export function RunDialog({ task, earlier, onClose }: RunDialogProps) {
  const mayPlan = useMay('admin');
  const [advanced, setAdvanced] = useState(USUAL);
  const [assignee, setAssignee] = useState<string[]>([]);
  const [asksOthers, setAsksOthers] = useState(false);
  const [start, setStart] = useState<Start>();
  const definitions = askedArguments(task.task_arguments);
  // a restart is an ended job's: the new job then says what it repeats, and takes its priority
  const restarts = earlier !== undefined && isEnded(earlier.lifecycle);
  const asked = restarts ? null : task.type === 'approval' ? task.approval : asksOthers ? task.inputs : null;
  const isAssigned = asked?.who === 'assigned';
  const runsScript = hasBot(task.type);
  const outlook = useApi('getTaskOutlook', { params: { id: task.id } }, { refetchInterval: OUTLOOK_MS }).data;
  const sets = earlier ? [] : (outlook?.last_values ?? []);
  const plansRun = !restarts && runsScript && mayPlan && advanced.runAt !== '';
  const { run, sent } = useRun({
    task: task.id,
    definitions,
    restarts: restarts ? earlier.id : undefined,
    asksOthers,
    runAt: plansRun ? advanced.runAt : undefined,
    options: {
      ...(!restarts && runsScript && optionsOf(advanced)),
      ...(isAssigned && assignee.length > 0 && { assignee }),
    },
    onClose,
  });

  const runAgain = (set: ValueSet) => {
    const values = initialValues(definitions, set.values);
    if (Object.keys(validate(definitions, values)).length > 0) setStart({ set, checked: true });
    else run.mutate(definitions.map(({ order }) => valueOf(values[order])));
  };
  const [latest] = asksOthers || definitions.length === 0 ? [] : sets;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (latest && !run.isPending) runAgain(latest);
  };

  return (
    <RunFrame name={task.name} description={task.description} onClose={onClose}>
      <Stack onKeyDown={onKeyDown}>
        {outlook && <Outlook outlook={outlook} />}
        {task.type === 'approval' && !restarts && task.approval && (
          <Text size="sm">{approvalText(askedText(task.approval))}</Text>
        )}
        {task.type === 'input' && !restarts && (
          <Switch
            label={t`Let those fill it in who are asked`}
            description={othersText(task.inputs ? askedText(task.inputs) : t`nobody yet`)}
            checked={asksOthers}
            onChange={(event) => setAsksOthers(event.currentTarget.checked)}
          />
        )}
        {!asksOthers && (
          <LastValues
            sets={sets}
            definitions={definitions}
            chosen={start?.set.job}
            onChoose={(set) => setStart({ set, checked: false })}
          />
        )}
        <ArgumentForm
          key={`${start?.set.job} ${start?.checked}`}
          task={task.id}
          definitions={asksOthers ? [] : earlier || start ? definitions.map(typedAgain) : definitions}
          emptyText={
            asksOthers ? t`They find the form under My pending actions, and get a message.` : undefined
          }
          {...(earlier && { earlier: earlier.task_arguments_values })}
          {...(start && { earlier: start.set.values })}
          checked={start?.checked ?? false}
          submitLabel={plansRun ? t`Plan the run` : t`Run`}
          pending={run.isPending}
          sent={sent}
          error={run.error}
          onSubmit={(values) => run.mutate(values)}
          onCancel={onClose}
          beside={
            latest && (
              <Button
                variant="subtle"
                disabled={run.isPending}
                title={t`Ctrl+Shift+Enter`}
                aria-keyshortcuts="Control+Shift+Enter"
                onClick={() => runAgain(latest)}
              >
                {t`Run with last values`}
              </Button>
            )
          }
        >
          {isAssigned && (
            <PeopleInput
              label={t`Assign to`}
              description={assignText(task.type === 'approval', asked.people.join(', '))}
              placeholder="ada@example.org"
              withAsterisk={asked.people.length === 0}
              roles={[]}
              value={assignee}
              error={assigneeProblem(run.error, assignee)}
              onChange={setAssignee}
            />
          )}
          {!restarts && runsScript && (
            <RunOptions values={advanced} usual={task.priority} plans={mayPlan} onChange={setAdvanced} />
          )}
        </ArgumentForm>
        <Text size="xs" c="dimmed" visibleFrom="sm">
          <Kbd size="xs">Ctrl</Kbd> + <Kbd size="xs">Enter</Kbd> {t`runs it`}
          {latest && (
            <>
              {' · '}
              <Kbd size="xs">Ctrl</Kbd> + <Kbd size="xs">Shift</Kbd> + <Kbd size="xs">Enter</Kbd>{' '}
              {t`runs it with your last values`}
            </>
          )}
        </Text>
      </Stack>
    </RunFrame>
  );
}

function approvalText(who: string): string {
  return t`It waits for approval. Asked: ${who}.`;
}

function othersText(who: string): string {
  return t`Asked: ${who}.`;
}

function assignText(decides: boolean, usual: string): string {
  if (usual === '')
    return decides
      ? t`Who decides: e-mail addresses of members.`
      : t`Who fills it in: e-mail addresses of members.`;
  return decides
    ? t`Who decides: e-mail addresses of members. Empty: ${usual}.`
    : t`Who fills it in: e-mail addresses of members. Empty: ${usual}.`;
}

/** What is wrong with those that it is assigned to, each by its name. */
function assigneeProblem(error: unknown, assignee: readonly string[]): string | undefined {
  if (!(error instanceof ArgusApiError)) return undefined;
  return entryErrors(error.errors, 'assignee', assignee).join('; ') || undefined;
}

/** Nobody sees a masked value again, so an earlier one cannot be in the form. */
function typedAgain(definition: ArgumentDefinition): ArgumentDefinition {
  if (!definition.masked) return definition;
  const note = t`Masked: the earlier value is not shown, type it again.`;
  return { ...definition, help: definition.help ? `${definition.help} ${note}` : note };
}
