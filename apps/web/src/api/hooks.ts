import {
  type Client,
  type InputOf,
  type ItemOf,
  type Paged,
  type PagedOperation,
  type ResultOf,
} from '@argus/client';
import type { OperationId } from '@argus/contract';
import {
  keepPreviousData,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryKey,
} from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { clientOf, globalClient } from './clients.ts';
import { kept } from '../ui/kept.ts';
import { isTold, live, TOLD_REFRESH_MS } from './live.ts';

export { clientOf, globalClient };

const lastCustomer = kept<string>('tab', 'organization');

/** The organization in the page's address; where it has none, as in the guide, the one that was last looked at. */
export function useCustomer(): string {
  const { customer } = useParams({ strict: false });
  const profile = useQueryClient().getQueryData(profileQuery.queryKey);
  if (customer !== undefined) return customer;
  const last = lastCustomer.read();
  const known = profile?.customers.find(({ name }) => name === last)?.name;
  return known ?? profile?.customer ?? last ?? '';
}

/** Remembers, for this tab, which organization is looked at. */
export function keepCustomer(customer: string): void {
  lastCustomer.write(customer);
}

export function useClient(): Client {
  return clientOf(useCustomer());
}

/** Where an answer is kept. */
export function apiKey<K extends OperationId>(customer: string, operation: K, input: InputOf<K>): QueryKey {
  return [operation, customer, input];
}

interface QuerySettings {
  enabled?: boolean;
  /** Milliseconds after which it is asked again while the page is in sight, as long as no stream tells what changes. */
  refetchInterval?: number;
}

function settled(operation: OperationId, { refetchInterval: every, ...settings }: QuerySettings) {
  if (every === undefined) return settings;
  const refetchInterval = () =>
    live.isStanding && isTold(operation) ? Math.max(every, TOLD_REFRESH_MS) : every;
  return { ...settings, refetchInterval };
}

/** The question of an operation, to be asked before anything is drawn that shows its answer. */
export function apiQuery<K extends OperationId>(customer: string, operation: K, input: InputOf<K>) {
  return queryOptions({
    queryKey: apiKey(customer, operation, input),
    queryFn: ({ signal }): Promise<ResultOf<K>> => clientOf(customer).call(operation, { ...input, signal }),
  });
}

/** Asks an operation and keeps the answer. */
export function useApi<K extends OperationId>(operation: K, input: InputOf<K>, settings: QuerySettings = {}) {
  return useQuery({ ...apiQuery(useCustomer(), operation, input), ...settled(operation, settings) });
}

/** Asks for a page of a list, with the cursor of the next; what was shown stays until the answer is there. */
export function useApiPage<K extends PagedOperation>(
  operation: K,
  input: InputOf<K>,
  settings: QuerySettings = {},
) {
  const customer = useCustomer();
  return useQuery({
    queryKey: [...apiKey(customer, operation, input), 'page'],
    queryFn: ({ signal }): Promise<Paged<ItemOf<K>>> =>
      clientOf(customer).page(operation, { ...input, signal }),
    placeholderData: keepPreviousData,
    ...settled(operation, settings),
  });
}

/** Calls an operation that changes something; every kept answer of the `changes` is asked again afterwards. */
export function useChange<K extends OperationId>(operation: K, changes: readonly OperationId[] = []) {
  const customer = useCustomer();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (input: InputOf<K>): Promise<ResultOf<K>> => clientOf(customer).call(operation, input),
    onSuccess: () => {
      for (const changed of changes) void cache.invalidateQueries({ queryKey: [changed, customer] });
    },
  });
}

/** Who is signed in. */
export const profileQuery = queryOptions({
  queryKey: ['getProfile'],
  queryFn: ({ signal }) => globalClient.getProfile({ signal }),
  staleTime: 60_000,
});
