import type { Host } from '@argus/contract';
import { Badge, Button, Group, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { AgentDialog } from './agent-dialog.tsx';
import { AgentsPanel } from './agents-panel.tsx';
import { BotLabels, EditBot } from './bot-settings.tsx';
import { EnrollDialog } from './enroll-dialog.tsx';
import { HostActions, Problem, StatusBadge } from './host-parts.tsx';
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
      {adding === 'bot' && <EnrollDialog onClose={done} />}
      {adding === 'agent' && <AgentDialog onClose={done} />}
    </Page>
  );
}

function HostTable({ hosts }: { hosts: readonly Host[] }) {
  const customer = useCustomer();
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
              <TextLink to="/$customer/bots/$botId" params={{ customer, botId: host.id }} size="sm" fw={500}>
                {host.hostname}
              </TextLink>
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
              <BotLabels host={host} />
            </Table.Td>
            <Table.Td>
              <StatusBadge status={host.status} />
              {host.info?.problem && <Problem size="xs">{host.info.problem}</Problem>}
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
                <Group gap={4} justify="flex-end" wrap="nowrap">
                  <EditBot host={host} />
                  <HostActions host={host} />
                </Group>
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
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
