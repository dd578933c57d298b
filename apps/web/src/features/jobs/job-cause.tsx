import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Cause, Job } from '@argus/contract';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';
import { scheduleTitle } from '../../ui/schedule-words.ts';
import { ZonedTime } from '../../ui/times.tsx';

/** What started a job or a run of a workflow, where that was no person: the way back to it. */
export function JobCause({ job }: { job: Pick<Job, 'cause' | 'user'> }) {
  const { cause, user } = job;
  if (cause === null) return null;
  return (
    <Text size="sm" mb="sm" component="div" role="note">
      {cause.type === 'trigger' ? (
        <ByTrigger cause={cause} />
      ) : cause.type === 'schedule' ? (
        <BySchedule cause={cause} name={user.username ?? t`a schedule`} />
      ) : (
        <AsStep cause={cause} />
      )}
    </Text>
  );
}

function AsStep({ cause }: { cause: Extract<Cause, { type: 'workflow' }> }) {
  const customer = useCustomer();
  const { workflow_id, workflow_name, run_id, step } = cause;
  return (
    <>
      <Trans>
        Step{' '}
        <TextLink
          to="/$customer/workflows/$workflowId/runs/$runId"
          params={{ customer, workflowId: workflow_id, runId: run_id }}
          search={{ step }}
          size="sm"
        >
          {step}
        </TextLink>{' '}
        of workflow{' '}
        <TextLink
          to="/$customer/workflows/$workflowId"
          params={{ customer, workflowId: workflow_id }}
          size="sm"
        >
          {workflow_name}
        </TextLink>
      </Trans>{' '}
      (<RunLink workflowId={workflow_id} runId={run_id} />)
    </>
  );
}

function ByTrigger({ cause }: { cause: Extract<Cause, { type: 'trigger' }> }) {
  const customer = useCustomer();
  const { emitter_type, emitter_id, emitter_name, event, job_id, run_id, delivery_id } = cause;
  const deliveryEnd = delivery_id?.slice(-6) ?? '';
  const jobEnd = job_id?.slice(-6) ?? '';
  if (emitter_type === 'webhook')
    return (
      <>
        <Trans>
          Started by webhook{' '}
          <TextLink
            to="/$customer/webhooks/$webhookId"
            params={{ customer, webhookId: emitter_id }}
            size="sm"
          >
            {emitter_name}
          </TextLink>
        </Trans>
        {delivery_id !== undefined && (
          <InBrackets>
            <TextLink
              to="/$customer/webhooks/$webhookId/deliveries/$deliveryId"
              params={{ customer, webhookId: emitter_id, deliveryId: delivery_id }}
              size="sm"
            >
              {t`delivery …${deliveryEnd}`}
            </TextLink>
          </InBrackets>
        )}
      </>
    );
  return (
    <>
      <Trans>
        Started by trigger: <EmitterLink cause={cause} />: {event}
      </Trans>
      {job_id !== null && (
        <InBrackets>
          <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: job_id }} size="sm">
            {t`job …${jobEnd}`}
          </TextLink>
        </InBrackets>
      )}
      {run_id !== undefined && emitter_type === 'workflow' && (
        <InBrackets>
          <RunLink workflowId={emitter_id} runId={run_id} />
        </InBrackets>
      )}
    </>
  );
}

function InBrackets({ children }: { children: ReactNode }) {
  return <> ({children})</>;
}

function EmitterLink({
  cause: { emitter_type, emitter_id, emitter_name },
}: {
  cause: Extract<Cause, { type: 'trigger' }>;
}) {
  const customer = useCustomer();
  return emitter_type === 'task' ? (
    <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: emitter_id }} size="sm">
      {emitter_name}
    </TextLink>
  ) : (
    <TextLink to="/$customer/workflows/$workflowId" params={{ customer, workflowId: emitter_id }} size="sm">
      {emitter_name}
    </TextLink>
  );
}

function RunLink({ workflowId, runId }: { workflowId: string; runId: string }) {
  const customer = useCustomer();
  const end = runId.slice(-6);
  return (
    <TextLink
      to="/$customer/workflows/$workflowId/runs/$runId"
      params={{ customer, workflowId, runId }}
      size="sm"
    >
      {t`run …${end}`}
    </TextLink>
  );
}

/** The schedule may be gone: one for a single date is, after its run. */
function BySchedule({
  cause: { schedule_id, due },
  name,
}: {
  cause: Extract<Cause, { type: 'schedule' }>;
  /** What the job says of it. */
  name: string;
}) {
  const customer = useCustomer();
  const { data, isPending } = useApi('getSchedule', { params: { id: schedule_id } });
  const time = (
    <ZonedTime at={due} timezone={data?.timezone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone} />
  );
  if (data) {
    const title = scheduleTitle(data);
    return (
      <Trans>
        Started by schedule{' '}
        <TextLink
          to="/$customer/schedules/$scheduleId"
          params={{ customer, scheduleId: schedule_id }}
          size="sm"
        >
          {title}
        </TextLink>
        , due {time}
      </Trans>
    );
  }
  return isPending ? (
    <Trans>
      Started by {name}, due {time}
    </Trans>
  ) : (
    <Trans>
      Started by {name}, which is over, due {time}
    </Trans>
  );
}
