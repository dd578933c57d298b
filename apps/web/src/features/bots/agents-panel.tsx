import type { AgentCredential } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Table, Text } from '@mantine/core';
import { useApi, useChange } from '../../api/hooks.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { Loaded, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';

/** The credentials of existing agents; nothing where there are none. */
export function AgentsPanel({ onCreate }: { onCreate: () => void }) {
  const agents = useApi('listAgentCredentials', {});
  if (agents.data?.length === 0) return null;
  return (
    <Panel
      title={t`Credentials of existing agents`}
      actions={
        <Button size="xs" variant="default" onClick={onCreate}>
          <Trans>New credential</Trans>
        </Button>
      }
    >
      <Loaded query={agents} height={80}>
        {(list) => <AgentTable agents={list} />}
      </Loaded>
    </Panel>
  );
}

function AgentTable({ agents }: { agents: readonly AgentCredential[] }) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>
            <Trans>Bot</Trans>
          </Table.Th>
          <Table.Th visibleFrom="sm">
            <Trans>Created</Trans>
          </Table.Th>
          <Table.Th>
            <Trans>Last used</Trans>
          </Table.Th>
          <Table.Th aria-label={t`Actions`} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {agents.map((agent) => (
          <Table.Tr key={agent.id}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {agent.hostname ?? (
                <Text c="dimmed">
                  <Trans>the first that connects</Trans>
                </Text>
              )}
              <Text size="xs" c="dimmed">
                client_id {agent.id}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <CreatedBy agent={agent} />
            </Table.Td>
            <Table.Td>
              <Ago at={agent.last_used_at} />
            </Table.Td>
            <Table.Td ta="right">
              <Revoke agent={agent} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function CreatedBy({ agent: { created_at: at, created_by: by } }: { agent: AgentCredential }) {
  return (
    <Trans>
      <Ago at={at} /> by {by}
    </Trans>
  );
}

function Revoke({ agent }: { agent: AgentCredential }) {
  const hostname = agent.hostname ?? '';
  const revoke = useChange('deleteAgentCredential', ['listAgentCredentials']);
  return (
    <ConfirmButton
      name={`revoke-agent.${agent.id}`}
      size="xs"
      label={t`Revoke`}
      question={
        <Trans>
          The agent <b>{hostname}</b> with this credential is refused from now on. What it runs goes on, and
          nobody will hear how it ended.
        </Trans>
      }
      onConfirm={() => revoke.mutateAsync({ params: { id: agent.id } })}
      error={revoke.error}
      pending={revoke.isPending}
    />
  );
}
