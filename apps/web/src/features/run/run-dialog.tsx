import { isEnded, type Job, type Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Text } from '@mantine/core';
import { useApi } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { askedArguments, shapeOf, withKeptFiles, type FormValues } from '../../ui/argument-form/values.ts';
import { useDraft } from '../../ui/use-draft.ts';
import { hasBot } from '../../ui/task-types.tsx';
import { askedText } from '../tasks/type-words.ts';
import { useAsked } from './asked-people.tsx';
import { Outlook, OUTLOOK_MS } from './outlook.tsx';
import { RunForm } from './run-form.tsx';
import { RunFrame } from './run-frame.tsx';
import { optionsOf, RunOptions, useOptions } from './run-options.tsx';
import { useEarlierValues } from './use-earlier-values.ts';
import { useRun } from './use-run.ts';
import { Loading } from '../../ui/loading.tsx';

interface RunDialogProps {
  task: Pick<
    Task,
    'id' | 'type' | 'name' | 'description' | 'confirm' | 'task_arguments' | 'priority' | 'approval' | 'inputs'
  >;
  /** The job whose values the form starts with. */
  earlier?: Job;
  onClose: () => void | Promise<void>;
}

/** Asks for the arguments of a task, tells what to expect, runs it and leads to the job. */
export function RunDialog({ task, earlier, onClose: onLeave }: RunDialogProps) {
  const mayPlan = useMay('admin');
  const definitions = askedArguments(task.task_arguments);
  const kept = earlier === undefined ? `run:${task.id}` : `rerun:${earlier.id}`;
  const { values: advanced, change: setAdvanced, draftWith } = useOptions(kept);
  const draft = draftWith(useDraft<FormValues>(kept, shapeOf(definitions)));
  const onClose = () => {
    draft.forget();
    return onLeave();
  };
  const earlierValues = useEarlierValues(
    earlier,
    definitions.some(({ type }) => type === 'file'),
  );
  // a restart is an ended job's: the new job then says what it repeats, and takes its priority
  const restarts = earlier !== undefined && isEnded(earlier.lifecycle);
  const approval = task.type === 'approval' && !restarts ? (task.approval ?? undefined) : undefined;
  const asked = useAsked({
    decide: approval,
    fillIn: task.type === 'input' && !restarts ? (task.inputs ?? null) : undefined,
  });
  const runsScript = hasBot(task.type);
  const outlook = useApi('getTaskOutlook', { params: { id: task.id } }, { refetchInterval: OUTLOOK_MS }).data;
  const plansRun = !restarts && runsScript && mayPlan && advanced.runAt !== '';
  const { run, sent } = useRun({
    task: task.id,
    definitions,
    restarts: restarts ? earlier.id : undefined,
    asksOthers: asked.asksOthers,
    runAt: plansRun ? advanced.runAt : undefined,
    options: { ...(!restarts && runsScript && optionsOf(advanced)), ...asked.options },
    onClose,
  });
  if (earlier && !earlierValues)
    return (
      <RunFrame name={task.name} description={task.description} onClose={onClose}>
        <Loading height={120} />
      </RunFrame>
    );
  return (
    <RunFrame name={task.name} description={task.description} onClose={onClose}>
      <RunForm
        optionsOf={task.id}
        definitions={definitions}
        earlier={earlierValues}
        sets={
          earlier
            ? []
            : (outlook?.last_values ?? []).map(({ job, at, values, files }) => ({
                id: job,
                at,
                values,
                start: withKeptFiles(job, values, files),
              }))
        }
        draft={draft}
        asksOthers={asked.asksOthers}
        confirm={task.confirm}
        isPlanned={plansRun}
        pending={run.isPending}
        sent={sent}
        error={run.error}
        onRun={(values) => run.mutate(values)}
        onClose={onClose}
        above={
          <>
            {outlook && <Outlook outlook={outlook} />}
            {approval && <Text size="sm">{approvalText(askedText(approval))}</Text>}
            {asked.above}
          </>
        }
      >
        {asked.below(run.error)}
        {!restarts && runsScript && (
          <RunOptions values={advanced} usual={task.priority} plans={mayPlan} onChange={setAdvanced} />
        )}
      </RunForm>
    </RunFrame>
  );
}

function approvalText(who: string): string {
  return t`It waits for approval. Asked: ${who}.`;
}
