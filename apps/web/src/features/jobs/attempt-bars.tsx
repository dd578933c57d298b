import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Attempt, Job } from '@argus/contract';
import { useCustomer } from '../../api/hooks.ts';
import { sentence } from '../../api/sentences/said.ts';
import { TextLink } from '../../ui/link.tsx';
import { Duration, useNow } from '../../ui/times.tsx';
import { progressOf } from './attempts-panel.tsx';
import classes from './attempt-bars.module.css';

interface AttemptBarsProps {
  job: Job;
  attempts: readonly Attempt[];
  /** The one whose log is shown. */
  shown: number;
}

/** Where in the time of a job each of its attempts lies, with how it went; each leads to its log. */
export function AttemptBars({ job, attempts, shown }: AttemptBarsProps) {
  const customer = useCustomer();
  const now = useNow(job.finished_at === null);
  // one alone is as long as the job's own steps say
  if (attempts.length < 2) return null;
  const start = Date.parse(job.creation_date);
  const end = Math.max(start + 1, job.finished_at === null ? now : Date.parse(job.finished_at));
  const placeOf = (at: string | null) =>
    Math.min(100, Math.max(0, (((at === null ? end : Date.parse(at)) - start) / (end - start)) * 100));
  return (
    <ol className={classes.bars} aria-label={t`Attempts in time`}>
      {attempts.map((one) => {
        const { attempt, assigned_at, started_at, finished_at, reason, outcome } = one;
        const [from, to] = [placeOf(assigned_at), placeOf(finished_at)];
        return (
          <li key={attempt} className={classes.attempt} data-shown={attempt === shown || undefined}>
            <TextLink
              to="/$customer/jobs/$jobId"
              params={{ customer, jobId: job.id }}
              search={attempt === job.attempt ? {} : { attempt }}
              size="sm"
              aria-current={attempt === shown || undefined}
            >
              {t`Attempt ${attempt}`}
            </TextLink>
            <span className={classes.track} aria-hidden>
              <span
                className={classes.bar}
                data-kind={kindOf(one, job)}
                style={{ insetInlineStart: `min(${from}%, 100% - 4px)`, width: `max(4px, ${to - from}%)` }}
              />
            </span>
            <span className={classes.words} title={outcome ?? undefined}>
              {reason === null ? sentence(progressOf(one)) : sentence(reason)}{' '}
              <span className={classes.took}>
                {started_at && (
                  <Trans>
                    Took <Duration from={started_at} to={finished_at} />
                  </Trans>
                )}
              </span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** What a bar's colour says; the words beside it say it too. */
function kindOf({ attempt, finished_at }: Attempt, job: Job): 'running' | 'good' | 'bad' | 'canceled' {
  if (finished_at === null) return 'running';
  // what was followed by another one had failed
  if (attempt < job.attempt || job.state === 'in_progress') return 'bad';
  if (job.state === 'success') return 'good';
  return job.state === 'canceled' ? 'canceled' : 'bad';
}
