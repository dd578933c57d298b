import type { Session } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Badge, Group, Table, Text } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useApi, useChange } from '../../api/hooks.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { dateTimeText } from '../../ui/locale.ts';
import { Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { deviceOf } from './device.ts';
import classes from './settings.module.css';

const LIST = ['listSessions'] as const;

/** Where one is signed in, this place first; each of the others can be signed out from here. */
export function SessionsPage() {
  const sessions = useApi('listSessions', {});
  const others = (sessions.data ?? []).filter(({ current }) => !current).length;
  return (
    <Page title={t`Sessions`} actions={others > 0 && <EndOthers count={others} />}>
      <Text size="sm" maw={720}>
        {t`Each browser and program that signed in with your password has a session. End what you do not know, and change your password: that ends all the others too.`}
      </Text>
      <Panel>
        <Loaded query={sessions}>
          {(list) => (
            <SessionTable sessions={list.toSorted((a, b) => Number(b.current) - Number(a.current))} />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

function SessionTable({ sessions }: { sessions: readonly Session[] }) {
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`Where`}</Table.Th>
          <Table.Th visibleFrom="md">{t`Organization`}</Table.Th>
          <Table.Th visibleFrom="xs">{t`Last used`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Signed in`}</Table.Th>
          <Table.Th aria-label={t`Actions`} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {sessions.map((session) => (
          <Table.Tr key={session.id}>
            <Table.Td className={classes.break}>
              <Group gap={6}>
                <span title={session.agent ?? undefined}>{deviceText(session.agent)}</span>
                {session.current && (
                  <Badge color="green" variant="light" size="sm" tt="none">
                    {t`this one`}
                  </Badge>
                )}
              </Group>
              <Text size="xs" c="dimmed">
                {session.last_seen_from ?? session.address}
              </Text>
              <Text size="xs" c="dimmed" hiddenFrom="xs" component="div">
                <Ago at={session.last_seen_at ?? session.created_at} />
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="md" className={classes.break}>
              {session.customer}
            </Table.Td>
            <Table.Td visibleFrom="xs">
              <Ago at={session.last_seen_at ?? session.created_at} />
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <Ago at={session.created_at} />
              <Ends at={session.expires} />
            </Table.Td>
            <Table.Td ta="right">{!session.current && <End session={session} />}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Ends({ at }: { at: string | null }) {
  if (at === null) return null;
  const time = dateTimeText(at);
  return (
    <Text size="xs" c="dimmed">
      {t`ends ${time}`}
    </Text>
  );
}

function deviceText(agent: string | null): string {
  const { browser, system } = deviceOf(agent ?? '');
  if (browser !== undefined) return system === undefined ? browser : t`${browser} on ${system}`;
  return agent?.slice(0, 80) || t`A program that does not say its name`;
}

function End({ session: { id, agent } }: { session: Session }) {
  const end = useChange('endSession', LIST);
  const device = deviceText(agent);
  return (
    <ConfirmButton
      name={`end.${id}`}
      size="xs"
      label={t`Sign out`}
      aria-label={t`Sign out: ${device}`}
      question={
        <Trans>
          <b>{device}</b> is signed out at once. What is being written there and not saved may be lost.
        </Trans>
      }
      onConfirm={() => end.mutateAsync({ params: { id } })}
      error={end.error}
      pending={end.isPending}
    />
  );
}

function EndOthers({ count }: { count: number }) {
  const end = useChange('endOtherSessions', LIST);
  return (
    <ConfirmButton
      name="end-others"
      label={t`Sign out everywhere else`}
      question={plural(count, {
        one: '# other session ends at once; this one stays.',
        other: '# other sessions end at once; this one stays.',
      })}
      onConfirm={async () => {
        const { ended } = await end.mutateAsync({});
        toasts.show({
          color: 'green',
          message: plural(ended, { one: '# session ended.', other: '# sessions ended.' }),
        });
      }}
      error={end.error}
      pending={end.isPending}
    />
  );
}
