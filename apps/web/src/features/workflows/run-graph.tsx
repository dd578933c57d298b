import type { WorkflowRun, WorkflowRunStep } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Duration } from '../../ui/times.tsx';
import type { GraphStep } from './graph/graph-words.ts';
import graphClasses from './graph/graph.module.css';
import { lookOfStep } from './step-look.tsx';
import classes from './workflows.module.css';

/** The steps of a run as the graph draws them: each says how it stands. */
export function runGraphSteps({ steps }: Pick<WorkflowRun, 'steps'>): GraphStep[] {
  return steps.map((step) => {
    const { id, name, status, workflow_id } = step;
    const { label, color, icon } = lookOfStep(step, 16);
    const isFaint = status === 'waiting' || status === 'skipped';
    return {
      id,
      title: name,
      subtitle: <Standing step={step} label={label} />,
      isWorkflow: workflow_id !== null,
      look: { color, icon, isFaint, isTurning: status === 'running' && step.started_at !== null },
    };
  });
}

function Standing({ step, label }: { step: WorkflowRunStep; label: string }) {
  const { started_at, finished_at, inherited, attempt } = step;
  return (
    <>
      {label}
      {inherited
        ? ` · ${t`taken over`}`
        : started_at !== null && (
            <>
              {' · '}
              <Duration from={started_at} to={finished_at} />
            </>
          )}
      {attempt > 1 && ` · ${t`attempt ${attempt}`}`}
    </>
  );
}

/** What the lines of the graph of a run mean. */
export function Legend() {
  const line = (taken: string) => (
    <svg width="30" height="8" aria-hidden="true" className={classes.legendLine}>
      <path d="M0,4h30" className={graphClasses.edge} data-taken={taken} />
    </svg>
  );
  return (
    <ul className={classes.legend} aria-label={t`Lines`}>
      <li>
        {line('true')} {t`taken`}
      </li>
      <li>
        {line('false')} {t`not taken`}
      </li>
      <li>
        {line('null')} {t`not yet known`}
      </li>
    </ul>
  );
}
