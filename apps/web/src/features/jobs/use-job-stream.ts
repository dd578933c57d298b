import { isEnded, type Job } from '@argus/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { apiKey, useClient, useCustomer } from '../../api/hooks.ts';

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

/**
 * Follows a job: its changes go into the cache, and that its log grew is told. One connection, which ends with the job
 * or with the page, and carries no log: a page reads the lines that it shows.
 */
export function useJobStream(job: Job): { growth: Growth; error: unknown } {
  const client = useClient();
  const customer = useCustomer();
  const cache = useQueryClient();
  const [growth] = useState(() => new Growth());
  const [error, setError] = useState<unknown>();
  const { id } = job;

  useEffect(() => {
    const left = new AbortController();
    let bytes = -1;
    let shown = '';
    const take = (next: Job) => {
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
      if (isEnded(next.lifecycle)) void cache.invalidateQueries({ queryKey: ['listJobs', customer] });
    };
    const read = async () => {
      for await (const event of client.followLog(id, { log: false, signal: left.signal }))
        if (event.type !== 'log') take(event.job);
    };
    read().catch((failure: unknown) => {
      if (!left.signal.aborted) setError(failure);
    });
    return () => left.abort();
  }, [id, customer, client, cache, growth]);

  return { growth, error };
}
