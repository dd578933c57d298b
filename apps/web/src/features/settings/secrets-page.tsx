import { secretReference, type Secret } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Code, Group, Table, Text } from '@mantine/core';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { PlusIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { useOpened } from '../../ui/use-dialog.ts';
import { MadeBy } from './made-by.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import classes from './settings.module.css';

const reference = secretReference('NAME');

/** In the address where a new one is made; no id looks like it. */
const NEW = 'new';

/** Settings > Credentials > Secrets: what there is, who uses it, and no value. */
export function SecretsPage() {
  const secrets = useApi('listSecrets', {});
  const { value: dialog, open, close } = useOpened('secret');
  const chosen = secrets.data?.find(({ id }) => id === dialog);
  return (
    <Page
      title={t`Secrets`}
      parent={t`Settings · Credentials`}
      actions={
        <Button leftSection={<PlusIcon />} onClick={() => open(NEW)}>
          {t`New secret`}
        </Button>
      }
    >
      <Panel>
        <Loaded query={secrets}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title={t`No secrets yet`}>
                {t`Passwords and keys that tasks name in place of holding them: ${reference} in the environment of a task or a workflow, in a fixed argument, or in the request of an HTTP task. Logs show stars in their place.`}
              </EmptyState>
            ) : (
              <SecretTable secrets={list} onChange={({ id }) => open(id)} />
            )
          }
        </Loaded>
      </Panel>
      {dialog === NEW && <SecretDialog onClose={close} />}
      {chosen !== undefined && <SecretDialog key={chosen.id} secret={chosen} onClose={close} />}
    </Page>
  );
}

interface SecretTableProps {
  secrets: readonly Secret[];
  onChange: (secret: Secret) => void;
}

function SecretTable({ secrets, onChange }: SecretTableProps) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`Name`}</Table.Th>
          <Table.Th visibleFrom="xs">{t`Used by`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Value changed`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Last used`}</Table.Th>
          <Table.Th aria-label={t`Actions`} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {secrets.map((secret) => (
          <SecretRow key={secret.id} secret={secret} onChange={() => onChange(secret)} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function SecretRow({ secret, onChange }: { secret: Secret; onChange: () => void }) {
  const { name } = secret;
  return (
    <Table.Tr>
      <Table.Td className={classes.break}>
        <Code>{secretReference(name)}</Code>
        <Text size="xs" c="dimmed">
          {secret.description}
        </Text>
        <Text size="xs" hiddenFrom="xs" component="div">
          <UsedBy secret={secret} />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="xs" className={classes.break}>
        <UsedBy secret={secret} />
      </Table.Td>
      <Table.Td visibleFrom="sm" className={classes.break}>
        <MadeBy at={secret.value_date} by={secret.updated_by} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Ago at={secret.last_use} />
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end">
          <Button variant="default" size="xs" aria-label={t`Change ${name}`} onClick={onChange}>
            {t`Change`}
          </Button>
          <DeleteSecret secret={secret} />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/** What names it, each with its address. */
function UsedBy({ secret: { used_by } }: { secret: Secret }) {
  const customer = useCustomer();
  if (used_by.length === 0)
    return (
      <Text size="xs" c="dimmed" span>
        {t`nothing`}
      </Text>
    );
  return used_by.map(({ type, id, name }) => (
    <div key={id}>
      {type === 'task' ? (
        <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: id }} size="sm">
          {name}
        </TextLink>
      ) : (
        <TextLink to="/$customer/workflows/$workflowId" params={{ customer, workflowId: id }} size="sm">
          {name}
        </TextLink>
      )}
    </div>
  ));
}

function DeleteSecret({ secret: { id, name } }: { secret: Secret }) {
  const remove = useChange('deleteSecret', ['listSecrets']);
  return (
    <ConfirmButton
      name={`delete.${id}`}
      size="xs"
      label={t`Delete`}
      aria-label={t`Delete ${name}`}
      question={
        <Trans>
          The value of <b>{name}</b> is gone for good. What still waits and needs it does not run.
        </Trans>
      }
      onConfirm={() => remove.mutateAsync({ params: { id } })}
      error={remove.error}
      pending={remove.isPending}
    />
  );
}
