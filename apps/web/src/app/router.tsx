import { DELIVERY_STATES, LIFECYCLES, STATES } from '@argus/contract';
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { profileQuery } from '../api/hooks.ts';
import { isSignedOut } from '../api/query-client.ts';
import { ORIGINS } from '../ui/job-words.ts';
import { KINDS } from '../ui/schedule-words.ts';
import { LoginPage } from '../features/login/login-page.tsx';
import { NotFound, RouteError, RoutePending } from './route-states.tsx';
import { Shell } from './shell.tsx';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
});

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async ({ context, location }) => {
    const { customer } = await signedIn(context.queryClient, location.href);
    redirect({ to: '/$customer/tasks', params: { customer }, throw: true });
  },
});

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  component: LoginPage,
  validateSearch: (search: Record<string, unknown>): { from?: string } =>
    optional('from', textOf(search['from'])),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: lazyRouteComponent(() => import('../features/login/forgot-page.tsx'), 'ForgotPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('../features/login/invitation-page.tsx'), 'InvitationPage'),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('../features/login/reset-page.tsx'), 'ResetPage'),
});

const organization = createRoute({
  getParentRoute: () => root,
  path: '/$customer',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    await signedIn(context.queryClient, location.href);
  },
});

const home = createRoute({
  getParentRoute: () => organization,
  path: '/',
  beforeLoad: ({ params }) => {
    redirect({ to: '/$customer/tasks', params, throw: true });
  },
});

const tasks = createRoute({
  getParentRoute: () => organization,
  path: '/tasks',
  component: lazyRouteComponent(() => import('../features/tasks/tasks-page.tsx'), 'TasksPage'),
  validateSearch: (search: Record<string, unknown>) => ({
    ...optional('q', textOf(search['q'])),
    ...optional('tag', textOf(search['tag'])),
    ...optional('host', textOf(search['host'])),
  }),
});

const newTask = createRoute({
  getParentRoute: () => organization,
  path: '/tasks/new',
  component: lazyRouteComponent(() => import('../features/tasks/edit-task-page.tsx'), 'NewTaskPage'),
});

const importTask = createRoute({
  getParentRoute: () => organization,
  path: '/tasks/import',
  component: lazyRouteComponent(() => import('../features/recipes/import-page.tsx'), 'ImportPage'),
});

const task = createRoute({
  getParentRoute: () => organization,
  path: '/tasks/$taskId',
  component: lazyRouteComponent(() => import('../features/tasks/task-page.tsx'), 'TaskPage'),
});

const editTask = createRoute({
  getParentRoute: () => organization,
  path: '/tasks/$taskId/edit',
  component: lazyRouteComponent(() => import('../features/tasks/edit-task-page.tsx'), 'EditTaskPage'),
});

const newSchedule = createRoute({
  getParentRoute: () => organization,
  path: '/tasks/$taskId/schedules/new',
  component: lazyRouteComponent(
    () => import('../features/schedules/edit-schedule-page.tsx'),
    'NewSchedulePage',
  ),
});

const workflows = createRoute({
  getParentRoute: () => organization,
  path: '/workflows',
  component: lazyRouteComponent(() => import('../features/workflows/workflows-page.tsx'), 'WorkflowsPage'),
  validateSearch: (search: Record<string, unknown>) => ({
    ...optional('q', textOf(search['q'])),
    ...optional('tag', textOf(search['tag'])),
  }),
});

const importWorkflow = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/import',
  component: lazyRouteComponent(() => import('../features/recipes/import-page.tsx'), 'ImportWorkflowPage'),
});

const newWorkflow = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/new',
  component: lazyRouteComponent(
    () => import('../features/workflows/edit-workflow-page.tsx'),
    'NewWorkflowPage',
  ),
});

const workflow = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/$workflowId',
  component: lazyRouteComponent(() => import('../features/workflows/workflow-page.tsx'), 'WorkflowPage'),
});

const editWorkflow = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/$workflowId/edit',
  component: lazyRouteComponent(
    () => import('../features/workflows/edit-workflow-page.tsx'),
    'EditWorkflowPage',
  ),
});

const newWorkflowSchedule = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/$workflowId/schedules/new',
  component: lazyRouteComponent(
    () => import('../features/schedules/edit-schedule-page.tsx'),
    'NewWorkflowSchedulePage',
  ),
});

const workflowRun = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/$workflowId/runs/$runId',
  component: lazyRouteComponent(() => import('../features/workflows/run-page.tsx'), 'RunPage'),
  validateSearch: (search: Record<string, unknown>) => optional('step', textOf(search['step'])),
});

