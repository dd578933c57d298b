import type { AgentCredential } from '@argus/contract';
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
      title="Credentials of existing agents"
      actions={
        <Button size="xs" variant="default" onClick={onCreate}>
          New credential
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
          <Table.Th>Bot</Table.Th>
          <Table.Th visibleFrom="sm">Created</Table.Th>
          <Table.Th>Last used</Table.Th>
          <Table.Th aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {agents.map((agent) => (
          <Table.Tr key={agent.id}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {agent.hostname ?? <Text c="dimmed">the first that connects</Text>}
              <Text size="xs" c="dimmed">
                client_id {agent.id}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <Ago at={agent.created_at} /> by {agent.created_by}
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

function Revoke({ agent }: { agent: AgentCredential }) {
  const revoke = useChange('deleteAgentCredential', ['listAgentCredentials']);
  return (
    <ConfirmButton
      size="xs"
      label="Revoke"
      question={
        <>
          The agent {agent.hostname && <b>{agent.hostname}</b>} with this credential is refused from now on.
          What it runs goes on, and nobody will hear how it ended.
        </>
      }
      onConfirm={() => revoke.mutateAsync({ params: { id: agent.id } })}
      error={revoke.error}
      pending={revoke.isPending}
    />
  );
}
