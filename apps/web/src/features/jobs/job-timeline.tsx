import { t } from '@lingui/core/macro';
import type { Job } from '@argus/contract';
import { hasBot, isForPeople } from '../../ui/task-types.tsx';
import { Clock, Duration } from '../../ui/times.tsx';
import classes from './job-timeline.module.css';

interface Step {
  label: string;
  at: string | null;
  /** What the time up to the next step is spent with. */
  meanwhile: string;
}

/** The stations of a job, and how long it took from each to the next, ticking at the last. */
export function JobTimeline({ job }: { job: Job }) {
  const steps = stepsOf(job);
  return (
    <ol className={classes.steps} aria-label={t`Timeline`}>
      {steps.map(({ label, at, meanwhile }, index) => {
        const next = steps.slice(index + 1).find((step) => step.at !== null)?.at ?? null;
        return (
          <li key={label} className={classes.step} data-reached={at !== null || undefined}>
            <span className={classes.label}>{label}</span>
            <span className={classes.at}>{at ? <Clock at={at} /> : '–'}</span>
            <span className={classes.meanwhile}>
              {at && meanwhile && (
                <>
                  <Duration from={at} to={next} /> {meanwhile}
                </>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** Only a script goes through a queue and to a bot. */
function stepsOf({ task: { type }, creation_date, assigned_at, started_at, finished_at }: Job): Step[] {
  const ended = { label: t`Ended`, at: finished_at, meanwhile: '' };
  if (isForPeople(type))
    return [{ label: t`Created`, at: creation_date, meanwhile: t`waiting for people` }, ended];
  return [
    { label: t`Created`, at: creation_date, meanwhile: t`in the queue` },
    ...(hasBot(type) ? [{ label: t`Assigned`, at: assigned_at, meanwhile: t`until its start` }] : []),
    { label: t`Started`, at: started_at, meanwhile: t`running` },
    ended,
  ];
}
