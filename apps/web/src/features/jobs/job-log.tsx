import { t } from '@lingui/core/macro';
import { isEnded, type Job } from '@argus/contract';
import { getRouteApi, useLocation, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { LogView, type LineRange } from '../../ui/log/log-view.tsx';
import { FileLink } from '../../ui/page.tsx';
import { useInAddress } from '../../ui/use-in-address.ts';
import { useJobLog } from './use-job-log.ts';
import type { Growth } from './use-job-stream.ts';

const route = getRouteApi('/$customer/jobs/$jobId');

/** The id of the part of the page that has the log; messages link to it. */
export const LOG = 'log';

interface JobLogProps {
  job: Job;
  attempt: number;
  growth: Growth;
  emptyText: string;
}

/** The log of an attempt, live. `#log` in the page's address points at it, `#L12` or `#L12-L20` at lines of it. */
export function JobLog({ job, attempt, growth, emptyText }: JobLogProps) {
  const { id, lifecycle, log_lines: lines } = job;
  const isLast = attempt === job.attempt;
  const customer = useCustomer();
  const navigate = useNavigate({ from: route.id });
  const hash = useLocation({ select: (location) => location.hash });
  const marked = useMemo(() => linesOf(hash), [hash]);
  // the job comes after the address
  useEffect(() => {
    if (hash === LOG) document.getElementById(LOG)?.scrollIntoView();
  }, [hash]);
  const [stream, setStream] = useInAddress('stream');
  const errors = stream !== undefined;
  const [expectedLines] = useState(isLast ? lines : 0);

  const log = useJobLog({ id, attempt, errors }, growth);

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
      onErrors={(only) => setStream(only ? 'stderr' : undefined)}
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
