import type { WorkflowRunSummary } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Table, Text, VisuallyHidden } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { sentence } from '../../api/sentences/said.ts';
import { startedBy } from '../../ui/job-table.tsx';
import { TextLink } from '../../ui/link.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Ago, Duration } from '../../ui/times.tsx';

/** Runs of a workflow, one a line: how each went, how long it took, who started it. */
export function RunTable({ runs }: { runs: readonly WorkflowRunSummary[] }) {
  const customer = useCustomer();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`State`}</Table.Th>
          <Table.Th>{t`Created`}</Table.Th>
          <Table.Th visibleFrom="xs">{t`Took`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`By`}</Table.Th>
          <Table.Th visibleFrom="md">{t`Version`}</Table.Th>
          <Table.Th visibleFrom="lg">{t`Reason`}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.map((run) => (
          <Table.Tr key={run.id}>
            <Table.Td>
              <TextLink
                to="/$customer/workflows/$workflowId/runs/$runId"
                params={{ customer, workflowId: run.workflow_id, runId: run.id }}
                underline="never"
              >
                <VisuallyHidden>{runOf(run)} </VisuallyHidden>
                <StateBadge job={run} />
              </TextLink>
            </Table.Td>
            <Table.Td>
              <Ago at={run.creation_date} />
            </Table.Td>
            <Table.Td visibleFrom="xs">
              {run.started_at && <Duration from={run.started_at} to={run.finished_at} />}
            </Table.Td>
            <Table.Td visibleFrom="sm" style={{ overflowWrap: 'anywhere' }}>
              {run.resumed_from === null ? startedBy(run) : resumedBy(startedBy(run))}
            </Table.Td>
            <Table.Td visibleFrom="md">{run.version}</Table.Td>
            <Table.Td visibleFrom="lg">
              <Text
                size="sm"
                c="dimmed"
                maw={360}
                truncate
                title={run.reason ? sentence(run.reason) : undefined}
              >
                {run.reason && sentence(run.reason)}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function resumedBy(who: string): string {
  return t`${who}, resumed`;
}

function runOf({ name }: WorkflowRunSummary): string {
  return t`Run of ${name}:`;
}