const schedules = createRoute({
  getParentRoute: () => organization,
  path: '/schedules',
  component: lazyRouteComponent(() => import('../features/schedules/schedules-page.tsx'), 'SchedulesPage'),
  validateSearch: (search: Record<string, unknown>) => ({
    ...optional('q', textOf(search['q'])),
    ...optional(
      'kind',
      KINDS.find((kind) => kind === search['kind']),
    ),
    ...optional(
      'paused',
      (['no', 'yes'] as const).find((paused) => paused === search['paused']),
    ),
  }),
});

const schedule = createRoute({
  getParentRoute: () => organization,
  path: '/schedules/$scheduleId',
  component: lazyRouteComponent(() => import('../features/schedules/schedule-page.tsx'), 'SchedulePage'),
});

const editSchedule = createRoute({
  getParentRoute: () => organization,
  path: '/schedules/$scheduleId/edit',
  component: lazyRouteComponent(
    () => import('../features/schedules/edit-schedule-page.tsx'),
    'EditSchedulePage',
  ),
});

const webhooks = createRoute({
  getParentRoute: () => organization,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('../features/webhooks/webhooks-page.tsx'), 'WebhooksPage'),
  validateSearch: (search: Record<string, unknown>): { q?: string } => optional('q', textOf(search['q'])),
});

const newWebhook = createRoute({
  getParentRoute: () => organization,
  path: '/webhooks/new',
  component: lazyRouteComponent(() => import('../features/webhooks/edit-webhook-page.tsx'), 'NewWebhookPage'),
});

const webhook = createRoute({
  getParentRoute: () => organization,
  path: '/webhooks/$webhookId',
  component: lazyRouteComponent(() => import('../features/webhooks/webhook-page.tsx'), 'WebhookPage'),
});

const editWebhook = createRoute({
  getParentRoute: () => organization,
  path: '/webhooks/$webhookId/edit',
  component: lazyRouteComponent(
    () => import('../features/webhooks/edit-webhook-page.tsx'),
    'EditWebhookPage',
  ),
});

const delivery = createRoute({
  getParentRoute: () => organization,
  path: '/webhooks/$webhookId/deliveries/$deliveryId',
  component: lazyRouteComponent(() => import('../features/webhooks/delivery-page.tsx'), 'DeliveryPage'),
});

const jobs = createRoute({
  getParentRoute: () => organization,
  path: '/jobs',
  component: lazyRouteComponent(() => import('../features/jobs/jobs-page.tsx'), 'JobsPage'),
  validateSearch: (search: Record<string, unknown>) => ({
    ...optional('task', textOf(search['task'])),
    ...optional(
      'lifecycle',
      LIFECYCLES.find((lifecycle) => lifecycle === search['lifecycle']),
    ),
    ...optional(
      'state',
      STATES.find((state) => state === search['state']),
    ),
    ...optional(
      'origin',
      ORIGINS.find((origin) => origin === search['origin']),
    ),
    ...optional('q', textOf(search['q'])),
    ...optional('first', search['first'] === 'running' ? ('running' as const) : undefined),
    ...optional('cursor', textOf(search['cursor'])),
  }),
});

const job = createRoute({
  getParentRoute: () => organization,
  path: '/jobs/$jobId',
  component: lazyRouteComponent(() => import('../features/jobs/job-page.tsx'), 'JobPage'),
});

const queue = createRoute({
  getParentRoute: () => organization,
  path: '/queue',
  component: lazyRouteComponent(() => import('../features/queue/queue-page.tsx'), 'QueuePage'),
});

const pending = createRoute({
  getParentRoute: () => organization,
  path: '/pending',
  component: lazyRouteComponent(() => import('../features/pending/pending-page.tsx'), 'PendingPage'),
  validateSearch: (search: Record<string, unknown>) =>
    optional('view', search['view'] === 'others' ? ('others' as const) : undefined),
});

const scripts = createRoute({
  getParentRoute: () => organization,
  path: '/scripts',
  component: lazyRouteComponent(() => import('../features/scripts/scripts-page.tsx'), 'ScriptsPage'),
});

const newScript = createRoute({
  getParentRoute: () => organization,
  path: '/scripts/new',
  component: lazyRouteComponent(() => import('../features/scripts/script-page.tsx'), 'NewScriptPage'),
});

const script = createRoute({
  getParentRoute: () => organization,
  path: '/scripts/$scriptId',
  component: lazyRouteComponent(() => import('../features/scripts/script-page.tsx'), 'ScriptPage'),
  validateSearch: (search: Record<string, unknown>): { from?: number; to?: number } => ({
    ...optional('from', versionOf(search['from'])),
    ...optional('to', versionOf(search['to'])),
  }),
});

