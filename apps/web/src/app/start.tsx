import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app.css';
import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { type AnyRoute, RouterProvider } from '@tanstack/react-router';
import { StrictMode, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from '../api/query-client.ts';
import { toasts } from '../ui/toasts.ts';
import { createAppRouter } from './router.tsx';
import { colorSchemeManager, theme } from './theme.ts';

const queryClient = createQueryClient({
  onSignedOut: () => {
    const { pathname, href } = router.state.location;
    if (pathname === '/login') return;
    queryClient.clear();
    void router.navigate({ to: '/login', search: { from: href } });
  },
});
const router = createAppRouter(queryClient);

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** Draws the page. Its modules are loaded once its language is known. */
export function start(root: HTMLElement): void {
  // a page is on its way while it is asked who is signed in
  const routes: Readonly<Record<string, AnyRoute>> = router.routesById;
  for (const { routeId } of router.matchRoutes(router.latestLocation)) {
    const route = routes[routeId];
    // what cannot be loaded is told by the router, which asks for it anew
    if (route) router.loadRouteChunk(route)?.catch(() => undefined);
  }
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={colorSchemeManager}>
          <QueryClientProvider client={queryClient}>
            <Toasts />
            <RouterProvider router={router} />
          </QueryClientProvider>
        </MantineProvider>
      </I18nProvider>
    </StrictMode>,
  );
}

/** Nothing, until something is said. */
function Toasts() {
  const Place = useSyncExternalStore(toasts.subscribe, toasts.place);
  return Place && <Place position="bottom-right" />;
}
