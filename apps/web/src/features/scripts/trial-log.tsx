import { isEnded, type Job } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { useState } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { LogView, type LineRange } from '../../ui/log/log-view.tsx';
import { useJobLog } from '../jobs/use-job-log.ts';
import type { Growth } from '../jobs/use-job-stream.ts';

/** The log of a trial, live, beside what is tried. */
export function TrialLog({ job, growth }: { job: Job; growth: Growth }) {
  const customer = useCustomer();
  const { id, lifecycle, log_lines: lines, attempt } = job;
  const [errors, setErrors] = useState(false);
  const [marked, setMarked] = useState<LineRange>();
  const [expectedLines] = useState(lines);
  const log = useJobLog({ id, attempt, errors }, growth);
  const ended = isEnded(lifecycle);
  let emptyText = ended ? t`It wrote nothing.` : t`Nothing yet. Lines appear here as they are written.`;
  if (!ended && attempt === 0) emptyText = t`It waits for its bot.`;
  return (
    <LogView
      isAside
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
