import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { isEnded, type Job } from '@argus/contract';
import { Alert } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { sentence } from '../../api/sentences/said.ts';
import { PauseIcon, StopIcon, WarningIcon } from '../../ui/icons.tsx';
import { asksPeople } from '../../ui/job-words.ts';
import { TextLink } from '../../ui/link.tsx';
import { Ago } from '../../ui/times.tsx';

/** What is going on that a person should know: a stop under way, a silent bot, somebody who holds it. */
export function JobNotices({ job, atAgent }: { job: Job; atAgent: boolean }) {
  if (job.reason_code === 'not_startable') return <NotStarted job={job} />;
  if (isEnded(job.lifecycle)) return null;
  if (job.stop_requested) {
    const { by, at } = job.stop_requested;
    return (
      <Alert color="orange" variant="light" icon={<StopIcon />} role="status">
        <Trans>
          {by} asked to stop it <Ago at={at} />.
        </Trans>{' '}
        {atAgent
          ? t`This bot is an existing agent, which cannot stop a script: it ends by itself or by its timeout.`
          : t`All its processes get SIGTERM, and SIGKILL where they do not end by themselves in time.`}
      </Alert>
    );
  }
  // what it asks people for is told below, with what they can do
  if (asksPeople(job)) return null;
  if (job.lifecycle === 'onhold') return <OnHold job={job} />;
  if (!job.unresponsive_since) return null;
  const bot = job.hostname ?? t`The bot`;
  return (
    <Alert color="orange" variant="light" icon={<WarningIcon />} role="status">
      <Trans>
        {bot} has not been heard of since <Ago at={job.unresponsive_since} />. The script may still be
        running.
      </Trans>
    </Alert>
  );
}

/** What was to start by itself and could not: nobody was there to be told. */
function NotStarted({ job }: { job: Job }) {
  const customer = useCustomer();
  return (
    <Alert
      color="red"
      variant="light"
      icon={<WarningIcon />}
      role="status"
      title={t`It could not be started`}
    >
      {sentence(plainReason(job.reason ?? t`Nothing is known of why`))}{' '}
      <Trans>
        No bot was asked. Put it right in{' '}
        <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: job.task_id }} size="sm">
          its task
        </TextLink>{' '}
        or in what starts it, and the next start works.
      </Trans>
    </Alert>
  );
}

/** Without what the title says already, and without the places of arguments that are named by their labels. */
function plainReason(reason: string): string {
  return reason.replace(/^it could not start: /i, '').replaceAll(/task_arguments\[\d+\]: (?=")/g, '');
}

function OnHold({ job }: { job: Job }) {
  const customer = useCustomer();
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<PauseIcon />}
      role="status"
      title={sentence(job.reason ?? t`It is on hold`)}
    >
      {job.reason_code === 'task_paused' ? (
        <Trans>
          It starts when{' '}
          <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: job.task_id }} size="sm">
            its task
          </TextLink>{' '}
          is resumed.
        </Trans>
      ) : (
        t`It stays in the queue and starts when somebody resumes it.`
      )}
    </Alert>
  );
}
