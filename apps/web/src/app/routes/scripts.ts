import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { optional, organization, textOf, versionOf } from './base.tsx';

const scripts = createRoute({
  getParentRoute: () => organization,
  path: '/scripts',
  component: lazyRouteComponent(() => import('../../features/scripts/scripts-page.tsx'), 'ScriptsPage'),
  validateSearch: (search: Record<string, unknown>): { q?: string } => optional('q', textOf(search['q'])),
});

const newScript = createRoute({
  getParentRoute: () => organization,
  path: '/scripts/new',
  component: lazyRouteComponent(() => import('../../features/scripts/new-script-page.tsx'), 'NewScriptPage'),
});

const script = createRoute({
  getParentRoute: () => organization,
  path: '/scripts/$scriptId',
  component: lazyRouteComponent(() => import('../../features/scripts/script-page.tsx'), 'ScriptPage'),
  // the trial that is shown beside the editor
  validateSearch: (search: Record<string, unknown>): { job?: string } =>
    optional('job', textOf(search['job'])),
});

const versions = createRoute({
  getParentRoute: () => organization,
  path: '/scripts/$scriptId/versions',
  component: lazyRouteComponent(() => import('../../features/scripts/versions-page.tsx'), 'VersionsPage'),
  validateSearch: (
    search: Record<string, unknown>,
  ): { from?: number; to?: number; view?: 'side' | 'inline' } => ({
    ...optional('from', versionOf(search['from'])),
    ...optional('to', versionOf(search['to'])),
    ...optional(
      'view',
      (['side', 'inline'] as const).find((view) => view === search['view']),
    ),
  }),
});

const uses = createRoute({
  getParentRoute: () => organization,
  path: '/scripts/$scriptId/uses',
  component: lazyRouteComponent(() => import('../../features/scripts/uses-page.tsx'), 'UsesPage'),
});

/** Scripts, their versions, and the tasks that run them. */
export const scriptRoutes = [scripts, newScript, script, versions, uses];
