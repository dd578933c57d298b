import type { Job, JobSummary } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Table, Text, VisuallyHidden } from '@mantine/core';
import { useCustomer } from '../api/hooks.ts';
import { ORIGIN_LABELS } from './job-words.ts';
import { TextLink } from './link.tsx';
import { StateBadge } from './state-badge.tsx';
import { hasBot } from './task-types.tsx';
import { Ago, Duration } from './times.tsx';

/** Jobs, one a line: how each went, how long it took, who started it. */
export function JobTable({ jobs, showTask }: { jobs: readonly JobSummary[]; showTask: boolean }) {
  const customer = useCustomer();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`State`}</Table.Th>
          {showTask && <Table.Th>{t`Task`}</Table.Th>}
          <Table.Th>{t`Created`}</Table.Th>
          <Table.Th visibleFrom="xs">{t`Took`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`By`}</Table.Th>
          <Table.Th visibleFrom="md">{t`Bot`}</Table.Th>
          <Table.Th visibleFrom="lg">{t`Reason`}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {jobs.map((job) => (
          <Table.Tr key={job.id}>
            <Table.Td>
              <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: job.id }} underline="never">
                <VisuallyHidden>{ofJob(job)} </VisuallyHidden>
                <StateBadge job={job} />
              </TextLink>
            </Table.Td>
            {showTask && (
              <Table.Td>
                <TextLink
                  to="/$customer/jobs/$jobId"
                  params={{ customer, jobId: job.id }}
                  size="sm"
                  style={{ overflowWrap: 'anywhere' }}
                >
                  {job.name}
                </TextLink>
              </Table.Td>
            )}
            <Table.Td>
              <Ago at={job.creation_date} />
            </Table.Td>
            <Table.Td visibleFrom="xs">
              {job.started_at && <Duration from={job.started_at} to={job.finished_at} />}
            </Table.Td>
            <Table.Td visibleFrom="sm">{startedBy(job)}</Table.Td>
            <Table.Td visibleFrom="md">{job.hostname ?? (hasBot(job.task.type) ? '' : '—')}</Table.Td>
            <Table.Td visibleFrom="lg">
              <Text size="sm" c="dimmed" maw={320} truncate>
                {job.reason}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Who started a job, and from where. */
export function startedBy({ user, origin }: Pick<Job, 'user' | 'origin'>): string {
  const who = user.email ?? user.username;
  return who ? `${who} (${ORIGIN_LABELS[origin]})` : ORIGIN_LABELS[origin];
}

function ofJob({ name }: JobSummary): string {
  return t`Job of ${name}:`;
}
