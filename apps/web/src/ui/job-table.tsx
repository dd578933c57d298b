import type { Job, JobSummary } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Table } from '@mantine/core';
import { memo } from 'react';
import { said } from '../api/sentences/said.ts';
import { useCustomer } from '../api/hooks.ts';
import { ORIGIN_LABELS } from './job-words.ts';
import { RowLink } from './row-link.tsx';
import rows from './rows.module.css';
import { StateBadge } from './state-badge.tsx';
import { hasBot } from './task-types.tsx';
import { Ago, Duration } from './times.tsx';
import unseen from './unseen.module.css';

/** What the page is about that the jobs are on: the column that would say the same on each line is left out. */
type Of = 'task' | 'bot' | undefined;

/** Jobs, one a line: how each went, how long it took, who started it. */
export function JobTable({ jobs, of }: { jobs: readonly JobSummary[]; of?: Of }) {
  const customer = useCustomer();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`State`}</Table.Th>
          {of !== 'task' && <Table.Th>{t`Task`}</Table.Th>}
          <Table.Th>{t`Created`}</Table.Th>
          <Table.Th visibleFrom="xs">{t`Took`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`By`}</Table.Th>
          {of !== 'bot' && <Table.Th visibleFrom="md">{t`Bot`}</Table.Th>}
          <Table.Th visibleFrom="lg">{t`Reason`}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} of={of} customer={customer} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface JobRowProps {
  job: JobSummary;
  of: Of;
  customer: string;
}

const JobRow = memo(function JobRow({ job, of, customer }: JobRowProps) {
  const link = { to: '/$customer/jobs/$jobId', params: { customer, jobId: job.id } } as const;
  return (
    <tr className={rows.row}>
      <td>
        <RowLink {...link}>
          <span className={unseen.text}>{ofJob(job)} </span>
          <StateBadge job={job} />
        </RowLink>
      </td>
      {of !== 'task' && (
        <td className={rows.name}>
          <RowLink {...link}>{job.name}</RowLink>
        </td>
      )}
      <td className={rows.short}>
        <Ago at={job.creation_date} />
      </td>
      <td className={`${rows.short} mantine-visible-from-xs`}>
        {job.started_at && <Duration from={job.started_at} to={job.finished_at} />}
      </td>
      <td className="mantine-visible-from-sm">{startedBy(job)}</td>
      {of !== 'bot' && (
        <td className="mantine-visible-from-md">{job.hostname ?? (hasBot(job.task.type) ? '' : '—')}</td>
      )}
      <td className="mantine-visible-from-lg">
        <div className={rows.aside}>{job.reason && said(job.reason)}</div>
      </td>
    </tr>
  );
});

/** Who started a job, and from where. */
export function startedBy({ user, origin }: Pick<Job, 'user' | 'origin'>): string {
  const who = user.email ?? user.username;
  return who ? `${who} (${ORIGIN_LABELS[origin]})` : ORIGIN_LABELS[origin];
}

function ofJob({ name }: JobSummary): string {
  return t`Job of ${name}:`;
}
