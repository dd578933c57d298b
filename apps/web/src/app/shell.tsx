import { AppShell, Burger, Group, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { useCustomer } from '../api/hooks.ts';
import { live } from '../api/live.ts';
import { useMay, useProfile } from '../api/session.ts';
import { Bell } from '../features/notifications/bell.tsx';
import { useMyPending } from '../features/pending/pending-count.ts';
import {
  BellIcon,
  BookIcon,
  BotIcon,
  ClockIcon,
  EyeIcon,
  GearIcon,
  InboxIcon,
  JobIcon,
  KeyIcon,
  PeopleIcon,
  QueueIcon,
  ScriptIcon,
  TaskIcon,
  WebhookIcon,
  WorkflowIcon,
} from '../ui/icons.tsx';
import { AccountMenu } from './account-menu.tsx';
import classes from './shell.module.css';

/** What surrounds every page of an organization: where one is, where one can go, who one is. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const customer = useCustomer();
  const profile = useProfile();
  const cache = useQueryClient();
  useEffect(() => live.start(customer, cache), [customer, cache]);
  const organization = profile.customers.find(({ name }) => name === customer)?.display_name ?? customer;
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <AppShell.Header className={classes.header}>
        <Group gap="sm" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={opened ? 'Close the menu' : 'Open the menu'}
          />
          <Link to="/$customer/tasks" params={{ customer }} className={classes.brand}>
            <EyeIcon size={22} />
            <span>Argus</span>
          </Link>
          <Text size="sm" c="dimmed" truncate title={customer}>
            {organization}
          </Text>
        </Group>
        <Group gap={4} wrap="nowrap">
          {profile.kind === 'session' && <Bell />}
          <AccountMenu profile={profile} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" className={classes.navbar} aria-label="Main">
        <Navigation customer={customer} onNavigate={close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
        <div className={classes.content}>
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

function Navigation({ customer, onNavigate }: { customer: string; onNavigate: () => void }) {
  const seesMembers = useMay('manager');
  const seesTokens = useMay('admin');
  // an administrator of the server settles it
  const seesOrganization = useProfile().instance_admin;
  const waiting = useMyPending().data?.length ?? 0;
  const item = (to: string, label: string, icon: ReactNode, count = 0) => (
    <NavigationItem
      to={`/${customer}/${to}`}
      label={label}
      icon={icon}
      count={count}
      onNavigate={onNavigate}
    />
  );
  return (
    <>
      {item('tasks', 'Tasks', <TaskIcon />)}
      {item('workflows', 'Workflows', <WorkflowIcon />)}
      {item('schedules', 'Schedules', <ClockIcon />)}
      {item('webhooks', 'Webhooks', <WebhookIcon />)}
      {item('jobs', 'Jobs', <JobIcon />)}
      {item('queue', 'Queue', <QueueIcon />)}
      {item('pending', 'My pending actions', <InboxIcon />, waiting)}
      {item('scripts', 'Scripts', <ScriptIcon />)}
      {item('bots', 'Bots', <BotIcon />)}
      {seesMembers && (
        <>
          <Text className={classes.section}>Settings</Text>
          {seesTokens && item('settings/credentials/integration-tokens', 'Credentials', <KeyIcon />)}
          {item('settings/members', 'Members', <PeopleIcon />)}
          {seesTokens && item('settings/notifications', 'Notifications', <BellIcon />)}
          {seesTokens && item('settings/audit', 'Audit', <BookIcon />)}
          {seesOrganization && item('settings/organization', 'Organization', <GearIcon />)}
        </>
      )}
    </>
  );
}

interface NavigationItemProps {
  to: string;
  label: string;
  icon: ReactNode;
  /** How much waits there. */
  count: number;
  onNavigate: () => void;
}

function NavigationItem({ to, label, icon, count, onNavigate }: NavigationItemProps) {
  const { pathname } = useLocation();
  const active = pathname === to || pathname.startsWith(`${to}/`);
  return (
    <NavLink
      component={Link}
      to={to}
      label={label}
      leftSection={
        <span className={classes.icon}>
          {icon}
          {count > 0 && (
            <span className={classes.count} aria-hidden="true">
              {count > 99 ? '99+' : count}
            </span>
          )}
        </span>
      }
      active={active}
      aria-label={count > 0 ? `${label} (${count})` : undefined}
      aria-current={active ? 'page' : undefined}
      className={classes.item}
      onClick={onNavigate}
    />
  );
}
