import { isEnded, type Job } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { useEffect, useMemo, useState } from 'react';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { LogSource } from '../../ui/log/log-source.ts';
import { LogView, type LineRange } from '../../ui/log/log-view.tsx';
import type { SearchLog } from '../../ui/log/use-log-search.ts';
import type { Growth } from '../jobs/use-job-stream.ts';

/** The log of a trial, live, beside what is tried. */
export function TrialLog({ job, growth }: { job: Job; growth: Growth }) {
  const client = useClient();
  const customer = useCustomer();
  const { id, lifecycle, log_lines: lines, attempt } = job;
  const [errors, setErrors] = useState(false);
  const [marked, setMarked] = useState<LineRange>();
  const [expectedLines] = useState(lines);
  const log = useMemo(() => {
    const params = { id };
    const of = errors ? { stream: 'stderr' as const } : {};
    const source = new LogSource((wanted, signal) =>
      client.listJobLogLines({ params, query: { ...of, ...wanted }, signal }),
    );
    const search: SearchLog = ({ text, ignoreCase, ...query }, signal) =>
      client.searchJobLog({ params, query: { ...of, ...query, q: text, ignore_case: ignoreCase }, signal });
    return { source, search };
  }, [client, id, errors]);
  useEffect(() => growth.subscribe(() => log.source.grew()), [growth, log]);
  useEffect(() => {
    log.source.open();
    return () => log.source.close();
  }, [log]);
  const ended = isEnded(lifecycle);
  let emptyText = ended ? t`It wrote nothing.` : t`Nothing yet. Lines appear here as they are written.`;
  if (!ended && attempt === 0) emptyText = t`It waits for its bot.`;
  return (
    <LogView
      source={log.source}
      search={log.search}
      href={`/${customer}/job/${id}/log`}
      expectedLines={expectedLines}
      isLive={!ended}
      errors={errors}
      onErrors={setErrors}
      marked={marked}
      onMark={setMarked}
      links={null}
      emptyText={emptyText}
    />
  );
}
