import { LIFECYCLES, STATES } from '@argus/contract';
import type { QueryClient } from '@tanstack/react-query';
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { LoginPage } from '../features/login/login-page.tsx';
import { askForFirstTasks } from '../features/tasks/task-list.ts';
import { TasksPage } from '../features/tasks/tasks-page.tsx';
import { ORIGINS } from '../ui/job-words.ts';
import { NotFound, RouteError, RoutePending } from './route-states.tsx';
import { automationRoutes } from './routes/automation.ts';
import { optional, organization, root, runnableSearch, signedIn, textOf } from './routes/base.tsx';
import { guideRoutes } from './routes/guide.ts';
import { scriptRoutes } from './routes/scripts.ts';
import { settingsRoutes } from './routes/settings.ts';

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async ({ context, location }) => {
    const { customer } = await signedIn(context.queryClient, location.href);
    redirect({ to: '/$customer', params: { customer }, throw: true });
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

const home = createRoute({
  getParentRoute: () => organization,
  path: '/',
  component: lazyRouteComponent(() => import('../features/home/home-page.tsx'), 'HomePage'),
});

const tasks = createRoute({
  getParentRoute: () => organization,
  path: '/tasks',
  component: TasksPage,
  loader: ({ context, params }) => askForFirstTasks(context.queryClient, params.customer),
  validateSearch: (search: Record<string, unknown>) => ({
    ...optional('q', textOf(search['q'])),
    ...optional('view', textOf(search['view'])),
    // tasks that are folded open
    ...optional('open', textOf(search['open'])),
  }),
});

const newTask = createRoute({
  getParentRoute: () => organization,
  path: '/tasks/new',
  component: lazyRouteComponent(() => import('../features/task-editor/edit-task-page.tsx'), 'NewTaskPage'),
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
  validateSearch: (search: Record<string, unknown>) => ({
    ...runnableSearch(search),
    ...optional(
      'range',
      (['7d', '30d'] as const).find((range) => range === search['range']),
    ),
  }),
});

const editTask = createRoute({
  getParentRoute: () => organization,
  path: '/tasks/$taskId/edit',
  component: lazyRouteComponent(() => import('../features/task-editor/edit-task-page.tsx'), 'EditTaskPage'),
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
    ...optional('person', textOf(search['person'])),
    ...optional('argument', textOf(search['argument'])),
    ...optional('workflow', textOf(search['workflow'])),
    ...optional('host', textOf(search['host'])),
    ...optional('since', textOf(search['since'])),
    ...optional('until', textOf(search['until'])),
    ...optional(
      'range',
      (['24h', '7d', '30d'] as const).find((range) => range === search['range']),
    ),
    ...optional('cursor', textOf(search['cursor'])),
    ...optional('view', textOf(search['view'])),
  }),
});

const job = createRoute({
  getParentRoute: () => organization,
  path: '/jobs/$jobId',
  component: lazyRouteComponent(() => import('../features/jobs/job-page.tsx'), 'JobPage'),
  validateSearch: (search: Record<string, unknown>) => ({
    ...optional('attempt', Number(search['attempt']) >= 1 ? Number(search['attempt']) : undefined),
    ...optional('stream', search['stream'] === 'stderr' ? ('stderr' as const) : undefined),
  }),
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

// values of the contract's resources would bring its schemas along
const HOST_STATUSES = ['online', 'unresponsive', 'offline', 'draining', 'disabled', 'new'] as const;
type HostStatus = (typeof HOST_STATUSES)[number];

const bots = createRoute({
  getParentRoute: () => organization,
  path: '/bots',
  component: lazyRouteComponent(() => import('../features/bots/bots-page.tsx'), 'BotsPage'),
  validateSearch: (search: Record<string, unknown>): { q?: string; status?: HostStatus } => ({
    ...optional('q', textOf(search['q'])),
    ...optional(
      'status',
      HOST_STATUSES.find((status) => status === search['status']),
    ),
  }),
});

const bot = createRoute({
  getParentRoute: () => organization,
  path: '/bots/$botId',
  component: lazyRouteComponent(() => import('../features/bots/bot-page.tsx'), 'BotPage'),
});

const tree = root.addChildren([
  index,
  login,
  forgot,
  invitation,
  reset,
  guideRoutes,
  organization.addChildren([
    home,
    tasks,
    newTask,
    importTask,
    task,
    editTask,
    jobs,
    job,
    queue,
    pending,
    ...scriptRoutes,
    bots,
    bot,
    ...automationRoutes,
    ...settingsRoutes,
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
