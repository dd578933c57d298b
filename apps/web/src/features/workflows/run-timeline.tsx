import type { WorkflowRun, WorkflowRunStep } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Duration, useNow } from '../../ui/times.tsx';
import { Panel } from '../../ui/page.tsx';
import { lookOfStep } from './step-look.tsx';
import classes from './run-timeline.module.css';

interface RunTimelineProps {
  run: WorkflowRun;
  chosen: string | undefined;
  onSelect: (step: string) => void;
}

const WIDTH = 1000;
/** A step that took no time is still seen. */
const BAR_MIN = 4;

/** When each step waited and ran, on one scale: what is chosen here is chosen in the graph, and the other way round. */
export function RunTimeline({ run, chosen, onSelect }: RunTimelineProps) {
  const isLive = run.finished_at === null;
  const now = useNow(isLive);
  const steps = run.steps
    .filter(({ creation_date, inherited }) => creation_date !== null && !inherited)
    .toSorted((a, b) => (a.creation_date ?? '').localeCompare(b.creation_date ?? ''));
  if (run.started_at === null || steps.length === 0) return null;
  const begin = Date.parse(run.started_at);
  const end = Math.max(
    begin + 1,
    isLive ? now : Date.parse(run.finished_at ?? run.started_at),
    ...steps.map(({ finished_at }) => (finished_at === null ? 0 : Date.parse(finished_at))),
  );
  const at = (time: string | null) =>
    Math.max(0, Math.min(1, ((time === null ? end : Date.parse(time)) - begin) / (end - begin))) * WIDTH;
  return (
    <Panel title={t`Timeline`}>
      <ol className={classes.rows}>
        {steps.map((step) => (
          <StepBar
            key={step.id}
            step={step}
            isChosen={step.id === chosen}
            onSelect={onSelect}
            waits={at(step.creation_date)}
            from={at(step.started_at ?? step.finished_at)}
            to={at(step.finished_at)}
          />
        ))}
      </ol>
    </Panel>
  );
}

interface StepBarProps {
  step: WorkflowRunStep;
  isChosen: boolean;
  onSelect: (step: string) => void;
  /** Where it was made, began and ended, of `WIDTH`. */
  waits: number;
  from: number;
  to: number;
}

function StepBar({ step, isChosen, onSelect, waits, from, to }: StepBarProps) {
  const { label, color } = lookOfStep(step);
  const { id, name, started_at, finished_at } = step;
  const width = Math.max(BAR_MIN, to - from);
  return (
    <li>
      <button
        type="button"
        className={classes.row}
        aria-pressed={isChosen}
        data-selected={isChosen || undefined}
        onClick={() => onSelect(id)}
      >
        <span className={classes.name}>{name}</span>
        <svg
          viewBox={`0 0 ${WIDTH} 16`}
          preserveAspectRatio="none"
          className={classes.bars}
          aria-hidden="true"
        >
          <rect x={waits} y={6} width={Math.max(0, from - waits)} height={4} className={classes.waits} />
          <rect
            x={Math.min(from, WIDTH - width)}
            y={2}
            width={width}
            height={12}
            className={classes.runs}
            data-color={color}
          />
        </svg>
        <span className={classes.took}>
          {label}
          {started_at !== null && (
            <>
              {' · '}
              <Duration from={started_at} to={finished_at} />
            </>
          )}
        </span>
      </button>
    </li>
  );
}
