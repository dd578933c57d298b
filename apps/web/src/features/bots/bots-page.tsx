import type { Host } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Badge, Button, Group, Select, Table, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { said } from '../../api/sentences/said.ts';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Ago } from '../../ui/times.tsx';
import { AgentDialog } from './agent-dialog.tsx';
import { AgentsPanel } from './agents-panel.tsx';
import { BotLabels, EditBot } from './bot-settings.tsx';
import { useEnrolling } from './enroll-dialog.tsx';
import { HealthLine, HealthWarnings } from './health.tsx';
import { DisabledNote, HostActions, Problem, STATUS, StatusBadge } from './host-parts.tsx';
import { useDialog } from '../../ui/use-dialog.ts';
import classes from './bots-page.module.css';

const route = getRouteApi('/$customer/bots');

const REFRESH_MS = 3_000;

/** The machines that run scripts, and how they are. */
export function BotsPage() {
  const hosts = useApi('listHosts', {}, { refetchInterval: REFRESH_MS });
  const enrolls = useMay('admin');
  const enrolling = useEnrolling();
  const connecting = useDialog('connect-agent');
  return (
    <Page
      title={t`Bots`}
      actions={
        enrolls && (
          <>
            <Button variant="default" onClick={connecting.open}>
              <Trans>Connect an existing agent</Trans>
            </Button>
            <Button leftSection={<PlusIcon />} onClick={() => enrolling.begin()}>
              <Trans>Enrol a bot</Trans>
            </Button>
          </>
        )
      }
    >
      <Panel>
        <Loaded query={hosts}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title={t`No bots yet`}>
                <Trans>
                  A bot is a machine that runs your scripts. Enrol one with a single command on that machine;
                  it calls here, so nothing has to be opened on its side.
                </Trans>
              </EmptyState>
            ) : (
              <Found hosts={list} />
            )
          }
        </Loaded>
      </Panel>
      {enrolls && <AgentsPanel onCreate={connecting.open} />}
      {enrolls && enrolling.dialog}
      {enrolls && connecting.opened && <AgentDialog onClose={connecting.close} />}
    </Page>
  );
}

const STATES = (Object.keys(STATUS) as Host['status'][]).map((value) => ({
  value,
  label: STATUS[value].label,
}));

/** Those that have every word in their name, labels, system or interpreters, and the state that is asked for. */
function Found({ hosts }: { hosts: readonly Host[] }) {
  const { q = '', status } = route.useSearch();
  const navigate = route.useNavigate();
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const found = hosts.filter((host) => {
    const { hostname, labels, info } = host;
    const of = info && `${info.os} ${info.release} ${info.arch} ${Object.keys(info.interpreters).join(' ')}`;
    const text = `${hostname} ${labels.join(' ')} ${of ?? ''} ${info?.version ?? ''}`.toLowerCase();
    return (status === undefined || host.status === status) && words.every((word) => text.includes(word));
  });
  const search = (change: { q?: string; status?: Host['status'] | undefined }) =>
    void navigate({
      search: (before) => {
        const next = { ...before, ...change };
        return { ...(next.q && { q: next.q }), ...(next.status && { status: next.status }) };
      },
      replace: true,
      resetScroll: false,
    });
  return (
    <>
      {(hosts.length > 1 || words.length > 0 || status !== undefined) && (
        <div className={classes.filters}>
          <div className={classes.search}>
            <SearchInput
              label={t`Search bots`}
              placeholder={t`Name, label, system, interpreter`}
              value={q}
              onSearch={(text) => search({ q: text })}
            />
          </div>
          <Select
            aria-label={t`Status`}
            placeholder={t`Any status`}
            data={STATES}
            value={status ?? null}
            onChange={(value) => search({ status: value ?? undefined })}
            clearable
            w={170}
          />
        </div>
      )}
      {found.length === 0 ? (
        <Text mt="md" c="dimmed" role="status">
          <Trans>No bot is like that.</Trans>
        </Text>
      ) : (
        <HostTable hosts={found} />
      )}
    </>
  );
}

function Slots({ host: { running, slots } }: { host: Host }) {
  return (
    <Trans>
      {running} of {slots}
    </Trans>
  );
}

function AgentVersion({ host }: { host: Host }) {
  const version = host.info?.version ?? '';
  return <Trans>TheEye agent {version}</Trans>;
}

function HostTable({ hosts }: { hosts: readonly Host[] }) {
  const customer = useCustomer();
  const edits = useMay('admin');
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>
            <Trans>Bot</Trans>
          </Table.Th>
          <Table.Th>
            <Trans>Status</Trans>
          </Table.Th>
          <Table.Th visibleFrom="sm">
            <Trans>Last seen</Trans>
          </Table.Th>
          <Table.Th visibleFrom="xs">
            <Trans>Running</Trans>
          </Table.Th>
          <Table.Th visibleFrom="lg">
            <Trans>Capabilities</Trans>
          </Table.Th>
          {edits && <Table.Th visibleFrom="sm" aria-label={t`Actions`} />}
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
                  <AgentVersion host={host} />
                </Text>
              )}
              {host.info && (
                <Text size="xs" c="dimmed">
                  {host.info.os} {host.info.release}, {host.info.arch}
                </Text>
              )}
              <HealthLine health={host.health} />
              <BotLabels host={host} />
            </Table.Td>
            <Table.Td>
              <StatusBadge status={host.status} />
              {host.info?.problem && <Problem size="xs">{said(host.info.problem)}</Problem>}
              <HealthWarnings host={host} />
              <DisabledNote host={host} size="xs" />
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <Ago at={host.last_seen_at} />
            </Table.Td>
            <Table.Td visibleFrom="xs">
              <Slots host={host} />
            </Table.Td>
            <Table.Td visibleFrom="lg">{host.info && <Capabilities host={host} info={host.info} />}</Table.Td>
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
  const user = info.run_user;
  return (
    <Group gap={4}>
      {user && (
        <Badge variant="default" size="sm" title={t`Scripts run as this user`}>
          <Trans>user {user}</Trans>
        </Badge>
      )}
      {host.kind === 'agent' && (
        <>
          <Badge variant="default" size="sm" title={t`A script ends by itself or by its timeout`}>
            <Trans>cannot stop</Trans>
          </Badge>
          <Badge variant="default" size="sm" title={t`The log of a job arrives when it has ended`}>
            <Trans>no live log</Trans>
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
