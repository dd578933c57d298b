import { DELIVERY_STATES } from '@argus/contract';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { optional, organization, textOf } from './base.tsx';

const tokens = createRoute({
  getParentRoute: () => organization,
  path: '/settings/credentials/integration-tokens',
  component: lazyRouteComponent(() => import('../../features/settings/tokens-page.tsx'), 'TokensPage'),
});

const members = createRoute({
  getParentRoute: () => organization,
  path: '/settings/members',
  component: lazyRouteComponent(() => import('../../features/settings/members-page.tsx'), 'MembersPage'),
});

const settings = createRoute({
  getParentRoute: () => organization,
  path: '/settings/organization',
  component: lazyRouteComponent(
    () => import('../../features/settings/organization-page.tsx'),
    'OrganizationPage',
  ),
});

const audit = createRoute({
  getParentRoute: () => organization,
  path: '/settings/audit',
  component: lazyRouteComponent(() => import('../../features/settings/audit-page.tsx'), 'AuditPage'),
  validateSearch: (search: Record<string, unknown>) => ({
    ...optional('q', textOf(search['q'])),
    ...optional('actor', textOf(search['actor'])),
    ...optional('action', textOf(search['action'])),
    ...optional('target', textOf(search['target'])),
    ...optional(
      'outcome',
      (['done', 'refused'] as const).find((outcome) => outcome === search['outcome']),
    ),
    ...optional('since', textOf(search['since'])),
    ...optional('until', textOf(search['until'])),
  }),
});

const notifications = createRoute({
  getParentRoute: () => organization,
  path: '/settings/notifications',
  component: lazyRouteComponent(
    () => import('../../features/notifications/notifications-page.tsx'),
    'NotificationsPage',
  ),
});

const notificationLog = createRoute({
  getParentRoute: () => organization,
  path: '/settings/notifications/log',
  component: lazyRouteComponent(
    () => import('../../features/notifications/log-page.tsx'),
    'NotificationLogPage',
  ),
  validateSearch: (search: Record<string, unknown>) => ({
    ...optional(
      'state',
      DELIVERY_STATES.find((state) => state === search['state']),
    ),
    ...optional('rule', textOf(search['rule'])),
    ...optional('job', textOf(search['job'])),
  }),
});

const newNotificationRule = createRoute({
  getParentRoute: () => organization,
  path: '/settings/notifications/rules/new',
  component: lazyRouteComponent(() => import('../../features/notifications/rule-page.tsx'), 'NewRulePage'),
});

const notificationRule = createRoute({
  getParentRoute: () => organization,
  path: '/settings/notifications/rules/$ruleId',
  component: lazyRouteComponent(() => import('../../features/notifications/rule-page.tsx'), 'RulePage'),
});

const newChannel = createRoute({
  getParentRoute: () => organization,
  path: '/settings/notifications/channels/new',
  component: lazyRouteComponent(
    () => import('../../features/notifications/channel-page.tsx'),
    'NewChannelPage',
  ),
});

const channel = createRoute({
  getParentRoute: () => organization,
  path: '/settings/notifications/channels/$channelId',
  component: lazyRouteComponent(() => import('../../features/notifications/channel-page.tsx'), 'ChannelPage'),
});

const accountNotifications = createRoute({
  getParentRoute: () => organization,
  path: '/account/notifications',
  component: lazyRouteComponent(
    () => import('../../features/notifications/account-page.tsx'),
    'AccountNotificationsPage',
  ),
});

/** Settings of an organization, and of who is signed in. */
export const settingsRoutes = [
  tokens,
  members,
  settings,
  audit,
  notifications,
  notificationLog,
  newNotificationRule,
  notificationRule,
  newChannel,
  channel,
  accountNotifications,
] as const;
