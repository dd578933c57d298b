import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { QueueEntry } from '@argus/contract';
import { Table, Text } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { sentence } from '../../api/sentences/said.ts';
import { startedBy } from '../../ui/job-table.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Ago } from '../../ui/times.tsx';
import { QueueActions } from './queue-actions.tsx';
import classes from './queue.module.css';
import { placeText } from './queue-words.ts';

/** The jobs of one queue, in the order in which they are handed out; then those that are in no line. */
export function QueueTable({ jobs }: { jobs: readonly QueueEntry[] }) {
  const runs = useMay('user');
  const names = new Map(jobs.map(({ job }) => [job.id, job.name]));
  return (
    <Table className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th className={classes.place}>{t`Place`}</Table.Th>
          <Table.Th>{t`Job`}</Table.Th>
          <Table.Th>{t`What it waits for`}</Table.Th>
          <Table.Th visibleFrom="lg">{t`Created`}</Table.Th>
          {runs && <Table.Th className={classes.actions} aria-label={t`Actions`} />}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {jobs.map((entry) => (
          <QueueRow key={entry.job.id} entry={entry} names={names} runs={runs} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface QueueRowProps {
  entry: QueueEntry;
  /** Of the jobs of this queue. */
  names: ReadonlyMap<string, string>;
  runs: boolean;
}

function QueueRow({ entry, names, runs }: QueueRowProps) {
  const customer = useCustomer();
  const { job } = entry;
  const { priority } = job;
  const starter = startedBy(job);
  return (
    <Table.Tr data-waits-for={entry.waits_for}>
      <Table.Td className={classes.place}>{placeText(entry)}</Table.Td>
      <Table.Td className={classes.job}>
        <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: job.id }} size="sm" fw={500}>
          {job.name}
        </TextLink>
        <Text size="xs" c="dimmed">
          {priority === 0 ? starter : t`${starter}, priority ${priority}`}
        </Text>
      </Table.Td>
      <Table.Td className={classes.why}>
        <Why entry={entry} names={names} />
      </Table.Td>
      <Table.Td visibleFrom="lg" className={classes.created}>
        <Ago at={job.creation_date} />
      </Table.Td>
      {runs && (
        <Table.Td className={classes.actions}>
          <QueueActions job={job} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}

/** Why it waits, and what is handed out right before it. */
function Why({ entry, names }: { entry: QueueEntry; names: ReadonlyMap<string, string> }) {
  const customer = useCustomer();
  const before = entry.next_before.at(-1);
  const name = (before && names.get(before)) ?? t`job`;
  const end = before?.slice(-6) ?? '';
  return (
    <>
      <Text size="sm">{sentence(entry.reason)}</Text>
      {before !== undefined && (
        <Text size="xs" c="dimmed">
          <Trans>
            After{' '}
            <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: before }} size="xs">
              {name} …{end}
            </TextLink>
          </Trans>
        </Text>
      )}
    </>
  );
}
