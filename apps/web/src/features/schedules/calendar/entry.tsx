import type { Occurrence } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { useCustomer } from '../../../api/hooks.ts';
import { BanIcon, CheckIcon, ClockIcon, CrossIcon, RunningIcon, WarningIcon } from '../../../ui/icons.tsx';
import { TextLink } from '../../../ui/link.tsx';
import { numberText, timeFormat } from '../../../ui/locale.ts';
import { whenWords } from '../../../ui/schedule-words.ts';
import { MARKS } from '../marks.ts';
import unseen from '../../../ui/unseen.module.css';
import classes from './calendar.module.css';

const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** What became of it in a word, with an icon and a colour that say the same. */
export function lookOfOccurrence({ outcome, state }: Pick<Occurrence, 'outcome' | 'state'>, size = 12) {
  switch (outcome) {
    case 'due':
      return { label: t`To come`, color: 'accent', icon: <ClockIcon size={size} /> };
    case 'skipped':
      return { label: t`Skipped`, color: 'gray', icon: <BanIcon size={size} /> };
    case 'missed':
      return { label: t`Missed`, color: 'orange', icon: <WarningIcon size={size} /> };
    case 'failed':
      return { label: t`Could not start`, color: 'red', icon: <CrossIcon size={size} /> };
    case 'started':
      if (state === 'in_progress')
        return { label: t`Running`, color: 'accent', icon: <RunningIcon size={size} /> };
      if (state === 'success') return { label: t`Success`, color: 'green', icon: <CheckIcon size={size} /> };
      if (state === null) return { label: t`Started`, color: 'green', icon: <CheckIcon size={size} /> };
      if (state === 'canceled') return { label: t`Canceled`, color: 'gray', icon: <BanIcon size={size} /> };
      if (state === 'timeout')
        return { label: t`Timed out`, color: 'orange', icon: <ClockIcon size={size} /> };
      return { label: t`Failure`, color: 'red', icon: <CrossIcon size={size} /> };
  }
}

/** The time of the day, or from when to when many are due. */
export function timeOf({ at, until, times }: Occurrence, timezone: string): string {
  const clock = (one: string) => timeFormat(one, { timeZone: timezone, ...CLOCK });
  return times === 1 ? clock(at) : `${clock(at)}–${clock(until)}`;
}

export function timesText(times: number): string {
  const number = numberText(times);
  return plural(times, { one: `${number} time`, other: `${number} times` });
}

/** What the schedule is called beside what it runs. */
export function titleOf({ name, kind, repeatEvery }: Occurrence): string {
  return name.trim() || (kind === null ? '' : whenWords({ kind, repeatEvery }));
}

/** The way to what it started, else to the schedule; one that is over has neither. */
export function OccurrenceLink({ one, children, className }: LinkProps) {
  const customer = useCustomer();
  const look = { size: 'xs', ...(className !== undefined && { className }) } as const;
  if (one.job_id !== null && one.times === 1)
    return (
      <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: one.job_id }} {...look}>
        {children}
      </TextLink>
    );
  if (one.run_id !== null && one.times === 1)
    return (
      <TextLink
        to="/$customer/workflows/$workflowId/runs/$runId"
        params={{ customer, workflowId: one.of.id, runId: one.run_id }}
        {...look}
      >
        {children}
      </TextLink>
    );
  if (one.kind === null) return <span className={className}>{children}</span>;
  return (
    <TextLink
      to="/$customer/schedules/$scheduleId"
      params={{ customer, scheduleId: one.schedule_id }}
      {...look}
    >
      {children}
    </TextLink>
  );
}

interface LinkProps {
  one: Occurrence;
  children: React.ReactNode;
  className?: string | undefined;
}

/** One line of a day. */
export function Entry({ one, timezone }: { one: Occurrence; timezone: string }) {
  const { label, color, icon } = lookOfOccurrence(one);
  const title = titleOf(one);
  return (
    <li className={classes.entry} data-outcome={one.outcome} data-color={color}>
      <OccurrenceLink one={one} className={classes.entryLink}>
        <span className={classes.entryIcon} title={label}>
          {icon}
          <span className={unseen.text}>{label}: </span>
        </span>
        <span className={classes.time}>{timeOf(one, timezone)}</span>{' '}
        <span className={classes.what} title={title === '' ? one.of.name : `${one.of.name} · ${title}`}>
          {one.of.name}
        </span>
        {one.times > 1 && <span className={classes.many}> {timesText(one.times)}</span>}
        {one.mark !== null && (
          <span className={classes.mark} title={MARKS[one.mark]}>
            <WarningIcon size={11} />
            <span className={unseen.text}>{MARKS[one.mark]}</span>
          </span>
        )}
      </OccurrenceLink>
    </li>
  );
}
