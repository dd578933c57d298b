import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { profileQuery } from '../../api/hooks.ts';
import { isSignedOut } from '../../api/query-client.ts';
import { NotFound } from '../route-states.tsx';
import { Shell } from '../shell.tsx';

export const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
});

export const organization = createRoute({
  getParentRoute: () => root,
  path: '/$customer',
  component: Shell,
  // every page may have one open
  validateSearch: (search: Record<string, unknown>): { dialog?: string } =>
    optional('dialog', textOf(search['dialog'])),
  beforeLoad: async ({ context, location }) => {
    await signedIn(context.queryClient, location.href);
  },
});

/** The profile of who is signed in; without a session the login page, which leads back to `from`. */
export async function signedIn(queryClient: QueryClient, from: string) {
  try {
    return await queryClient.ensureQueryData(profileQuery);
  } catch (error) {
    if (isSignedOut(error)) redirect({ to: '/login', search: { from }, throw: true });
    throw error;
  }
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

const API_TABS = ['secret', 'client'] as const;
export type ApiTab = (typeof API_TABS)[number];

/** Of what can be run: whether its run dialog is open, and which examples of its API are shown. */
export function runnableSearch(search: Record<string, unknown>): { run?: true; api?: ApiTab } {
  return {
    ...optional('run', search['run'] === true ? (true as const) : undefined),
    ...optional(
      'api',
      API_TABS.find((tab) => tab === search['api']),
    ),
  };
}

/** The number of a version of a script. */
export function versionOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}

/** A search parameter that is left away where it has no value. */
export function optional<const N extends string, V>(name: N, value: V | undefined): { [K in N]?: V } {
  return (value === undefined || value === '' ? {} : { [name]: value }) as { [K in N]?: V };
}
