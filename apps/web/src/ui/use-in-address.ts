import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

const useAll = () => useSearch({ strict: false });
type Search = ReturnType<typeof useAll>;

/**
 * What the address says under a name that its route knows, and how to change it; undefined takes it away. The rest of the
 * address stays, and so does what is in sight.
 */
export function useInAddress<N extends keyof Search>(
  name: N,
): [value: Search[N], change: (value: Search[N]) => Promise<void>] {
  const value = useAll()[name];
  const navigate = useNavigate();
  const change = useCallback(
    (next: Search[N]) =>
      navigate({
        to: '.',
        search: (before: object) => ({ ...before, [name]: next }),
        hash: true,
        replace: true,
        resetScroll: false,
        hashScrollIntoView: false,
      }),
    [navigate, name],
  );
  return [value, change];
}
