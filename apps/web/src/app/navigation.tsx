import { t } from '@lingui/core/macro';
import { NavLink } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import { useId, type ReactNode } from 'react';
import { useMyPending } from '../features/pending/pending-count.ts';
import {
  BotIcon,
  ClockIcon,
  GearIcon,
  HomeIcon,
  InboxIcon,
  JobIcon,
  QueueIcon,
  ScriptIcon,
  TaskIcon,
  WebhookIcon,
  WorkflowIcon,
} from '../ui/icons.tsx';
import classes from './shell.module.css';

/** The pages of an organization, by what one wants to do. */
export function Navigation({ customer, onNavigate }: { customer: string; onNavigate: () => void }) {
  const waiting = useMyPending().data?.length ?? 0;
  const item = (to: string, label: string, icon: ReactNode, count = 0) => (
    <NavigationItem
      to={`/${customer}${to === '' ? '' : `/${to}`}`}
      exact={to === ''}
      label={label}
      icon={icon}
      count={count}
      onNavigate={onNavigate}
    />
  );
  return (
    <>
      {item('', t`Home`, <HomeIcon />)}
      {item('pending', t`My pending actions`, <InboxIcon />, waiting)}
      <Section title={t`Automation`}>
        {item('tasks', t`Tasks`, <TaskIcon />)}
        {item('workflows', t`Workflows`, <WorkflowIcon />)}
        {item('scripts', t`Scripts`, <ScriptIcon />)}
        {item('schedules', t`Schedules`, <ClockIcon />)}
        {item('webhooks', t`Webhooks`, <WebhookIcon />)}
      </Section>
      <Section title={t`Activity`}>
        {item('jobs', t`Jobs`, <JobIcon />)}
        {item('queue', t`Queue`, <QueueIcon />)}
        {item('bots', t`Bots`, <BotIcon />)}
      </Section>
      <div className={classes.apart}>{item('settings', t`Settings`, <GearIcon />)}</div>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id}>
      <div id={id} className={classes.section}>
        {title}
      </div>
      {children}
    </div>
  );
}

interface NavigationItemProps {
  to: string;
  /** Whether it is only where one is, and nothing below it. */
  exact: boolean;
  label: string;
  icon: ReactNode;
  /** How much waits there. */
  count: number;
  onNavigate: () => void;
}

function NavigationItem({ to, exact, label, icon, count, onNavigate }: NavigationItemProps) {
  const { pathname } = useLocation();
  const active = exact
    ? pathname.replace(/\/$/, '') === to
    : pathname === to || pathname.startsWith(`${to}/`);
  return (
    <NavLink
      component={Link}
      to={to}
      activeOptions={{ exact }}
      label={label}
      noWrap
      leftSection={
        <span className={classes.icon}>
          {icon}
          {count > 0 && (
            <span className={classes.count} aria-hidden="true" data-count={count > 99 ? '99+' : count} />
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
