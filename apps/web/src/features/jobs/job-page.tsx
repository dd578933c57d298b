import { t } from '@lingui/core/macro';
import { isEnded, type Job } from '@argus/contract';
import { Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { sentence } from '../../api/sentences/said.ts';
import { asksPeople } from '../../ui/job-words.ts';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Page, Panel } from '../../ui/page.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { hasBot, isForPeople, TypeBadge } from '../../ui/task-types.tsx';
import { PendingPanel } from '../pending/pending-panel.tsx';
import { ArtifactsPanel } from './artifacts-panel.tsx';
import { AttemptBars } from './attempt-bars.tsx';
import { AttemptsPanel } from './attempts-panel.tsx';
import { JobActions } from './job-actions.tsx';
import { JobCause } from './job-cause.tsx';
import { InputsPanel, OutputsPanel } from './job-data.tsx';
import { JobFacts } from './job-facts.tsx';
import { JobLog, LOG } from './job-log.tsx';
import { JobNotices } from './job-notices.tsx';
import { JobTimeline } from './job-timeline.tsx';
import { StopTrail } from './stop-trail.tsx';
import { useAttempts } from './use-attempts.ts';
import { WaitingPanel } from './waiting-panel.tsx';
import { useJobControl } from './use-job-control.ts';
import { useJobStream } from './use-job-stream.ts';

const route = getRouteApi('/$customer/jobs/$jobId');

/** One run of a task, live: where it is, how it went, what it said. */
export function JobPage() {
  const { jobId } = route.useParams();
  const { attempt } = route.useSearch();
  const job = useApi('getJob', { params: { id: jobId } });
  return <Loaded query={job}>{(found) => <JobDetails key={found.id} job={found} chosen={attempt} />}</Loaded>;
}

function JobDetails({ job, chosen }: { job: Job; chosen: number | undefined }) {
  const customer = useCustomer();
  const control = useJobControl(job);
  const growth = useJobStream(job);
  const attempts = useAttempts(job);
  const ended = isEnded(job.lifecycle);
  const attempt = chosen !== undefined && chosen >= 1 && chosen < job.attempt ? chosen : job.attempt;
  const { type } = job.task;
  const runsScript = hasBot(type);
  const task = useApi('getTask', { params: { id: job.task_id } }, { enabled: runsScript });
  const forPeople = isForPeople(type);
  // it was never given to a bot: the notice above says why
  const isRefused = job.reason_code === 'not_startable';
  const [endedBefore] = useState(ended);
  const host = useApi(
    'getHost',
    { params: { id: job.host_id ?? '' } },
    { enabled: job.host_id !== null && !endedBefore },
  );
  const atAgent = host.data?.kind === 'agent';
  return (
    <Page
      title={job.name}
      parent={
        <>
          <TextLink to="/$customer/jobs" params={{ customer }} size="sm">
            {t`Jobs`}
          </TextLink>{' '}
          ·{' '}
          {job.origin === 'trial' && job.script_id !== null ? (
            <TextLink
              to="/$customer/scripts/$scriptId"
              params={{ customer, scriptId: job.script_id }}
              search={{ job: job.id }}
              size="sm"
            >
              {t`Script`}
            </TextLink>
          ) : (
            <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: job.task_id }} size="sm">
              {t`Task`}
            </TextLink>
          )}
        </>
      }
      aside={
        <>
          <StateBadge job={job} />
          {!runsScript && <TypeBadge type={type} />}
        </>
      }
      actions={<JobActions job={job} control={control} />}
    >
      <ErrorNotice error={control.error} />
      <JobNotices job={job} atAgent={atAgent} />
      <Panel>
        <JobCause job={job} />
        {job.lifecycle !== 'onhold' && !isRefused && job.reason && (
          <Text fw={500} mb="sm" role="status">
            {sentence(job.reason)}
          </Text>
        )}
        <StopTrail job={job} />
        <JobTimeline job={job} />
        <AttemptBars job={job} attempts={attempts} shown={attempt} />
      </Panel>
      <PendingPanel job={job} mayHaveAsked={forPeople || task.data?.inputs != null} />
      <WaitingPanel job={job} />
      {(runsScript || (!forPeople && job.log_bytes > 0)) && (
        <Panel id={LOG} title={attempt === job.attempt ? t`Log` : t`Log of attempt ${attempt}`}>
          <JobLog
            key={attempt}
            job={job}
            attempt={attempt}
            growth={growth}
            emptyText={
              ended
                ? isRefused
                  ? t`There is none: no script was started.`
                  : t`It wrote nothing.`
                : atAgent
                  ? t`Nothing yet. This bot sends the log when the script has ended.`
                  : t`Nothing yet. Lines appear here as they are written.`
            }
          />
        </Panel>
      )}
      <AttemptsPanel job={job} attempts={attempts} shown={attempt} />
      <OutputsPanel job={job} />
      <ArtifactsPanel job={job} attempts={attempts} />
      {type !== 'approval' && !asksPeople(job) && <InputsPanel job={job} />}
      <Panel title={t`Details`}>
        <JobFacts job={job} />
      </Panel>
    </Page>
  );
}
