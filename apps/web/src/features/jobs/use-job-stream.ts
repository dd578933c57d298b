import { isEnded, type Job } from '@argus/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { apiKey, useClient, useCustomer } from '../../api/hooks.ts';
import { LogStore } from '../../ui/log/log-store.ts';

/** Of a longer log only this much of its end is read, bytes. */
const TAIL_BYTES = 16_000_000;

/**
 * Follows a job: its changes go into the cache, its log into a store. One connection, which ends with the job or
 * with the page.
 */
export function useJobStream(job: Job): { store: LogStore; skipped: number; error: unknown } {
  const client = useClient();
  const customer = useCustomer();
  const cache = useQueryClient();
  const [store] = useState(() => new LogStore());
  const [skipped] = useState(() => Math.max(0, job.log_bytes - TAIL_BYTES));
  const [error, setError] = useState<unknown>();
  const { id } = job;

  useEffect(() => {
    const left = new AbortController();
    let attempt: number | undefined;
    const take = (next: Job) => {
      // each attempt has a log of its own
      if (attempt !== undefined && next.attempt > attempt && attempt > 0) store.clear();
      attempt = next.attempt;
      const queryKey = apiKey(customer, 'getJob', { params: { id } });
      // an answer that is still on its way is older than this
      void cache.cancelQueries({ queryKey });
      cache.setQueryData(queryKey, next);
      if (isEnded(next.lifecycle)) void cache.invalidateQueries({ queryKey: ['listJobs', customer] });
    };
    const read = async () => {
      store.clear();
      for await (const event of client.followLog(id, { fromOffset: skipped, signal: left.signal })) {
        if (event.type === 'log') store.append(event.piece);
        else take(event.job);
      }
    };
    read().catch((failure: unknown) => {
      if (!left.signal.aborted) setError(failure);
    });
    return () => left.abort();
  }, [id, customer, client, cache, store, skipped]);

  return { store, skipped, error };
}
