import { ArgusApiError } from '@argus/client';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';

const RETRIES = 3;

/** Whether an error says that there is no session (any more). */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ArgusApiError && error.code === 'unauthorized';
}

/** The cache of everything asked of the API; calls `onSignedOut` when an answer says so. */
export function createQueryClient({ onSignedOut }: { onSignedOut: () => void }): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // what the browser knows of networks says nothing of a server on this machine: a change would wait, unseen
      mutations: { networkMode: 'always' },
      queries: {
        networkMode: 'always',
        staleTime: 2_000,
        // an answer of the API stays what it is; only a server that is away may come back
        retry: (failures, error) =>
          failures < RETRIES && (!(error instanceof ArgusApiError) || error.isTemporary),
      },
    },
  });
}
