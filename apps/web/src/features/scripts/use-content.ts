import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../api/hooks.ts';
import { textOf } from './script-text.ts';

/** A version of a script as text; `text` is undefined where it is none. Versions never change. */
export function useContent(id: string, version: number, enabled = true) {
  const client = useClient();
  return useQuery({
    queryKey: ['scriptContent', id, version],
    queryFn: async ({ signal }) => {
      const file = await client.downloadScript({ params: { id }, query: { version }, signal });
      return { text: textOf(await file.arrayBuffer()) };
    },
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
}
