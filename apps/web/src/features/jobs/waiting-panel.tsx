import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { COUNTED_OF_ONE, type Job, type QueueEntry } from '@argus/contract';
import { Group, Stack, Text } from '@mantine/core';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { sentence } from '../../api/sentences/said.ts';
import { asksPeople } from '../../ui/job-words.ts';
import { TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/page.tsx';
import { PriorityButton } from '../../ui/priority-button.tsx';
import { Clock, Countdown } from '../../ui/times.tsx';
import { numberText } from '../../ui/locale.ts';

const REFRESH_MS = 2_000;

/** Why a job waits, its place in the line, and until when it may wait. */
export function WaitingPanel({ job }: { job: Job }) {
  const customer = useCustomer();
  const runs = useMay('user');
  const waits = job.lifecycle === 'ready' || (job.lifecycle === 'onhold' && !asksPeople(job));
  const found = useApi(
    'getQueueEntry',
    { params: { id: job.id } },
    { enabled: waits, refetchInterval: REFRESH_MS },
  );
  if (!waits) return null;
  const entry = found.data;
  return (
    <Panel
      title={t`It waits`}
      actions={
        <Group gap="sm">
          {runs && <PriorityButton job={job} />}
          <TextLink to="/$customer/queue" params={{ customer }} size="sm">
            {t`The whole queue`}
          </TextLink>
        </Group>
      }
    >
      <Stack gap={6}>
        {job.due_at !== null && (
          <Text size="sm">
            <Trans>
              The next attempt starts <Countdown to={job.due_at} />.
            </Trans>
          </Text>
        )}
        {/* what holds it, and when it is due, is told already */}
        {entry && entry.waits_for !== 'person' && entry.waits_for !== 'due' && (
          <Text size="sm" role="status">
            {sentence(entry.reason)}
          </Text>
        )}
        {entry && <Line entry={entry} />}
        {job.expires_at !== null && (
          <Text size="sm" c="dimmed">
            <Trans>
              It expires if it has not started by <Clock at={job.expires_at} /> (
              <Countdown to={job.expires_at} />
              ).
            </Trans>
          </Text>
        )}
      </Stack>
    </Panel>
  );
}

function Line({ entry: { jobs_before: before, next_before } }: { entry: QueueEntry }) {
  const customer = useCustomer();
  if (before === null) return null;
  if (before === 0)
    return (
      <Text size="sm" c="dimmed">
        {t`It is the next in line.`}
      </Text>
    );
  const most = numberText(COUNTED_OF_ONE);
  const jobs =
    before >= COUNTED_OF_ONE
      ? t`Before it: ${most} jobs or more`
      : plural(before, { one: 'Before it: # job', other: 'Before it: # jobs' });
  return (
    <Group gap={6}>
      <Text size="sm" c="dimmed">
        {before > next_before.length && next_before.length > 0 ? t`${jobs}, the nearest` : jobs}
      </Text>
      {next_before.map((id) => (
        <TextLink key={id} to="/$customer/jobs/$jobId" params={{ customer, jobId: id }} size="sm">
          …{id.slice(-6)}
        </TextLink>
      ))}
    </Group>
  );
}
