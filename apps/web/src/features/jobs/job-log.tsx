import { t } from '@lingui/core/macro';
import { isEnded, type Job } from '@argus/contract';
import { getRouteApi, useLocation, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { LogSource } from '../../ui/log/log-source.ts';
import { LogView, type LineRange } from '../../ui/log/log-view.tsx';
import type { SearchLog } from '../../ui/log/use-log-search.ts';
import { FileLink } from '../../ui/page.tsx';
import type { Growth } from './use-job-stream.ts';

const route = getRouteApi('/$customer/jobs/$jobId');

interface JobLogProps {
  job: Job;
  attempt: number;
  growth: Growth;
  emptyText: string;
}

/** The log of an attempt, live. `#L12` or `#L12-L20` in the page's address points at lines of it. */
export function JobLog({ job, attempt, growth, emptyText }: JobLogProps) {
  const { id, lifecycle, log_lines: lines } = job;
  const isLast = attempt === job.attempt;
  const client = useClient();
  const customer = useCustomer();
  const navigate = useNavigate({ from: route.id });
  const hash = useLocation({ select: (location) => location.hash });
  const marked = useMemo(() => linesOf(hash), [hash]);
  const [errors, setErrors] = useState(false);
  const [expectedLines] = useState(isLast ? lines : 0);

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
    ({ first, last }: LineRange) =>
      void navigate({
        search: true,
        hash: first === last ? `L${first}` : `L${first}-L${last}`,
        replace: true,
        resetScroll: false,
        hashScrollIntoView: false,
      }),
    [navigate],
  );
  const href = `/${customer}/job/${id}/log`;
  const of = isLast ? '' : `&attempt=${attempt}`;
  return (
    <LogView
      source={log.source}
      search={log.search}
      href={href}
      expectedLines={expectedLines}
      isLive={isLast && !isEnded(lifecycle)}
      errors={errors}
      onErrors={setErrors}
      marked={marked}
      onMark={mark}
      links={
        <FileLink
          href={`${href}?download${of}${errors ? '&stream=stderr' : ''}`}
          download={isLast ? `${id}.log` : `${id}.${attempt}.log`}
        >
          {t`Download`}
        </FileLink>
      }
      emptyText={emptyText}
    />
  );
}

function linesOf(hash: string): LineRange | undefined {
  const [, from, to = from] = /^L(\d{1,12})(?:-L?(\d{1,12}))?$/.exec(hash) ?? [];
  const lines = [Number(from), Number(to)].toSorted((one, other) => one - other);
  const [first = 0, last = 0] = lines;
  return first > 0 ? { first, last } : undefined;
}
