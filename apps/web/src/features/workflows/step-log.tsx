import type { WorkflowRunStep } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { useState } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { LogView, type LineRange } from '../../ui/log/log-view.tsx';
import { FileLink } from '../../ui/page.tsx';
import { useJobLog } from '../jobs/use-job-log.ts';
import { useJobStream } from '../jobs/use-job-stream.ts';

/** The log of a step's job beside the graph, live. */
export function StepLog({ step, job: id }: { step: WorkflowRunStep; job: string }) {
  const customer = useCustomer();
  const [errors, setErrors] = useState(false);
  const [marked, setMarked] = useState<LineRange>();
  const isLive = step.status === 'running';
  const job = useApi('getJob', { params: { id } }).data;
  const growth = useJobStream({ id });
  const log = useJobLog({ id, attempt: step.attempt, errors }, growth);
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
