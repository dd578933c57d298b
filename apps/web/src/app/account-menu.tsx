import { i18n } from '@lingui/core';
import { t } from '@lingui/core/macro';
import { Button, Menu, Text, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import type { Profile } from '@argus/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import { globalClient, useCustomer } from '../api/hooks.ts';
import { useRole } from '../api/session.ts';
import { CheckIcon, MoonIcon, PersonIcon, ScreenIcon, SunIcon } from '../ui/icons.tsx';
import { chooseLanguage, LANGUAGES, type Language } from '../ui/language.ts';
import { useDialog } from '../ui/use-dialog.ts';

const ChangePasswordDialog = lazy(() =>
  import('../features/login/change-password-dialog.tsx').then((module) => ({
    default: module.ChangePasswordDialog,
  })),
);

const SCHEMES: readonly [MantineColorScheme, string, ReactNode][] = [
  ['auto', t`As the system`, <ScreenIcon key="auto" />],
  ['light', t`Light`, <SunIcon key="light" />],
  ['dark', t`Dark`, <MoonIcon key="dark" />],
];

/** Who is signed in, how the page looks, and the way out. */
export function AccountMenu({ profile }: { profile: Profile }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const customer = useCustomer();
  const role = useRole();
  const { opened: changing, open, close } = useDialog('password');
  const cache = useQueryClient();
  const navigate = useNavigate();
  const leave = useMutation({
    mutationFn: () => globalClient.logout(),
    onSuccess: async () => {
      await navigate({ to: '/login' });
      cache.clear();
    },
  });
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="subtle" color="gray" size="xs" aria-label={t`Account: ${profile.name}`} maw={220}>
            <Text span inherit truncate visibleFrom="xs">
              {profile.name}
            </Text>
            <Text span inherit hiddenFrom="xs" lh={0}>
              <PersonIcon size={20} />
            </Text>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {profile.email ?? profile.name} · {role}
          </Menu.Label>
          <Menu.Divider />
          <Menu.Label>{t`Colours`}</Menu.Label>
          {SCHEMES.map(([scheme, label, icon]) => (
            <Menu.Item
              key={scheme}
              leftSection={icon}
              rightSection={colorScheme === scheme ? <CheckIcon size={14} /> : null}
              aria-current={colorScheme === scheme ? 'true' : undefined}
              onClick={() => setColorScheme(scheme)}
            >
              {label}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Label>{t`Language of the page`}</Menu.Label>
          {(Object.keys(LANGUAGES) as Language[]).map((language) => (
            <Menu.Item
              key={language}
              lang={language}
              rightSection={i18n.locale === language ? <CheckIcon size={14} /> : null}
              aria-current={i18n.locale === language ? 'true' : undefined}
              onClick={() => chooseLanguage(language)}
            >
              {LANGUAGES[language]}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            component={Link}
            {...({ to: '/$customer/settings/my-notifications', params: { customer } } as object)}
          >
            {t`Notifications …`}
          </Menu.Item>
          <Menu.Item onClick={open}>{t`Change password …`}</Menu.Item>
          <Menu.Item onClick={() => leave.mutate()} disabled={leave.isPending}>
            {t`Sign out`}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense>{changing && <ChangePasswordDialog onClose={close} />}</Suspense>
    </>
  );
}
