import type { WorkflowRunStep } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Badge } from '@mantine/core';
import { BanIcon, ClockIcon } from '../../ui/icons.tsx';
import { lookOf, type Look } from '../../ui/state-badge.tsx';

type Shown = Pick<WorkflowRunStep, 'status' | 'lifecycle' | 'state' | 'reason_code'>;

/** How a step of a run stands: a word, with an icon and a colour that say the same. */
export function lookOfStep({ status, lifecycle, state, reason_code }: Shown, size = 12): Look {
  if (status === 'waiting') return { label: t`Waiting`, color: 'gray', icon: <ClockIcon size={size} /> };
  if (status === 'skipped') return { label: t`Skipped`, color: 'gray', icon: <BanIcon size={size} /> };
  return lookOf({ lifecycle: lifecycle ?? 'ready', state: state ?? 'in_progress', reason_code }, size);
}

export function StepBadge({ step }: { step: Shown }) {
  const { label, color, icon } = lookOfStep(step);
  return (
    <Badge color={color} variant="light" leftSection={icon} data-status={step.status}>
      {label}
    </Badge>
  );
}
