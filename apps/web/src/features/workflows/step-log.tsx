import type { WorkflowRunStep } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { useEffect, useMemo, useState } from 'react';
import { useApi, useClient, useCustomer } from '../../api/hooks.ts';
import { LogSource } from '../../ui/log/log-source.ts';
import { LogView, type LineRange } from '../../ui/log/log-view.tsx';
import type { SearchLog } from '../../ui/log/use-log-search.ts';
import { FileLink } from '../../ui/page.tsx';

const GROWTH_MS = 1_000;

/** The log of a step's job beside the graph, live. */
export function StepLog({ step, job: id }: { step: WorkflowRunStep; job: string }) {
  const client = useClient();
  const customer = useCustomer();
  const [errors, setErrors] = useState(false);
  const [marked, setMarked] = useState<LineRange>();
  const isLive = step.status === 'running';
  const job = useApi('getJob', { params: { id } }).data;
  const { attempt } = step;
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
  useEffect(() => {
    log.source.open();
    return () => log.source.close();
  }, [log]);
  useEffect(() => {
    // what came between the last look and the end is read as well
    log.source.grew();
    if (!isLive) return;
    const timer = setInterval(() => log.source.grew(), GROWTH_MS);
    return () => clearInterval(timer);
  }, [log, isLive]);
  const href = `/${customer}/job/${id}/log`;
  return (
    <LogView
      source={log.source}
      search={log.search}
      href={href}
      expectedLines={job?.log_lines ?? 0}
      isLive={isLive}
      errors={errors}
      onErrors={setErrors}
      marked={marked}
      onMark={setMarked}
      links={
        <FileLink href={`${href}?download`} download={`${id}.log`}>
          {t`Download`}
        </FileLink>
      }
      emptyText={isLive ? t`Nothing was written yet.` : t`Nothing was written.`}
    />
  );
}
