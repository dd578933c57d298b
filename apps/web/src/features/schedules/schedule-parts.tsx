import type { Schedule } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Badge, Text } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { sentence } from '../../api/sentences/said.ts';
import { CheckIcon, CrossIcon, PauseIcon, SendIcon } from '../../ui/icons.tsx';
import { BadgeLink, TextLink } from '../../ui/link.tsx';
import { Ago, Countdown, ZonedTime } from '../../ui/times.tsx';
import { dateTimeText } from '../../ui/locale.ts';

/** How the last due time went: the way to its job, or why there is none. */
export function LastOutcome({ last, workflow_id }: Pick<Schedule, 'last' | 'workflow_id'>) {
  const customer = useCustomer();
  if (last === null)
    return (
      <Text span size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {t`none yet`}
      </Text>
    );
  const { outcome, reason, job_id, run_id, at } = last;
  const { label, color, icon } = LOOKS[outcome];
  const look = { size: 'sm', variant: 'light', color, leftSection: icon } as const;
  return (
    <>
      {workflow_id !== null && run_id ? (
        <BadgeLink
          {...look}
          to="/$customer/workflows/$workflowId/runs/$runId"
          params={{ customer, workflowId: workflow_id, runId: run_id }}
          aria-label={t`${label}: its run`}
          style={{ cursor: 'pointer' }}
        >
          {label}
        </BadgeLink>
      ) : job_id === null ? (
        <Badge {...look}>{label}</Badge>
      ) : (
        <BadgeLink
          {...look}
          to="/$customer/jobs/$jobId"
          params={{ customer, jobId: job_id }}
          aria-label={t`${label}: its job`}
          style={{ cursor: 'pointer' }}
        >
          {label}
        </BadgeLink>
      )}{' '}
      <Text span size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        <Ago at={at} />
      </Text>
      {reason !== null && (
        <Text size="xs" c={outcome === 'failed' ? 'red' : 'dimmed'}>
          {sentence(reason)}
        </Text>
      )}
    </>
  );
}

const LOOKS = {
  started: { label: t`Started`, color: 'green', icon: <CheckIcon size={12} /> },
  skipped: { label: t`Skipped`, color: 'gray', icon: <SendIcon size={12} /> },
  failed: { label: t`Failed`, color: 'red', icon: <CrossIcon size={12} /> },
} as const;

/** What a triggered run waits because of, with the way to the job that did it. */
export function BecauseOf({ schedule: { cause } }: { schedule: Pick<Schedule, 'cause'> }) {
  const customer = useCustomer();
  if (cause?.type !== 'trigger') return null;
  return (
    <>
      {t`because`} “
      {cause.job_id === null ? (
        `${cause.emitter_name}: ${cause.event}`
      ) : (
        <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: cause.job_id }} size="sm">
          {cause.emitter_name}: {cause.event}
        </TextLink>
      )}
      ”
    </>
  );
}

/** When the next run is: from now, and on the clocks of its zone. */
export function NextRun({ schedule }: { schedule: Schedule }) {
  const { nextRunAt, timezone, kind, paused } = schedule;
  if (paused || nextRunAt === null)
    return (
      <Text span size="sm" c="dimmed">
        {paused ? t`none while paused` : t`none`}
      </Text>
    );
  return (
    <>
      <Text span size="sm">
        {kind === 'grace' && `${t`starts`} `}
        <Countdown to={nextRunAt} />
      </Text>
      {kind !== 'grace' && (
        <Text size="xs" c="dimmed">
          <ZonedTime at={nextRunAt} timezone={timezone} />
        </Text>
      )}
    </>
  );
}

export function PausedBadge({ paused: { by, at } }: { paused: NonNullable<Schedule['paused']> }) {
  const when = dateTimeText(at);
  return (
    <Badge color="yellow" variant="light" leftSection={<PauseIcon size={12} />} title={t`By ${by}, ${when}`}>
      {t`Paused`}
    </Badge>
  );
}
