import type { Job } from '@argus/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { apiKey, useCustomer } from '../../api/hooks.ts';
import { live } from '../../api/live.ts';

/** Tells that a log has grown. */
export class Growth {
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly tell = (): void => {
    for (const listener of this.#listeners) listener();
  };
}

/** Follows a job: its changes go into the cache, and that its log grew is told. A page reads the lines that it shows. */
export function useJobStream({ id }: Pick<Job, 'id'>): Growth {
  const customer = useCustomer();
  const cache = useQueryClient();
  const [growth] = useState(() => new Growth());

  useEffect(() => {
    let bytes = -1;
    let shown = '';
    return live.follow(id, (next) => {
      if (next.log_bytes !== bytes) growth.tell();
      bytes = next.log_bytes;
      // of a growing log alone the rest of the page knows nothing
      const essence = JSON.stringify({ ...next, log_bytes: 0, log_lines: 0 });
      if (essence === shown) return;
      shown = essence;
      const queryKey = apiKey(customer, 'getJob', { params: { id } });
      // an answer that is still on its way is older than this
      void cache.cancelQueries({ queryKey });
      cache.setQueryData(queryKey, next);
    });
  }, [id, customer, cache, growth]);

  return growth;
}
