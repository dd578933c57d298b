import type { Host } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { JobTable } from '../../ui/job-table.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Panel } from '../../ui/page.tsx';
import { QueueTable } from '../queue/queue-table.tsx';

const REFRESH_MS = 3_000;
const SHOWN = 20;

/** What a bot does now, what waits for it, and what it did last. */
export function BotWork({ host }: { host: Host }) {
  const customer = useCustomer();
  const { id } = host;
  const running = useApi(
    'listJobs',
    { query: { limit: 100, where: { host_id: id, lifecycle: { $in: ['assigned', 'started'] } } } },
    { refetchInterval: REFRESH_MS },
  );
  const waiting = useApi(
    'listQueues',
    { query: { host: id, limit: SHOWN } },
    { refetchInterval: REFRESH_MS },
  );
  const ended = useApi(
    'listJobs',
    {
      query: {
        limit: 10,
        where: { host_id: id, lifecycle: { $in: ['finished', 'terminated', 'canceled', 'expired'] } },
      },
    },
    { refetchInterval: REFRESH_MS },
  );
  const { running: held, slots } = host;
  return (
    <>
      <Panel title={t`Running now (${held} of ${slots})`}>
        <Loaded query={running} height={60}>
          {(jobs) =>
            jobs.length === 0 ? <Nothing>{t`It runs nothing.`}</Nothing> : <JobTable jobs={jobs} of="bot" />
          }
        </Loaded>
      </Panel>
      <Panel
        title={t`Waiting for it`}
        actions={
          <TextLink to="/$customer/queue" params={{ customer }} size="sm">
            <Trans>The whole queue</Trans>
          </TextLink>
        }
      >
        <Loaded query={waiting} height={60}>
          {(queues) => {
            const jobs = queues.flatMap((queue) => queue.jobs);
            return jobs.length === 0 ? (
              <Nothing>{t`Nothing waits for it.`}</Nothing>
            ) : (
              <QueueTable jobs={jobs} />
            );
          }}
        </Loaded>
      </Panel>
      <Panel title={t`What it ran last`}>
        <Loaded query={ended} height={60}>
          {(jobs) =>
            jobs.length === 0 ? <Nothing>{t`Nothing yet.`}</Nothing> : <JobTable jobs={jobs} of="bot" />
          }
        </Loaded>
      </Panel>
    </>
  );
}

function Nothing({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
