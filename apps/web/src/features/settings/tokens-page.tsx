import type { Token } from '@argus/contract';
import { Button, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useApi, useChange } from '../../api/hooks.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { PlusIcon } from '../../ui/icons.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { NewTokenDialog } from './new-token-dialog.tsx';
import { dateText, dateTimeText } from '../../ui/locale.ts';

/** Settings > Credentials > Integration Tokens. */
export function TokensPage() {
  const tokens = useApi('listTokens', {});
  const [creating, setCreating] = useState(false);
  return (
    <Page
      title="Integration Tokens"
      parent="Settings · Credentials"
      actions={
        <Button leftSection={<PlusIcon />} onClick={() => setCreating(true)}>
          New token
        </Button>
      }
    >
      <Panel>
        <Loaded query={tokens}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title="No tokens yet">
                A token lets another program use the API of this organization. Unless you give it less, it may
                do all that an admin may.
              </EmptyState>
            ) : (
              <TokenTable tokens={list} />
            )
          }
        </Loaded>
      </Panel>
      {creating && <NewTokenDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

function TokenTable({ tokens }: { tokens: readonly Token[] }) {
  const tasks = useApi('listTasks', {});
  const nameOf = (id: string) => tasks.data?.find((task) => task.id === id)?.name ?? 'a task that is gone';
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>Role</Table.Th>
          <Table.Th visibleFrom="sm">Created</Table.Th>
          <Table.Th visibleFrom="xs">Last used</Table.Th>
          <Table.Th visibleFrom="sm">Ends</Table.Th>
          <Table.Th aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tokens.map((token) => (
          <Table.Tr key={token.id}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {token.name}
              {token.tasks && (
                <Text size="xs" c="dimmed">
                  only {token.tasks.map(nameOf).join(', ')}
                </Text>
              )}
            </Table.Td>
            <Table.Td>{token.role}</Table.Td>
            <Table.Td visibleFrom="sm">
              <Ago at={token.created_at} />
              {token.created_by && ` by ${token.created_by}`}
            </Table.Td>
            <Table.Td visibleFrom="xs">
              <Ago at={token.last_used_at} />
              {token.last_used_from && (
                <Text size="xs" c="dimmed">
                  from {token.last_used_from}
                </Text>
              )}
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <End at={token.expires} />
            </Table.Td>
            <Table.Td ta="right">
              <RevokeToken token={token} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function End({ at }: { at: string | null }) {
  if (at === null) return <>never</>;
  const time = new Date(at);
  return (
    <Text span size="sm" {...(time.getTime() < Date.now() && { c: 'red' })}>
      <time dateTime={at} title={dateTimeText(time)}>
        {time.getTime() < Date.now() ? 'ended' : dateText(time)}
      </time>
    </Text>
  );
}

function RevokeToken({ token }: { token: Token }) {
  const revoke = useChange('deleteToken', ['listTokens']);
  return (
    <ConfirmButton
      size="xs"
      label="Revoke"
      question={
        <>
          Whatever uses <b>{token.name}</b> is refused from now on.
        </>
      }
      onConfirm={() => revoke.mutateAsync({ params: { id: token.id } })}
      error={revoke.error}
      pending={revoke.isPending}
    />
  );
}
