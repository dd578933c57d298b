import { isEnded, type Job } from '@argus/contract';
import { Alert, Button, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatBytes } from '../../ui/format.ts';
import { PlayIcon, StopIcon, WarningIcon } from '../../ui/icons.tsx';
import { startedBy } from '../../ui/job-table.tsx';
import { TextLink } from '../../ui/link.tsx';
import { LogView } from '../../ui/log/log-view.tsx';
import { Facts, FileLink, Loaded, Page, Panel } from '../../ui/page.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Ago } from '../../ui/times.tsx';
import { RunDialog } from '../tasks/run-dialog.tsx';
import { InputsPanel, OutputsPanel } from './job-data.tsx';
import { JobTimeline } from './job-timeline.tsx';
import { useJobStream } from './use-job-stream.ts';

const route = getRouteApi('/$customer/jobs/$jobId');

/** One run of a task, live: where it is, how it went, what it said. */
export function JobPage() {
  const { jobId } = route.useParams();
  const job = useApi('getJob', { params: { id: jobId } });
  return <Loaded query={job}>{(found) => <JobDetails key={found.id} job={found} />}</Loaded>;
}

function JobDetails({ job }: { job: Job }) {
  const customer = useCustomer();
  const cancel = useChange('cancelJob', ['listJobs']);
  const { store, skipped, error } = useJobStream(job);
  const [endedBefore] = useState(() => isEnded(job.lifecycle));
  const host = useApi(
    'getHost',
    { params: { id: job.host_id ?? '' } },
    { enabled: job.host_id !== null && !endedBefore },
  );
  const atAgent = host.data?.kind === 'agent';
  const logUrl = `/${customer}/job/${job.id}/log`;
  return (
    <Page
      title={job.name}
      parent={
        <>
          <TextLink to="/$customer/jobs" params={{ customer }} size="sm">
            Jobs
          </TextLink>{' '}
          ·{' '}
          <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: job.task_id }} size="sm">
            Task
          </TextLink>
        </>
      }
      aside={<StateBadge job={job} />}
      actions={
        <JobActions
          job={job}
          cancelling={cancel.isPending}
          onCancel={() => cancel.mutate({ params: { id: job.id } })}
        />
      }
    >
      <ErrorNotice error={cancel.error ?? error} />
      <Warnings job={job} atAgent={atAgent} />
      <Panel>
        {job.reason && (
          <Text fw={500} mb="sm" role="status">
            {sentence(job.reason)}
          </Text>
        )}
        <JobTimeline job={job} />
      </Panel>
      <Panel title="Log">
        <LogView
          store={store}
          {...(endedBefore && { expectedLines: job.log_lines })}
          emptyText={
            isEnded(job.lifecycle)
              ? 'It wrote nothing.'
              : atAgent
                ? 'Nothing yet. This bot sends the log when the script has ended.'
                : 'Nothing yet. Lines appear here as they are written.'
          }
          links={
            <FileLink href={logUrl} download={`${job.id}.log`}>
              Download the full log
            </FileLink>
          }
          notice={<Skipped bytes={skipped} lines={store.dropped} />}
        />
      </Panel>
      {job.output.length > 0 && <OutputsPanel output={job.output} />}
      <InputsPanel job={job} />
      <Panel title="Details">
        <JobFacts job={job} />
      </Panel>
    </Page>
  );
}

interface JobActionsProps {
  job: Job;
  cancelling: boolean;
  onCancel: () => void;
}

function JobActions({ job, cancelling, onCancel }: JobActionsProps) {
  const runs = useMay('user');
  const task = useApi('getTask', { params: { id: job.task_id } });
  const [running, setRunning] = useState(false);
  if (!runs) return null;
  const stopping = job.stop_requested !== null;
  return (
    <>
      {!isEnded(job.lifecycle) && (
        <Button
          color="red"
          variant="light"
          leftSection={<StopIcon />}
          onClick={onCancel}
          loading={cancelling}
          disabled={stopping}
        >
          {stopping ? 'Stopping…' : 'Cancel'}
        </Button>
      )}
      {task.data && (
        <Button variant="default" leftSection={<PlayIcon />} onClick={() => setRunning(true)}>
          Run again
        </Button>
      )}
      {running && task.data && (
        <RunDialog task={task.data} earlier={job.task_arguments_values} onClose={() => setRunning(false)} />
      )}
    </>
  );
}

/** What is going on that a person should know: a stop that is under way, a bot that is silent. */
function Warnings({ job, atAgent }: { job: Job; atAgent: boolean }) {
  if (isEnded(job.lifecycle)) return null;
  if (job.stop_requested) {
    const { by, at } = job.stop_requested;
    return (
      <Alert color="orange" variant="light" icon={<StopIcon />} role="status">
        {by} asked to stop it <Ago at={at} />.{' '}
        {atAgent
          ? 'This bot is an existing agent, which cannot stop a script: it ends by itself or by its timeout.'
          : 'It is being stopped with all its processes.'}
      </Alert>
    );
  }
  if (!job.unresponsive_since) return null;
  return (
    <Alert color="orange" variant="light" icon={<WarningIcon />} role="status">
      {job.hostname ?? 'The bot'} has not been heard of since <Ago at={job.unresponsive_since} />. The script
      may still be running.
    </Alert>
  );
}

function Skipped({ bytes, lines }: { bytes: number; lines: number }) {
  if (bytes === 0 && lines === 0) return null;
  const what =
    lines > 0
      ? `The first ${lines.toLocaleString()} lines read here are`
      : `The first ${formatBytes(bytes)} are`;
  return (
    <Text size="sm" c="dimmed" mb="xs">
      {what} not shown: only the end of a log this long is kept in the page. The full log can be downloaded.
    </Text>
  );
}

function JobFacts({ job }: { job: Job }) {
  return (
    <Facts
      facts={[
        ['Lifecycle', job.lifecycle],
        ['Started by', startedBy(job)],
        ['Bot', job.hostname ?? 'not assigned'],
        ...(job.exit_code === null ? [] : [['Exit code', job.exit_code] as const]),
        ...(job.signal === null ? [] : [['Signal', job.signal] as const]),
        ...(job.event_name === null ? [] : [['Event', job.event_name] as const]),
        ['Timeout', `${job.timeout} s`],
        ['Attempt', job.attempt === 0 ? 'none yet' : job.attempt],
        ['Log', `${job.log_lines.toLocaleString()} lines, ${formatBytes(job.log_bytes)}`],
        ['Job id', job.id],
      ]}
    />
  );
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
