import type { Token } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Table, Text } from '@mantine/core';
import { useApi, useChange } from '../../api/hooks.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { PlusIcon, WarningIcon } from '../../ui/icons.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago, Countdown, useNow } from '../../ui/times.tsx';
import { MadeBy } from './made-by.tsx';
import { NewTokenDialog } from './new-token-dialog.tsx';
import { dateText, dateTimeText } from '../../ui/locale.ts';
import { useDialog } from '../../ui/use-dialog.ts';
import classes from './settings.module.css';

/** A token that ends within this time is marked. */
const SOON_MS = 14 * 86_400_000;

/** Settings > Credentials > Integration Tokens. */
export function TokensPage() {
  const tokens = useApi('listTokens', {});
  const { opened: creating, open, close } = useDialog('new');
  return (
    <Page
      title={t`Integration Tokens`}
      parent={t`Settings · Credentials`}
      actions={
        <Button leftSection={<PlusIcon />} onClick={open}>
          {t`New token`}
        </Button>
      }
    >
      <Panel>
        <Loaded query={tokens}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title={t`No tokens yet`}>
                {t`A token lets another program use the API of this organization. Unless you give it less, it may do all that an admin may.`}
              </EmptyState>
            ) : (
              <TokenTable tokens={list} />
            )
          }
        </Loaded>
      </Panel>
      {creating && <NewTokenDialog onClose={close} />}
    </Page>
  );
}

function TokenTable({ tokens }: { tokens: readonly Token[] }) {
  const tasks = useApi('listTasks', {});
  const nameOf = (id: string) => tasks.data?.find((task) => task.id === id)?.name ?? t`a task that is gone`;
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`Name`}</Table.Th>
          <Table.Th>{t`Role`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Created`}</Table.Th>
          <Table.Th visibleFrom="xs">{t`Last used`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Ends`}</Table.Th>
          <Table.Th aria-label={t`Actions`} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tokens.map((token) => (
          <Table.Tr key={token.id}>
            <Table.Td className={classes.break}>
              {token.name}
              {token.tasks && <OnlyTasks names={token.tasks.map(nameOf).join(', ')} />}
              <Text size="xs" c="dimmed" hiddenFrom="sm" component="div">
                <End at={token.expires} />
              </Text>
            </Table.Td>
            <Table.Td>{token.role}</Table.Td>
            <Table.Td visibleFrom="sm" className={classes.break}>
              <MadeBy at={token.created_at} by={token.created_by} />
            </Table.Td>
            <Table.Td visibleFrom="xs">
              <Ago at={token.last_used_at} />
              {token.last_used_from && <UsedFrom address={token.last_used_from} />}
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

function OnlyTasks({ names }: { names: string }) {
  return (
    <Text size="xs" c="dimmed">
      {t`only ${names}`}
    </Text>
  );
}

function UsedFrom({ address }: { address: string }) {
  return (
    <Text size="xs" c="dimmed">
      {t`from ${address}`}
    </Text>
  );
}

/** When it ends; one that did or soon will stands out. */
function End({ at }: { at: string | null }) {
  const now = useNow(at !== null);
  if (at === null) return <>{t`never ends`}</>;
  const left = Date.parse(at) - now;
  const day = dateText(at);
  const time = (
    <time dateTime={at} title={dateTimeText(at)}>
      {day}
    </time>
  );
  if (left > SOON_MS) return time;
  return (
    <>
      <Text size="xs" className={classes.mark} {...(left <= 0 && { c: 'red' })}>
        <WarningIcon size={12} />{' '}
        {left <= 0 ? (
          t`expired`
        ) : (
          <Trans>
            ends <Countdown to={at} />
          </Trans>
        )}
      </Text>
      {time}
    </>
  );
}

function RevokeToken({ token }: { token: Token }) {
  const revoke = useChange('deleteToken', ['listTokens']);
  const { id, name } = token;
  return (
    <ConfirmButton
      name={`revoke.${id}`}
      size="xs"
      label={t`Revoke`}
      aria-label={t`Revoke ${name}`}
      question={
        <Trans>
          Whatever uses <b>{name}</b> is refused from now on.
        </Trans>
      }
      onConfirm={() => revoke.mutateAsync({ params: { id } })}
      error={revoke.error}
      pending={revoke.isPending}
    />
  );
}
