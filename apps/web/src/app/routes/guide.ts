import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { Shell } from '../shell.tsx';
import { optional, root, signedIn, textOf } from './base.tsx';

/** The guide belongs to no organization; around it is the one that somebody was in. */
const frame = createRoute({
  getParentRoute: () => root,
  id: 'guide-frame',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    await signedIn(context.queryClient, location.href);
  },
});

const guide = createRoute({
  getParentRoute: () => frame,
  path: '/guide',
  component: lazyRouteComponent(() => import('../../features/guide/guide-page.tsx'), 'GuideListPage'),
  validateSearch: (search: Record<string, unknown>): { q?: string } => optional('q', textOf(search['q'])),
});

const article = createRoute({
  getParentRoute: () => frame,
  path: '/guide/$page',
  component: lazyRouteComponent(() => import('../../features/guide/article-page.tsx'), 'ArticlePage'),
});

/** What can be read about all of it. */
export const guideRoutes = frame.addChildren([guide, article]);
