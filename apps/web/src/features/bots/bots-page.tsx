import type { Host } from '@argus/contract';
import { Badge, Button, Group, Table, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useApi, useChange } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { BanIcon, CheckIcon, ClockIcon, CrossIcon, PlusIcon, WarningIcon } from '../../ui/icons.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { AgentDialog } from './agent-dialog.tsx';
import { AgentsPanel } from './agents-panel.tsx';
import { EnrollDialog } from './enroll-dialog.tsx';
import classes from './bots-page.module.css';

const REFRESH_MS = 3_000;

/** The machines that run scripts, and how they are. */
export function BotsPage() {
  const hosts = useApi('listHosts', {}, { refetchInterval: REFRESH_MS });
  const enrolls = useMay('admin');
  const [adding, setAdding] = useState<'bot' | 'agent'>();
  const done = () => setAdding(undefined);
  return (
    <Page
      title="Bots"
      actions={
        enrolls && (
          <>
            <Button variant="default" onClick={() => setAdding('agent')}>
              Connect an existing agent
            </Button>
            <Button leftSection={<PlusIcon />} onClick={() => setAdding('bot')}>
              Enrol a bot
            </Button>
          </>
        )
      }
    >
      <Panel>
        <Loaded query={hosts}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title="No bots yet">
                A bot is a machine that runs your scripts. Enrol one with a single command on that machine; it
                calls here, so nothing has to be opened on its side.
              </EmptyState>
            ) : (
              <HostTable hosts={list} />
            )
          }
        </Loaded>
      </Panel>
      {enrolls && <AgentsPanel onCreate={() => setAdding('agent')} />}
      {adding === 'bot' && <EnrollDialog known={hosts.data ?? []} onClose={done} />}
      {adding === 'agent' && <AgentDialog onClose={done} />}
    </Page>
  );
}

function HostTable({ hosts }: { hosts: readonly Host[] }) {
  const edits = useMay('admin');
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Bot</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th visibleFrom="sm">Last seen</Table.Th>
          <Table.Th>Running</Table.Th>
          <Table.Th visibleFrom="md">Capabilities</Table.Th>
          {edits && <Table.Th visibleFrom="sm" aria-label="Actions" />}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {hosts.map((host) => (
          <Table.Tr key={host.id}>
            <Table.Td className={classes.name}>
              <Text size="sm" fw={500}>
                {host.hostname}
              </Text>
              {host.kind === 'agent' && (
                <Text size="xs" c="dimmed">
                  TheEye agent {host.info?.version}
                </Text>
              )}
              {host.info && (
                <Text size="xs" c="dimmed">
                  {host.info.os} {host.info.release}, {host.info.arch}
                </Text>
              )}
            </Table.Td>
            <Table.Td>
              <StatusBadge status={host.status} />
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <Ago at={host.last_seen_at} />
            </Table.Td>
            <Table.Td>
              {host.running} of {host.slots}
            </Table.Td>
            <Table.Td visibleFrom="md">{host.info && <Capabilities host={host} info={host.info} />}</Table.Td>
            {edits && (
              <Table.Td visibleFrom="sm">
                <HostActions host={host} />
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const STATUS: Record<Host['status'], { label: string; color: string; icon: ReactNode }> = {
  online: { label: 'Online', color: 'green', icon: <CheckIcon size={12} /> },
  unresponsive: { label: 'Unresponsive', color: 'orange', icon: <WarningIcon size={12} /> },
  offline: { label: 'Offline', color: 'red', icon: <CrossIcon size={12} /> },
  draining: { label: 'Draining', color: 'yellow', icon: <ClockIcon size={12} /> },
  disabled: { label: 'Disabled', color: 'gray', icon: <BanIcon size={12} /> },
  new: { label: 'New', color: 'gray', icon: <ClockIcon size={12} /> },
};

function StatusBadge({ status }: { status: Host['status'] }) {
  const { label, color, icon } = STATUS[status];
  return (
    <Badge color={color} variant="light" leftSection={icon}>
      {label}
    </Badge>
  );
}

function Capabilities({ host, info }: { host: Host; info: NonNullable<Host['info']> }) {
  return (
    <Group gap={4}>
      {info.run_user && (
        <Badge variant="default" size="sm" title="Scripts run as this user">
          user {info.run_user}
        </Badge>
      )}
      {host.kind === 'agent' && (
        <>
          <Badge variant="default" size="sm" title="A script ends by itself or by its timeout">
            cannot stop
          </Badge>
          <Badge variant="default" size="sm" title="The log of a job arrives when it has ended">
            no live log
          </Badge>
        </>
      )}
      {Object.entries(info.interpreters).map(([name, version]) => (
        <Badge key={name} variant="default" size="sm" title={version}>
          {name}
        </Badge>
      ))}
    </Group>
  );
}

function HostActions({ host }: { host: Host }) {
  const update = useChange('updateHost', ['listHosts']);
  const remove = useChange('deleteHost', ['listHosts']);
  const params = { id: host.id };
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <ErrorNotice error={update.error} />
      <Button
        size="xs"
        variant="default"
        loading={update.isPending}
        onClick={() => update.mutate({ params, body: { disabled: !host.disabled } })}
      >
        {host.disabled ? 'Enable' : 'Disable'}
      </Button>
      <ConfirmButton
        size="xs"
        label="Remove"
        question={
          <>
            <b>{host.hostname}</b> may not connect any more from now on. Its tasks need another bot.
          </>
        }
        onConfirm={() => remove.mutateAsync({ params })}
        error={remove.error}
        pending={remove.isPending}
      />
    </Group>
  );
}
