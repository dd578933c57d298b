import { useRouterState } from '@tanstack/react-router';

/** The path of the page in sight: the address changes before what it names is there. */
export function useShownPath(): string {
  return useRouterState({
    select: ({ resolvedLocation, location }) => (resolvedLocation ?? location).pathname,
  });
}
