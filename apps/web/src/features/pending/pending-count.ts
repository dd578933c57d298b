import { useApi } from '../../api/hooks.ts';

const LOOK_MS = 15_000;

/** What waits for who is signed in, looked up again while the page is in sight. */
export function useMyPending() {
  return useApi('listPending', { query: {} }, { refetchInterval: LOOK_MS });
}
