import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Attempt, Job } from '@argus/contract';
import { Badge, Table, Text } from '@mantine/core';
import { said, sentence } from '../../api/sentences/said.ts';
import { useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/page.tsx';
import { Ago, Duration } from '../../ui/times.tsx';
import { LIMIT_LABELS, usageText } from './usage-words.ts';

const OUTPUT_SHOWN = 200;

interface AttemptsPanelProps {
  job: Job;
  attempts: readonly Attempt[];
  shown: number;
}

/** Every hand-out of a job to a bot: how it went, what it took, and what was told when it was too late. */
export function AttemptsPanel({ job, attempts, shown }: AttemptsPanelProps) {
  // of a single one that went as its job did, the job says it all
  if (attempts.length < 2 && attempts.every(({ late }) => late === null)) return null;
  const measured = attempts.some(({ usage }) => usage !== null);
  return (
    <Panel title={t`Attempts`}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>#</Table.Th>
            <Table.Th>{t`How it went`}</Table.Th>
            <Table.Th visibleFrom="sm">{t`Bot`}</Table.Th>
            <Table.Th visibleFrom="xs">{t`Took`}</Table.Th>
            {measured && <Table.Th visibleFrom="md">{t`Used`}</Table.Th>}
            <Table.Th>{t`Log`}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {attempts.map((one) => (
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
        {late && <Late late={late} />}
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

function Late({ late: { at, state, reason, output } }: { late: NonNullable<Attempt['late']> }) {
  const put = output.join(', ').slice(0, OUTPUT_SHOWN);
  const how = said(reason);
  return (
    <Text size="xs" c="dimmed" mt={4}>
      <Trans>
        Reported after it was given up (<Ago at={at} />
        ), which changed nothing: {state}, {how}.
      </Trans>
      {put !== '' && ` ${t`Its output: ${put}.`}`}
    </Text>
  );
}

/** What an attempt is at that has no reason. */
export function progressOf({ finished_at, started_at }: Pick<Attempt, 'finished_at' | 'started_at'>): string {
  if (finished_at !== null) return t`Ended`;
  return started_at === null ? t`Handed out` : t`Running`;
}
