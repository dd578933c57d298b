import { t } from '@lingui/core/macro';
import type { Job } from '@argus/contract';
import type { ReactNode } from 'react';
import {
  BanIcon,
  CheckIcon,
  ClockIcon,
  CrossIcon,
  PauseIcon,
  PersonIcon,
  RunningIcon,
  SendIcon,
  StopIcon,
  WarningIcon,
} from './icons.tsx';
import classes from './state-badge.module.css';

/** A job, or a run of a workflow, which has fewer lifecycles. */
interface Shown extends Pick<Job, 'state'>, Partial<Pick<Job, 'unresponsive_since'>> {
  lifecycle: string;
  reason_code?: string | null;
  stop_requested?: object | null;
}

export interface Look {
  label: string;
  color: 'accent' | 'gray' | 'green' | 'orange' | 'red' | 'yellow';
  icon: ReactNode;
}

/** Where a job is or how it went, in a word, with an icon and a colour that say the same. */
export function StateBadge({ job }: { job: Shown }) {
  const { label, color, icon } = lookOf(job);
  return (
    <span className={classes.badge} data-color={color} data-state={job.state} data-lifecycle={job.lifecycle}>
      {icon}
      {label}
    </span>
  );
}

/** How it is shown. */
export function lookOf(job: Shown, size = 12): Look {
  const ended = endedLook(job.state, size);
  if (ended) return job.lifecycle === 'expired' ? { ...ended, label: t`Expired` } : ended;
  if (job.stop_requested) return { label: t`Stopping…`, color: 'orange', icon: <StopIcon size={size} /> };
  if (job.unresponsive_since)
    return { label: t`Unresponsive`, color: 'orange', icon: <WarningIcon size={size} /> };
  if (job.lifecycle === 'onhold' && job.reason_code === 'approval')
    return { label: t`Needs approval`, color: 'yellow', icon: <PersonIcon size={size} /> };
  if (job.lifecycle === 'onhold' && job.reason_code === 'input')
    return { label: t`Needs input`, color: 'yellow', icon: <PersonIcon size={size} /> };
  if (job.lifecycle === 'onhold')
    return { label: t`On hold`, color: 'yellow', icon: <PauseIcon size={size} /> };
  if (job.lifecycle === 'assigned')
    return { label: t`Assigned`, color: 'accent', icon: <SendIcon size={size} /> };
  if (job.lifecycle === 'started')
    return { label: t`Running`, color: 'accent', icon: <RunningIcon size={size} /> };
  return { label: t`Queued`, color: 'gray', icon: <ClockIcon size={size} /> };
}

function endedLook(state: Job['state'], size: number): Look | undefined {
  switch (state) {
    case 'success':
      return { label: t`Success`, color: 'green', icon: <CheckIcon size={size} /> };
    case 'failure':
      return { label: t`Failure`, color: 'red', icon: <CrossIcon size={size} /> };
    case 'error':
      return { label: t`Error`, color: 'red', icon: <WarningIcon size={size} /> };
    case 'timeout':
      return { label: t`Timed out`, color: 'orange', icon: <ClockIcon size={size} /> };
    case 'canceled':
      return { label: t`Canceled`, color: 'gray', icon: <BanIcon size={size} /> };
    case 'in_progress':
      return undefined;
  }
}
