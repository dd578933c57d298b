import type { DeliverySummary, Webhook } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Badge, Text } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { BanIcon, CheckIcon, PauseIcon, SendIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { OUTCOME_LABELS } from './webhook-words.ts';
import { dateTimeText } from '../../ui/locale.ts';

type Outcome = DeliverySummary['outcome'];

const LOOKS: Readonly<Record<Outcome, { color: string; icon: React.ReactNode }>> = {
  accepted: { color: 'green', icon: <CheckIcon size={12} /> },
  filtered: { color: 'gray', icon: <SendIcon size={12} /> },
  paused: { color: 'yellow', icon: <PauseIcon size={12} /> },
  refused: { color: 'red', icon: <BanIcon size={12} /> },
};

export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  const { color, icon } = LOOKS[outcome];
  return (
    <Badge size="sm" variant="light" color={color} leftSection={icon} data-outcome={outcome}>
      {OUTCOME_LABELS[outcome]}
    </Badge>
  );
}

export function PausedBadge({ paused: { by, at } }: { paused: NonNullable<Webhook['paused']> }) {
  const when = dateTimeText(at);
  return (
    <Badge color="yellow" variant="light" leftSection={<PauseIcon size={12} />} title={t`By ${by}, ${when}`}>
      {t`Paused`}
    </Badge>
  );
}

/** The jobs that a delivery started, each with the way to it. */
export function Started({ delivery: { started, listeners } }: { delivery: DeliverySummary }) {
  const customer = useCustomer();
  if (started.length === 0)
    return (
      <Text span size="sm" c="dimmed">
        {listeners === 0 ? t`nothing` : t`nothing yet; or it is gone, or not for you to see`}
      </Text>
    );
  return started.map((one) => (
    <div key={one.id}>
      {one.workflow_id === null ? (
        <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: one.id }} size="sm">
          {one.name}
        </TextLink>
      ) : (
        <TextLink
          to="/$customer/workflows/$workflowId/runs/$runId"
          params={{ customer, workflowId: one.workflow_id, runId: one.id }}
          size="sm"
        >
          {one.name}
        </TextLink>
      )}{' '}
      <StateBadge job={one} />
    </div>
  ));
}
