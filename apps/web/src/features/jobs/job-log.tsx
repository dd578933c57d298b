import { isEnded, type Job } from '@argus/contract';
import { getRouteApi, useLocation, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { LogSource } from '../../ui/log/log-source.ts';
import { LogView } from '../../ui/log/log-view.tsx';
import type { SearchLog } from '../../ui/log/use-log-search.ts';
import { FileLink } from '../../ui/page.tsx';
import type { Growth } from './use-job-stream.ts';

const route = getRouteApi('/$customer/jobs/$jobId');

interface JobLogProps {
  job: Job;
  growth: Growth;
  emptyText: string;
}

/** The log of a job's last attempt, live. `#L12` in the page's address points at a line of it. */
export function JobLog({
  job: { id, attempt, lifecycle, log_lines: lines },
  growth,
  emptyText,
}: JobLogProps) {
  const client = useClient();
  const customer = useCustomer();
  const navigate = useNavigate({ from: route.id });
  const hash = useLocation({ select: (location) => location.hash });
  const marked = /^L(\d{1,12})$/.exec(hash)?.[1];
  const [errors, setErrors] = useState(false);
  const [expectedLines] = useState(lines);

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

  const mark = useCallback(
    (line: number) =>
      void navigate({ hash: `L${line}`, replace: true, resetScroll: false, hashScrollIntoView: false }),
    [navigate],
  );
  const href = `/${customer}/job/${id}/log`;
  return (
    <LogView
      source={log.source}
      search={log.search}
      href={href}
      expectedLines={expectedLines}
      isLive={!isEnded(lifecycle)}
      errors={errors}
      onErrors={setErrors}
      marked={marked === undefined ? undefined : Number(marked)}
      onMark={mark}
      links={
        <FileLink href={`${href}?download${errors ? '&stream=stderr' : ''}`} download={`${id}.log`}>
          Download
        </FileLink>
      }
      emptyText={emptyText}
    />
  );
}
