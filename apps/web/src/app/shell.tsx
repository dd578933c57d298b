import { t } from '@lingui/core/macro';
import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { keepCustomer, useCustomer } from '../api/hooks.ts';
import { live } from '../api/live.ts';
import { useProfile } from '../api/session.ts';
import { Bell } from '../features/notifications/bell.tsx';
import { EyeIcon } from '../ui/icons.tsx';
import { AccountMenu } from './account-menu.tsx';
import { Navigation } from './navigation.tsx';
import { OrganizationMenu } from './organization-menu.tsx';
import { useHeadingFocus } from './use-heading-focus.ts';
import classes from './shell.module.css';

// asked for with the page, but nothing waits for it
const PaletteKeys = lazy(() =>
  import('../features/palette/palette-keys.tsx').then((module) => ({ default: module.PaletteKeys })),
);
const GuideLink = lazy(() =>
  import('../features/guide/guide-link.tsx').then((module) => ({ default: module.GuideLink })),
);
const Banners = lazy(() => import('./banners.tsx').then((module) => ({ default: module.Banners })));

/** What surrounds every page of an organization: where one is, where one can go, who one is. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const customer = useCustomer();
  const profile = useProfile();
  const cache = useQueryClient();
  useEffect(() => live.start(customer, cache), [customer, cache]);
  useEffect(() => keepCustomer(customer), [customer]);
  useHeadingFocus();
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a href="#main" className={classes.skip}>
        {t`Skip to the page`}
      </a>
      <AppShell.Header className={classes.header}>
        <Group gap="sm" wrap="nowrap" miw={0}>
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-expanded={opened}
            aria-label={opened ? t`Close the menu` : t`Open the menu`}
          />
          <Link to="/$customer" params={{ customer }} className={classes.brand}>
            <EyeIcon size={22} />
            <span>Argus</span>
          </Link>
          <OrganizationMenu profile={profile} customer={customer} />
        </Group>
        <Group gap={4} wrap="nowrap">
          <Suspense>
            <PaletteKeys />
            <GuideLink />
          </Suspense>
          {profile.kind === 'session' && <Bell />}
          <AccountMenu profile={profile} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar
        p="xs"
        className={classes.navbar}
        aria-label={t`Main`}
        onKeyDown={({ key }) => key === 'Escape' && close()}
      >
        <Navigation customer={customer} onNavigate={close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
        <Suspense>
          <Banners />
        </Suspense>
        <div className={classes.content}>
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}
