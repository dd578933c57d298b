import type { Channel, NotificationRule } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Badge, Group, Table, Text } from '@mantine/core';
import { said } from '../../api/sentences/said.ts';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useDeleted } from '../../ui/deleted.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { aboutText, CHANNEL_LABELS, whenText } from './words.ts';

/** Settings > Notifications: who is told what, and by which ways. */
export function NotificationsPage() {
  const customer = useCustomer();
  const rules = useApi('listNotificationRules', { query: {} });
  const channels = useApi('listChannels', {});
  const deleted = useDeleted();
  const isThere = ({ id }: { id: string }) => !deleted.has(id);
  return (
    <Page
      title={t`Notification rules`}
      actions={
        <ButtonLink to="/$customer/settings/notifications/log" params={{ customer }} variant="default">
          {t`What was sent`}
        </ButtonLink>
      }
    >
      <Panel
        title={t`Rules`}
        actions={
          <ButtonLink
            to="/$customer/settings/notifications/rules/new"
            params={{ customer }}
            size="compact-sm"
            variant="default"
            leftSection={<PlusIcon size={12} />}
          >
            {t`Add a rule`}
          </ButtonLink>
        }
      >
        <Loaded query={rules}>
          {(all) => {
            const list = all.filter(isThere);
            return list.length === 0 ? (
              <EmptyState title={t`Nobody is told anything yet`}>
                {t`A rule says who is told when something happens: “whatever fails, to the channel of the team”. Add a channel first, or name members. For yourself, use “Notify me” on a task.`}
              </EmptyState>
            ) : (
              <RuleTable rules={list} />
            );
          }}
        </Loaded>
      </Panel>
      <Panel
        title={t`Channels`}
        actions={
          <ButtonLink
            to="/$customer/settings/notifications/channels/new"
            params={{ customer }}
            size="compact-sm"
            variant="default"
            leftSection={<PlusIcon size={12} />}
          >
            {t`Add a channel`}
          </ButtonLink>
        }
      >
        <Loaded query={channels}>
          {(all) => {
            const list = all.filter(isThere);
            return list.length === 0 ? (
              <EmptyState title={t`No channels yet`}>
                {t`A channel is where rules send to: some e-mail addresses, Slack, Teams, or a program of yours.`}
              </EmptyState>
            ) : (
              <ChannelTable channels={list} />
            );
          }}
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
          <Table.Th>{t`Rule`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Tells of`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`When`}</Table.Th>
          <Table.Th>{t`Recipients`}</Table.Th>
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
                    {t`off`}
                  </Badge>
                )}
                {rule.personal && (
                  <Badge variant="default" size="sm" tt="none">
                    {t`personal`}
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
                  {t`nobody`}
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
          <Table.Th>{t`Channel`}</Table.Th>
          <Table.Th>{t`Type`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Sends to`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Used by`}</Table.Th>
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
                  {said(channel.problem)}
                </Text>
              )}
            </Table.Td>
            <Table.Td>{CHANNEL_LABELS[channel.type]}</Table.Td>
            <Table.Td visibleFrom="sm" style={{ overflowWrap: 'anywhere' }}>
              {channel.url ?? channel.addresses.join(', ')}
            </Table.Td>
            <Table.Td visibleFrom="sm">
              {channel.used_by.map(({ name }) => name).join(', ') || t`no rule`}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
