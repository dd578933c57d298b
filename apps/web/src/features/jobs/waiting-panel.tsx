import { COUNTED_OF_ONE, type Job, type QueueEntry } from '@argus/contract';
import { Group, Stack, Text } from '@mantine/core';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { sentence } from '../../ui/format.ts';
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
      title="It waits"
      actions={
        <Group gap="sm">
          {runs && <PriorityButton job={job} />}
          <TextLink to="/$customer/queue" params={{ customer }} size="sm">
            The whole queue
          </TextLink>
        </Group>
      }
    >
      <Stack gap={6}>
        {job.due_at !== null && (
          <Text size="sm">
            The next attempt starts <Countdown to={job.due_at} />.
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
            It expires if it has not started by <Clock at={job.expires_at} /> (
            <Countdown to={job.expires_at} />
            ).
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
        It is the next in line.
      </Text>
    );
  const count = before >= COUNTED_OF_ONE ? `${numberText(COUNTED_OF_ONE)} or more` : numberText(before);
  return (
    <Group gap={6}>
      <Text size="sm" c="dimmed">
        Before it: {count} {before === 1 ? 'job' : 'jobs'}
        {before > next_before.length && next_before.length > 0 && ', the nearest'}
      </Text>
      {next_before.map((id) => (
        <TextLink key={id} to="/$customer/jobs/$jobId" params={{ customer, jobId: id }} size="sm">
          …{id.slice(-6)}
        </TextLink>
      ))}
    </Group>
  );
}
