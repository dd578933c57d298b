import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { KINDS } from '../../ui/schedule-words.ts';
import { optional, organization, runnableSearch, textOf, versionOf } from './base.tsx';

const newSchedule = createRoute({
  getParentRoute: () => organization,
  path: '/tasks/$taskId/schedules/new',
  component: lazyRouteComponent(
    () => import('../../features/schedules/edit-schedule-page.tsx'),
    'NewSchedulePage',
  ),
});

const workflows = createRoute({
  getParentRoute: () => organization,
  path: '/workflows',
  component: lazyRouteComponent(() => import('../../features/workflows/workflows-page.tsx'), 'WorkflowsPage'),
  validateSearch: (search: Record<string, unknown>) => ({
    ...optional('q', textOf(search['q'])),
    ...optional('tag', textOf(search['tag'])),
  }),
});

const importWorkflow = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/import',
  component: lazyRouteComponent(() => import('../../features/recipes/import-page.tsx'), 'ImportWorkflowPage'),
});

const newWorkflow = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/new',
  component: lazyRouteComponent(
    () => import('../../features/workflows/edit-workflow-page.tsx'),
    'NewWorkflowPage',
  ),
});

const workflow = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/$workflowId',
  component: lazyRouteComponent(() => import('../../features/workflows/workflow-page.tsx'), 'WorkflowPage'),
  validateSearch: runnableSearch,
});

const editWorkflow = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/$workflowId/edit',
  component: lazyRouteComponent(
    () => import('../../features/workflows/edit-workflow-page.tsx'),
    'EditWorkflowPage',
  ),
  // an earlier version to begin with
  validateSearch: (search: Record<string, unknown>): { version?: number } =>
    optional('version', versionOf(search['version'])),
});

const workflowVersions = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/$workflowId/versions',
  component: lazyRouteComponent(
    () => import('../../features/workflows/versions/versions-page.tsx'),
    'VersionsPage',
  ),
  validateSearch: (search: Record<string, unknown>): { from?: number; to?: number } => ({
    ...optional('from', versionOf(search['from'])),
    ...optional('to', versionOf(search['to'])),
  }),
});

const newWorkflowSchedule = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/$workflowId/schedules/new',
  component: lazyRouteComponent(
    () => import('../../features/schedules/edit-schedule-page.tsx'),
    'NewWorkflowSchedulePage',
  ),
});

const workflowRun = createRoute({
  getParentRoute: () => organization,
  path: '/workflows/$workflowId/runs/$runId',
  component: lazyRouteComponent(() => import('../../features/workflows/run-page.tsx'), 'RunPage'),
  validateSearch: (search: Record<string, unknown>) => optional('step', textOf(search['step'])),
});

const schedules = createRoute({
  getParentRoute: () => organization,
  path: '/schedules',
  component: lazyRouteComponent(() => import('../../features/schedules/schedules-page.tsx'), 'SchedulesPage'),
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
    ...optional(
      'view',
      (['month', 'week', 'day'] as const).find((view) => view === search['view']),
    ),
    ...optional('date', textOf(search['date'])),
    ...optional('zone', textOf(search['zone'])),
    ...optional('task', textOf(search['task'])),
    ...optional('tag', textOf(search['tag'])),
    ...optional('host', textOf(search['host'])),
  }),
});

const schedule = createRoute({
  getParentRoute: () => organization,
  path: '/schedules/$scheduleId',
  component: lazyRouteComponent(() => import('../../features/schedules/schedule-page.tsx'), 'SchedulePage'),
});

const editSchedule = createRoute({
  getParentRoute: () => organization,
  path: '/schedules/$scheduleId/edit',
  component: lazyRouteComponent(
    () => import('../../features/schedules/edit-schedule-page.tsx'),
    'EditSchedulePage',
  ),
});

const webhooks = createRoute({
  getParentRoute: () => organization,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('../../features/webhooks/webhooks-page.tsx'), 'WebhooksPage'),
  validateSearch: (search: Record<string, unknown>): { q?: string } => optional('q', textOf(search['q'])),
});

const newWebhook = createRoute({
  getParentRoute: () => organization,
  path: '/webhooks/new',
  component: lazyRouteComponent(
    () => import('../../features/webhooks/edit-webhook-page.tsx'),
    'NewWebhookPage',
  ),
});

const webhook = createRoute({
  getParentRoute: () => organization,
  path: '/webhooks/$webhookId',
  component: lazyRouteComponent(() => import('../../features/webhooks/webhook-page.tsx'), 'WebhookPage'),
});

const editWebhook = createRoute({
  getParentRoute: () => organization,
  path: '/webhooks/$webhookId/edit',
  component: lazyRouteComponent(
    () => import('../../features/webhooks/edit-webhook-page.tsx'),
    'EditWebhookPage',
  ),
});

const delivery = createRoute({
  getParentRoute: () => organization,
  path: '/webhooks/$webhookId/deliveries/$deliveryId',
  component: lazyRouteComponent(() => import('../../features/webhooks/delivery-page.tsx'), 'DeliveryPage'),
});

/** What starts by itself: workflows, schedules, webhooks. */
export const automationRoutes = [
  newSchedule,
  workflows,
  importWorkflow,
  newWorkflow,
  workflow,
  editWorkflow,
  workflowVersions,
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
] as const;