const bots = createRoute({
  getParentRoute: () => organization,
  path: '/bots',
  component: lazyRouteComponent(() => import('../features/bots/bots-page.tsx'), 'BotsPage'),
});

const bot = createRoute({
  getParentRoute: () => organization,
  path: '/bots/$botId',
  component: lazyRouteComponent(() => import('../features/bots/bot-page.tsx'), 'BotPage'),
});

const tokens = createRoute({
  getParentRoute: () => organization,
  path: '/settings/credentials/integration-tokens',
  component: lazyRouteComponent(() => import('../features/settings/tokens-page.tsx'), 'TokensPage'),
});

const members = createRoute({
  getParentRoute: () => organization,
  path: '/settings/members',
  component: lazyRouteComponent(() => import('../features/settings/members-page.tsx'), 'MembersPage'),
});

const settings = createRoute({
  getParentRoute: () => organization,
  path: '/settings/organization',
  component: lazyRouteComponent(
    () => import('../features/settings/organization-page.tsx'),
    'OrganizationPage',
  ),
});

const audit = createRoute({
  getParentRoute: () => organization,
  path: '/settings/audit',
  component: lazyRouteComponent(() => import('../features/settings/audit-page.tsx'), 'AuditPage'),
  validateSearch: (search: Record<string, unknown>) => ({
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
    () => import('../features/notifications/notifications-page.tsx'),
    'NotificationsPage',
  ),
});

const notificationLog = createRoute({
  getParentRoute: () => organization,
  path: '/settings/notifications/log',
  component: lazyRouteComponent(
    () => import('../features/notifications/log-page.tsx'),
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
  component: lazyRouteComponent(() => import('../features/notifications/rule-page.tsx'), 'NewRulePage'),
});

const notificationRule = createRoute({
  getParentRoute: () => organization,
  path: '/settings/notifications/rules/$ruleId',
  component: lazyRouteComponent(() => import('../features/notifications/rule-page.tsx'), 'RulePage'),
});

const newChannel = createRoute({
  getParentRoute: () => organization,
  path: '/settings/notifications/channels/new',
  component: lazyRouteComponent(() => import('../features/notifications/channel-page.tsx'), 'NewChannelPage'),
});

const channel = createRoute({
  getParentRoute: () => organization,
  path: '/settings/notifications/channels/$channelId',
  component: lazyRouteComponent(() => import('../features/notifications/channel-page.tsx'), 'ChannelPage'),
});

const accountNotifications = createRoute({
  getParentRoute: () => organization,
  path: '/account/notifications',
  component: lazyRouteComponent(
    () => import('../features/notifications/account-page.tsx'),
    'AccountNotificationsPage',
  ),
});

const tree = root.addChildren([
  index,
  login,
  forgot,
  invitation,
  reset,
  organization.addChildren([
    home,
    tasks,
    newTask,
    importTask,
    task,
    editTask,
    newSchedule,
    workflows,
    importWorkflow,
    newWorkflow,
    workflow,
    editWorkflow,
    newWorkflowSchedule,
    workflowRun,
    schedules,
    schedule,
    editSchedule,
    webhooks,
    newWebhook,
    webhook,
    editWebhook,
    delivery,
    jobs,
    job,
    queue,
    pending,
    scripts,
    newScript,
    script,
    bots,
    bot,
    tokens,
    members,
    audit,
    settings,
    notifications,
    notificationLog,
    newNotificationRule,
    notificationRule,
    newChannel,
    channel,
    accountNotifications,
  ]),
]);

/** All pages of the application, each at its own address below `/app`. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: '/app',
    context: { queryClient },
    defaultPreload: 'intent',
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: NotFound,
    defaultPendingComponent: RoutePending,
    // behind `#` an address names the line of a log to show: that wins over where it was scrolled to
    scrollRestoration: ({ location }) => location.hash === '',
  });
}

/** The profile of who is signed in; without a session the login page, which leads back to `from`. */
async function signedIn(queryClient: QueryClient, from: string) {
  try {
    return await queryClient.ensureQueryData(profileQuery);
  } catch (error) {
    if (isSignedOut(error)) redirect({ to: '/login', search: { from }, throw: true });
    throw error;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** The number of a version of a script. */
function versionOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}

/** A search parameter that is left away where it has no value. */
function optional<const N extends string, V>(name: N, value: V | undefined): { [K in N]?: V } {
  return (value === undefined || value === '' ? {} : { [name]: value }) as { [K in N]?: V };
}
