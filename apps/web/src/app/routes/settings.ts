import { DELIVERY_STATES } from '@argus/contract';
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { optional, organization, textOf } from './base.tsx';

const settings = createRoute({
  getParentRoute: () => organization,
  path: '/settings',
  component: lazyRouteComponent(
    () => import('../../features/settings/settings-layout.tsx'),
    'SettingsLayout',
  ),
});

const overview = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyRouteComponent(() => import('../../features/settings/settings-page.tsx'), 'SettingsPage'),
});

const credentials = createRoute({
  getParentRoute: () => settings,
  path: '/credentials',
  beforeLoad: ({ params }) =>
    redirect({
      to: '/$customer/settings/credentials/integration-tokens',
      params,
      replace: true,
      throw: true,
    }),
});

const tokens = createRoute({
  getParentRoute: () => settings,
  path: '/credentials/integration-tokens',
  component: lazyRouteComponent(() => import('../../features/settings/tokens-page.tsx'), 'TokensPage'),
});

const secrets = createRoute({
  getParentRoute: () => settings,
  path: '/credentials/secrets',
  component: lazyRouteComponent(() => import('../../features/settings/secrets-page.tsx'), 'SecretsPage'),
  // the one whose dialog is open, or `new`
  validateSearch: (search: Record<string, unknown>): { secret?: string } =>
    optional('secret', textOf(search['secret'])),
});

const members = createRoute({
  getParentRoute: () => settings,
  path: '/members',
  component: lazyRouteComponent(() => import('../../features/settings/members-page.tsx'), 'MembersPage'),
  validateSearch: (search: Record<string, unknown>): { q?: string } => optional('q', textOf(search['q'])),
});

const member = createRoute({
  getParentRoute: () => settings,
  path: '/members/$memberId',
  component: lazyRouteComponent(() => import('../../features/settings/member-page.tsx'), 'MemberPage'),
  // of what they see
  validateSearch: (search: Record<string, unknown>): { q?: string; sees?: 'yes' | 'no' } => ({
    ...optional('q', textOf(search['q'])),
    ...optional(
      'sees',
      (['yes', 'no'] as const).find((sees) => sees === search['sees']),
    ),
  }),
});

const roles = createRoute({
  getParentRoute: () => settings,
  path: '/roles',
  component: lazyRouteComponent(() => import('../../features/settings/roles-page.tsx'), 'RolesPage'),
});

const enrolment = createRoute({
  getParentRoute: () => settings,
  path: '/credentials/bot-enrolment',
  component: lazyRouteComponent(() => import('../../features/settings/enrolment-page.tsx'), 'EnrolmentPage'),
});

const retention = createRoute({
  getParentRoute: () => settings,
  path: '/retention',
  component: lazyRouteComponent(() => import('../../features/settings/retention-page.tsx'), 'RetentionPage'),
});

const profile = createRoute({
  getParentRoute: () => settings,
  path: '/profile',
  component: lazyRouteComponent(() => import('../../features/settings/profile-page.tsx'), 'ProfilePage'),
});

const sessions = createRoute({
  getParentRoute: () => settings,
  path: '/sessions',
  component: lazyRouteComponent(() => import('../../features/settings/sessions-page.tsx'), 'SessionsPage'),
});

const organizationSettings = createRoute({
  getParentRoute: () => settings,
  path: '/organization',
  component: lazyRouteComponent(
    () => import('../../features/settings/organization-page.tsx'),
    'OrganizationPage',
  ),
});

const audit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
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

const auditEntry = createRoute({
  getParentRoute: () => settings,
  path: '/audit/$entryId',
  component: lazyRouteComponent(
    () => import('../../features/settings/audit-entry-page.tsx'),
    'AuditEntryPage',
  ),
});

const notifications = createRoute({
  getParentRoute: () => settings,
  path: '/notifications',
  component: lazyRouteComponent(
    () => import('../../features/notifications/notifications-page.tsx'),
    'NotificationsPage',
  ),
});

const notificationLog = createRoute({
  getParentRoute: () => settings,
  path: '/notifications/log',
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
  getParentRoute: () => settings,
  path: '/notifications/rules/new',
  component: lazyRouteComponent(() => import('../../features/notifications/rule-page.tsx'), 'NewRulePage'),
});

const notificationRule = createRoute({
  getParentRoute: () => settings,
  path: '/notifications/rules/$ruleId',
  component: lazyRouteComponent(() => import('../../features/notifications/rule-page.tsx'), 'RulePage'),
});

const newChannel = createRoute({
  getParentRoute: () => settings,
  path: '/notifications/channels/new',
  component: lazyRouteComponent(
    () => import('../../features/notifications/channel-page.tsx'),
    'NewChannelPage',
  ),
});

const channel = createRoute({
  getParentRoute: () => settings,
  path: '/notifications/channels/$channelId',
  component: lazyRouteComponent(() => import('../../features/notifications/channel-page.tsx'), 'ChannelPage'),
});

const myNotifications = createRoute({
  getParentRoute: () => settings,
  path: '/my-notifications',
  component: lazyRouteComponent(
    () => import('../../features/notifications/account-page.tsx'),
    'AccountNotificationsPage',
  ),
});

/** Where it was before it belonged to the settings. */
const accountNotifications = createRoute({
  getParentRoute: () => organization,
  path: '/account/notifications',
  beforeLoad: ({ params }) =>
    redirect({ to: '/$customer/settings/my-notifications', params, replace: true, throw: true }),
});

/** Settings of an organization, and of who is signed in. */
export const settingsRoutes = [
  settings.addChildren([
    overview,
    organizationSettings,
    members,
    member,
    roles,
    credentials,
    enrolment,
    tokens,
    secrets,
    notifications,
    notificationLog,
    newNotificationRule,
    notificationRule,
    newChannel,
    channel,
    retention,
    audit,
    auditEntry,
    profile,
    sessions,
    myNotifications,
  ]),
  accountNotifications,
] as const;
