import { ArgusApiError } from '@argus/client';
import type { Customer } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { toasts } from '../../ui/toasts.ts';
import { useQueryClient } from '@tanstack/react-query';
import { profileQuery, useChange, useCustomer } from '../../api/hooks.ts';
import { useProfile } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PlusIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { dateText, numberText } from '../../ui/locale.ts';
import { Panel } from '../../ui/page.tsx';
import { useDialog } from '../../ui/use-dialog.ts';
import classes from './settings.module.css';

/** All organizations of the server, for its administrators. */
export function Organizations({ customers }: { customers: readonly Customer[] }) {
  const here = useCustomer();
  const mine = new Set(useProfile().customers.map(({ name }) => name));
  const { opened: adding, open, close } = useDialog('new-organization');
  return (
    <Panel
      title={t`Organizations of this server`}
      actions={
        <Button size="compact-sm" variant="default" leftSection={<PlusIcon size={12} />} onClick={open}>
          {t`New organization`}
        </Button>
      }
    >
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t`Organization`}</Table.Th>
            <Table.Th visibleFrom="sm">{t`Since`}</Table.Th>
            <Table.Th>{t`Jobs at once`}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {customers.map(({ name, display_name, created_at, max_running }) => (
            <Table.Tr key={name}>
              <Table.Td className={classes.break}>
                {mine.has(name) && name !== here ? (
                  <TextLink to="/$customer" params={{ customer: name }} size="sm">
                    {display_name}
                  </TextLink>
                ) : (
                  display_name
                )}
                <Text size="xs" c="dimmed">
                  /{name}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="sm">{dateText(created_at)}</Table.Td>
              <Table.Td>{max_running === null ? t`no limit` : numberText(max_running)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {adding && <NewOrganization onClose={close} />}
    </Panel>
  );
}

function NewOrganization({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient();
  const create = useChange('createCustomer', ['listCustomers']);
  const form = useForm({
    initialValues: { name: '', display_name: '' },
    validate: {
      name: (name) =>
        /^[a-z0-9][a-z0-9-]*[a-z0-9]$/.test(name)
          ? null
          : t`has only a–z, 0–9 and -, two at least, and - only between others`,
    },
  });
  const submit = form.onSubmit(({ name, display_name: shown }) =>
    create.mutate(
      { body: { name, ...(shown.trim() && { display_name: shown.trim() }) } },
      {
        onSuccess: () => {
          void cache.invalidateQueries({ queryKey: profileQuery.queryKey });
          toasts.show({ color: 'green', message: t`Made: you are its owner.` });
          onClose();
        },
        onError: (error) => {
          if (error instanceof ArgusApiError)
            form.setErrors(Object.fromEntries(error.errors.map(({ field, message }) => [field, message])));
        },
      },
    ),
  );
  return (
    <Modal opened onClose={onClose} title={t`New organization`}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label={t`Name in addresses`}
            description={t`It stays for good: small letters, digits and -.`}
            // verbatim: a name
            placeholder="acme"
            withAsterisk
            data-autofocus
            autoComplete="off"
            maxLength={63}
            {...form.getInputProps('name')}
          />
          <TextInput
            label={t`Name for people`}
            // verbatim: a name
            placeholder="ACME Ltd."
            autoComplete="off"
            maxLength={200}
            {...form.getInputProps('display_name')}
          />
          <ErrorNotice error={create.error} shownFields={Object.keys(form.errors)} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t`Cancel`}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {t`Make it`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
