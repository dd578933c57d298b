import { useEffect, useMemo } from 'react';
import { useClient } from '../../api/hooks.ts';
import { LogSource } from '../../ui/log/log-source.ts';
import type { SearchLog } from '../../ui/log/use-log-search.ts';
import type { Growth } from './use-job-stream.ts';

interface Which {
  /** The job. */
  id: string;
  /** 0: none yet, the last one is meant. */
  attempt: number;
  /** Only what was written to stderr. */
  errors: boolean;
}

/** Reads and searches the log of an attempt for as long as it is shown, and reads on when it has grown. */
export function useJobLog(
  { id, attempt, errors }: Which,
  growth: Growth,
): { source: LogSource; search: SearchLog } {
  const client = useClient();
  const log = useMemo(() => {
    const params = { id };
    const of = { ...(errors && { stream: 'stderr' as const }), ...(attempt > 0 && { attempt }) };
    const source = new LogSource((wanted, signal) =>
      client.listJobLogLines({ params, query: { ...of, ...wanted }, signal }),
    );
    const search: SearchLog = ({ text, ignoreCase, ...query }, signal) =>
      client.searchJobLog({ params, query: { ...of, ...query, q: text, ignore_case: ignoreCase }, signal });
    return { source, search };
  }, [client, id, attempt, errors]);
  useEffect(() => growth.subscribe(() => log.source.grew()), [growth, log]);
  useEffect(() => {
    log.source.open();
    return () => log.source.close();
  }, [log]);
  return log;
}
