import type { Channel, NotificationRule } from '@argus/contract';
import { Badge, Group, Table, Text } from '@mantine/core';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { aboutText, CHANNEL_LABELS, whenText } from './words.ts';

/** Settings > Notifications: who is told what, and by which ways. */
export function NotificationsPage() {
  const customer = useCustomer();
  const rules = useApi('listNotificationRules', { query: {} });
  const channels = useApi('listChannels', {});
  return (
    <Page
      title="Notifications"
      parent="Settings"
      actions={
        <ButtonLink to="/$customer/settings/notifications/log" params={{ customer }} variant="default">
          What was sent
        </ButtonLink>
      }
    >
      <Panel
        title="Rules"
        actions={
          <ButtonLink
            to="/$customer/settings/notifications/rules/new"
            params={{ customer }}
            size="compact-sm"
            variant="default"
            leftSection={<PlusIcon size={12} />}
          >
            Add a rule
          </ButtonLink>
        }
      >
        <Loaded query={rules}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title="Nobody is told anything yet">
                A rule says who is told when something happens: “whatever fails, to the channel of the team”.
                Add a channel first, or name members. For yourself, use “Notify me” on a task.
              </EmptyState>
            ) : (
              <RuleTable rules={list} />
            )
          }
        </Loaded>
      </Panel>
      <Panel
        title="Channels"
        actions={
          <ButtonLink
            to="/$customer/settings/notifications/channels/new"
            params={{ customer }}
            size="compact-sm"
            variant="default"
            leftSection={<PlusIcon size={12} />}
          >
            Add a channel
          </ButtonLink>
        }
      >
        <Loaded query={channels}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title="No channels yet">
                A channel is where rules send to: some e-mail addresses, Slack, Teams, or a program of yours.
              </EmptyState>
            ) : (
              <ChannelTable channels={list} />
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}

/** Rules, each leading to its page. */
export function RuleTable({ rules }: { rules: readonly NotificationRule[] }) {
  const customer = useCustomer();
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Rule</Table.Th>
          <Table.Th visibleFrom="sm">Tells of</Table.Th>
          <Table.Th visibleFrom="sm">When</Table.Th>
          <Table.Th>To</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rules.map((rule) => (
          <Table.Tr key={rule.id}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <Group gap={6}>
                <TextLink
                  to="/$customer/settings/notifications/rules/$ruleId"
                  params={{ customer, ruleId: rule.id }}
                  size="sm"
                >
                  {rule.name}
                </TextLink>
                {!rule.enabled && (
                  <Badge color="gray" variant="light" size="sm" tt="none">
                    off
                  </Badge>
                )}
                {rule.personal && (
                  <Badge variant="default" size="sm" tt="none">
                    personal
                  </Badge>
                )}
              </Group>
            </Table.Td>
            <Table.Td visibleFrom="sm" style={{ overflowWrap: 'anywhere' }}>
              {aboutText(rule)}
            </Table.Td>
            <Table.Td visibleFrom="sm">{whenText(rule)}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {rule.to.length === 0 ? (
                <Text size="sm" c="red">
                  nobody
                </Text>
              ) : (
                rule.to.map(({ name }) => name).join(', ')
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function ChannelTable({ channels }: { channels: readonly Channel[] }) {
  const customer = useCustomer();
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Channel</Table.Th>
          <Table.Th>Type</Table.Th>
          <Table.Th visibleFrom="sm">Sends to</Table.Th>
          <Table.Th visibleFrom="sm">Used by</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {channels.map((channel) => (
          <Table.Tr key={channel.id}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <TextLink
                to="/$customer/settings/notifications/channels/$channelId"
                params={{ customer, channelId: channel.id }}
                size="sm"
              >
                {channel.name}
              </TextLink>
              {channel.problem && (
                <Text size="xs" c="red">
                  {channel.problem}
                </Text>
              )}
            </Table.Td>
            <Table.Td>{CHANNEL_LABELS[channel.type]}</Table.Td>
            <Table.Td visibleFrom="sm" style={{ overflowWrap: 'anywhere' }}>
              {channel.url ?? channel.addresses.join(', ')}
            </Table.Td>
            <Table.Td visibleFrom="sm">
              {channel.used_by.map(({ name }) => name).join(', ') || 'no rule'}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
