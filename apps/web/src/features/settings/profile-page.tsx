import { ArgusApiError } from '@argus/client';
import type { Profile } from '@argus/contract';
import { i18n } from '@lingui/core';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import {
  Button,
  Group,
  Radio,
  Stack,
  Table,
  Text,
  TextInput,
  useMantineColorScheme,
  type MantineColorScheme,
} from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { globalClient, profileQuery, useCustomer } from '../../api/hooks.ts';
import { useProfile } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { chooseLanguage, LANGUAGES, type Language } from '../../ui/language.ts';
import { TextLink } from '../../ui/link.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { useDialog } from '../../ui/use-dialog.ts';
import classes from './settings.module.css';

/** Who one is here, and how the page is for oneself. */
export function ProfilePage() {
  const profile = useProfile();
  return (
    <Page title={t`Profile`}>
      <Panel title={t`You`}>
        <NameForm key={profile.name} profile={profile} />
      </Panel>
      <Panel title={t`Password`}>
        <Password />
      </Panel>
      <Panel title={t`This browser`}>
        <Appearance />
      </Panel>
      <Panel title={t`Your organizations`}>
        <Organizations profile={profile} />
      </Panel>
    </Page>
  );
}

function NameForm({ profile }: { profile: Profile }) {
  const cache = useQueryClient();
  const [name, setName] = useState(profile.name);
  const update = useMutation({
    mutationFn: () => globalClient.updateProfile({ body: { name: name.trim() } }),
    onSuccess: (changed) => {
      cache.setQueryData(profileQuery.queryKey, changed);
      toasts.show({ color: 'green', message: t`Saved.` });
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    update.mutate();
  };
  const problem =
    update.error instanceof ArgusApiError
      ? update.error.errors.find(({ field }) => field === 'name')?.message
      : undefined;
  return (
    <form onSubmit={submit} aria-label={t`You`}>
      <Stack maw={480}>
        <TextInput
          label={t`Your name`}
          description={t`As others see it: beside what you start, approve and change.`}
          autoComplete="name"
          maxLength={200}
          required
          withAsterisk={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem}
        />
        <TextInput
          label={t`E-mail`}
          description={t`You sign in with it. Another one is another member: an admin invites it.`}
          value={profile.email ?? ''}
          readOnly
        />
        {problem === undefined && <ErrorNotice error={update.error} />}
        <Group>
          <Button type="submit" loading={update.isPending} disabled={name.trim() === ''}>
            {t`Save`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Password() {
  // the dialog is that of the menu of one's account
  const { open } = useDialog('password');
  const customer = useCustomer();
  const sessions = (
    <TextLink to="/$customer/settings/sessions" params={{ customer }} size="sm">
      {t`sessions`}
    </TextLink>
  );
  return (
    <Stack align="flex-start" gap="sm">
      <Text size="sm">
        <Trans>With a new password all your other {sessions} end.</Trans>
      </Text>
      <Button variant="default" onClick={open}>
        {t`Change password …`}
      </Button>
    </Stack>
  );
}

const SCHEMES: readonly [MantineColorScheme, string][] = [
  ['auto', t`As the system`],
  ['light', t`Light`],
  ['dark', t`Dark`],
];

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const customer = useCustomer();
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const mine = (
    <TextLink to="/$customer/settings/my-notifications" params={{ customer }} size="sm">
      {t`My notifications`}
    </TextLink>
  );
  return (
    <Stack gap="md">
      <Radio.Group
        label={t`Language of the page`}
        description={t`The page is loaded again in it.`}
        value={i18n.locale}
        onChange={(language) => chooseLanguage(language as Language)}
      >
        <Group mt={4}>
          {Object.entries(LANGUAGES).map(([language, name]) => (
            <Radio key={language} value={language} label={name} lang={language} />
          ))}
        </Group>
      </Radio.Group>
      <Radio.Group label={t`Colours`} value={colorScheme} onChange={setColorScheme}>
        <Group mt={4}>
          {SCHEMES.map(([scheme, label]) => (
            <Radio key={scheme} value={scheme} label={label} />
          ))}
        </Group>
      </Radio.Group>
      <Text size="sm">
        <Trans>
          Times are shown in this browser’s zone, {timeZone}. Letters and quiet hours follow the one under{' '}
          {mine}.
        </Trans>
      </Text>
    </Stack>
  );
}

function Organizations({ profile: { customers, instance_admin } }: { profile: Profile }) {
  const here = useCustomer();
  return (
    <Stack gap="sm">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t`Organization`}</Table.Th>
            <Table.Th>{t`Your role`}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {customers.map(({ name, display_name, role }) => (
            <Table.Tr key={name}>
              <Table.Td className={classes.break}>
                {name === here ? (
                  display_name
                ) : (
                  <TextLink to="/$customer" params={{ customer: name }} size="sm">
                    {display_name}
                  </TextLink>
                )}
              </Table.Td>
              <Table.Td>{role}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {instance_admin && (
        <Text size="sm" c="dimmed">
          {t`You also administer this server.`}
        </Text>
      )}
    </Stack>
  );
}
