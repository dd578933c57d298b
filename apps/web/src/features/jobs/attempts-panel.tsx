import { plural, t } from '@lingui/core/macro';
import type { Attempt, Job } from '@argus/contract';
import { Badge, Table, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { sentence } from '../../ui/format.ts';
import { TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/page.tsx';
import { Ago, Duration } from '../../ui/times.tsx';
import { LIMIT_LABELS, usageText } from './usage-words.ts';

/** Every hand-out of a job to a bot: how it went, what it took, and what was told when it was too late. */
export function AttemptsPanel({ job, shown }: { job: Job; shown: number }) {
  const attempts = useApi('listAttempts', { params: { id: job.id } }, { enabled: job.attempt > 0 });
  const { refetch } = attempts;
  const { attempt, lifecycle } = job;
  useEffect(() => {
    if (attempt > 0) void refetch();
  }, [attempt, lifecycle, refetch]);
  const list = attempts.data ?? [];
  // of a single one that went as its job did, the job says it all
  if (list.length < 2 && list.every(({ late }) => late === null)) return null;
  const measured = list.some(({ usage }) => usage !== null);
  return (
    <Panel title="Attempts">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>#</Table.Th>
            <Table.Th>How it went</Table.Th>
            <Table.Th visibleFrom="sm">Bot</Table.Th>
            <Table.Th visibleFrom="xs">Took</Table.Th>
            {measured && <Table.Th visibleFrom="md">Used</Table.Th>}
            <Table.Th>Log</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.map((one) => (
            <AttemptRow
              key={one.attempt}
              job={job}
              attempt={one}
              measured={measured}
              isShown={one.attempt === shown}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

function AttemptRow({
  job,
  attempt,
  measured,
  isShown,
}: {
  job: Job;
  attempt: Attempt;
  measured: boolean;
  isShown: boolean;
}) {
  const customer = useCustomer();
  const { late, log_lines: lines } = attempt;
  return (
    <Table.Tr>
      <Table.Td>{attempt.attempt}</Table.Td>
      <Table.Td>
        <Text size="sm">{attempt.reason === null ? progressOf(attempt) : sentence(attempt.reason)}</Text>
        {attempt.limit_hit !== null && (
          <Badge size="sm" color="orange" variant="light">
            {LIMIT_LABELS[attempt.limit_hit]}
          </Badge>
        )}
        {late && (
          <Text size="xs" c="dimmed" mt={4}>
            Reported after it was given up (<Ago at={late.at} />
            ), which changed nothing: {late.state}, {late.reason}
            {late.output.length > 0 && `; output ${late.output.join(', ').slice(0, 200)}`}.
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">{attempt.hostname}</Table.Td>
      <Table.Td visibleFrom="xs">
        {attempt.started_at && <Duration from={attempt.started_at} to={attempt.finished_at} />}
      </Table.Td>
      {measured && <Table.Td visibleFrom="md">{usageText(attempt.usage)}</Table.Td>}
      <Table.Td>
        {attempt.log_bytes > 0 &&
          (isShown ? (
            <Text size="sm" c="dimmed">
              {t`shown above`}
            </Text>
          ) : (
            <TextLink
              to="/$customer/jobs/$jobId"
              params={{ customer, jobId: job.id }}
              search={attempt.attempt === job.attempt ? {} : { attempt: attempt.attempt }}
              size="sm"
            >
              {plural(lines, { one: '# line', other: '# lines' })}
            </TextLink>
          ))}
      </Table.Td>
    </Table.Tr>
  );
}

function progressOf({ finished_at, started_at }: Attempt): string {
  if (finished_at !== null) return 'Ended';
  return started_at === null ? 'Handed out' : 'Running';
}
