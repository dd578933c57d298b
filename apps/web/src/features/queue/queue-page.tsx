import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Queue } from '@argus/contract';
import { Text } from '@mantine/core';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { QueueTable } from './queue-table.tsx';
import { countedText, queueName, takenText } from './queue-words.ts';
import { numberText } from '../../ui/locale.ts';

const REFRESH_MS = 3_000;
/** Jobs on the page at most, over all queues. */
const SHOWN = 200;

/** What waits, by queue, in the order in which it is handed out, and why. */
export function QueuePage() {
  const queues = useApi('listQueues', { query: { limit: SHOWN } }, { refetchInterval: REFRESH_MS });
  return (
    <Page title={t`Queue`}>
      {queues.data && <ErrorNotice error={queues.error} />}
      <Loaded query={queues}>
        {(list) =>
          list.length === 0 ? (
            <NothingWaits />
          ) : (
            list.map((queue) => <QueuePanel key={queueName(queue)} queue={queue} />)
          )
        }
      </Loaded>
    </Page>
  );
}

function QueuePanel({ queue }: { queue: Queue }) {
  const { jobs, waiting } = queue;
  const inLine = jobs.filter(({ jobs_before }) => jobs_before !== null).length;
  const [shown, all] = [numberText(inLine), countedText(waiting)];
  return (
    <Panel
      title={queueName(queue)}
      actions={
        <Text size="sm" c="dimmed">
          {takenText(queue)}
        </Text>
      }
    >
      <QueueTable jobs={jobs} />
      {waiting > inLine && (
        <Text size="sm" c="dimmed" mt="xs">
          {t`${shown} of ${all} jobs in line are shown.`}
        </Text>
      )}
    </Panel>
  );
}

function NothingWaits() {
  const customer = useCustomer();
  return (
    <Panel>
      <EmptyState title={t`Nothing waits`}>
        <Trans>
          Every job that could start is with a bot. What runs now is first among the{' '}
          <TextLink to="/$customer/jobs" params={{ customer }} search={{ first: 'running' }}>
            jobs
          </TextLink>
          .
        </Trans>
      </EmptyState>
    </Panel>
  );
}
