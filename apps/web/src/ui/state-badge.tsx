import type { Job } from '@argus/contract';
import { Badge } from '@mantine/core';
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

type Shown = Pick<Job, 'lifecycle' | 'state'> &
  Partial<Pick<Job, 'reason_code' | 'stop_requested' | 'unresponsive_since'>>;

interface Look {
  label: string;
  color: string;
  icon: ReactNode;
}

/** Where a job is or how it went, in a word, with an icon and a colour that say the same. */
export function StateBadge({ job }: { job: Shown }) {
  const { label, color, icon } = lookOf(job);
  return (
    <Badge
      color={color}
      variant="light"
      leftSection={icon}
      data-state={job.state}
      data-lifecycle={job.lifecycle}
    >
      {label}
    </Badge>
  );
}

function lookOf(job: Shown): Look {
  const ended = endedLook(job.state);
  if (ended) return job.lifecycle === 'expired' ? { ...ended, label: 'Expired' } : ended;
  if (job.stop_requested) return { label: 'Stopping…', color: 'orange', icon: <StopIcon size={12} /> };
  if (job.unresponsive_since)
    return { label: 'Unresponsive', color: 'orange', icon: <WarningIcon size={12} /> };
  if (job.lifecycle === 'onhold' && job.reason_code === 'approval')
    return { label: 'Needs approval', color: 'yellow', icon: <PersonIcon size={12} /> };
  if (job.lifecycle === 'onhold' && job.reason_code === 'input')
    return { label: 'Needs input', color: 'yellow', icon: <PersonIcon size={12} /> };
  if (job.lifecycle === 'onhold') return { label: 'On hold', color: 'yellow', icon: <PauseIcon size={12} /> };
  if (job.lifecycle === 'assigned')
    return { label: 'Assigned', color: 'accent', icon: <SendIcon size={12} /> };
  if (job.lifecycle === 'started')
    return { label: 'Running', color: 'accent', icon: <RunningIcon size={12} /> };
  return { label: 'Queued', color: 'gray', icon: <ClockIcon size={12} /> };
}

function endedLook(state: Job['state']): Look | undefined {
  switch (state) {
    case 'success':
      return { label: 'Success', color: 'green', icon: <CheckIcon size={12} /> };
    case 'failure':
      return { label: 'Failure', color: 'red', icon: <CrossIcon size={12} /> };
    case 'error':
      return { label: 'Error', color: 'red', icon: <WarningIcon size={12} /> };
    case 'timeout':
      return { label: 'Timed out', color: 'orange', icon: <ClockIcon size={12} /> };
    case 'canceled':
      return { label: 'Canceled', color: 'gray', icon: <BanIcon size={12} /> };
    case 'in_progress':
      return undefined;
  }
}
