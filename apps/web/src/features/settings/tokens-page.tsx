import { mayGrant, ROLES, type Role, type Token } from '@argus/contract';
import { Alert, Button, Group, Modal, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useApi, useChange } from '../../api/hooks.ts';
import { useRole } from '../../api/session.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PlusIcon, WarningIcon } from '../../ui/icons.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';

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
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>Role</Table.Th>
          <Table.Th visibleFrom="sm">Created</Table.Th>
          <Table.Th visibleFrom="xs">Last used</Table.Th>
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
                  only {token.tasks.length} {token.tasks.length === 1 ? 'task' : 'tasks'}
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

function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const mine = useRole();
  const create = useChange('createToken', ['listTokens']);
  const form = useForm<{ name: string; role: Role }>({
    initialValues: { name: '', role: 'admin' },
    validate: { name: (name) => (name.trim() ? null : 'is required') },
  });
  const token = create.data?.token;
  return (
    <Modal opened onClose={onClose} title="New token" size="lg" closeOnClickOutside={token === undefined}>
      {token === undefined ? (
        <form onSubmit={form.onSubmit((body) => create.mutate({ body }))} noValidate>
          <Stack>
            <TextInput
              label="Name"
              description="What will use it, so that you know which one to revoke."
              withAsterisk
              data-autofocus
              {...form.getInputProps('name')}
            />
            <Select
              label="Role"
              description="What it may do at most."
              allowDeselect={false}
              data={ROLES.filter((role) => mayGrant(mine, role))}
              {...form.getInputProps('role')}
            />
            <ErrorNotice error={create.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={create.isPending}>
                Create token
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack>
          <Alert color="orange" variant="light" icon={<WarningIcon />}>
            Copy it now and keep it safe: it is shown this once.
          </Alert>
          <CopyBlock label="The token" text={token} />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
