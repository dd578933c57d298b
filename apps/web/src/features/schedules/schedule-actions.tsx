import { ArgusApiError } from '@argus/client';
import type { Schedule } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Group, Text } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useNavigate } from '@tanstack/react-router';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { errorMessage } from '../../ui/error-notice.tsx';
import { PlayIcon } from '../../ui/icons.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { scheduleTitle } from '../../ui/schedule-words.ts';
import { offerUndo } from '../../ui/undo.tsx';
import { ownerName } from './schedule-owner.tsx';
import { SCHEDULES_CHANGED } from './use-save-schedule.ts';

interface ScheduleActionsProps {
  schedule: Schedule;
  size?: 'compact-xs' | 'sm';
}

/** What can be done with a schedule, or with a triggered run that waits. */
export function ScheduleActions({ schedule, size = 'compact-xs' }: ScheduleActionsProps) {
  const edits = useMay('admin');
  const runs = useMay('user');
  if (schedule.kind === 'grace') return runs && <CancelRun schedule={schedule} size={size} />;
  return edits && <ChangeSchedule schedule={schedule} size={size} />;
}

type PartProps = Required<ScheduleActionsProps>;

function CancelRun({ schedule, size }: PartProps) {
  const remove = useChange('deleteSchedule', SCHEDULES_CHANGED);
  const name = ownerName(schedule);
  return (
    <ConfirmButton
      name={`cancel.${schedule.id}`}
      label={t`Cancel this run`}
      size={size}
      color="red"
      variant="light"
      question={
        <Trans>
          <b>{name}</b> will not start this time. What triggers it stays, and starts it the next time.
        </Trans>
      }
      onConfirm={() => remove.mutateAsync({ params: { id: schedule.id } })}
      error={remove.error}
      pending={remove.isPending}
    />
  );
}

function ChangeSchedule({ schedule, size }: PartProps) {
  const customer = useCustomer();
  const pause = useChange('pauseSchedule', SCHEDULES_CHANGED);
  const resume = useChange('resumeSchedule', SCHEDULES_CHANGED);
  const remove = useDeleteSchedule(schedule);
  const { id, paused } = schedule;
  const title = scheduleTitle(schedule);
  const pending = pause.isPending || resume.isPending;
  const error = pause.error ?? resume.error ?? remove.error;
  return (
    <>
      {/* in a list they stay in one line */}
      <Group gap={4} display="inline-flex" wrap={size === 'sm' ? 'wrap' : 'nowrap'}>
        <RunNow schedule={schedule} size={size} />
        {paused ? (
          <Button
            size={size}
            variant="default"
            disabled={pending}
            onClick={() => resume.mutate({ params: { id }, body: null })}
            aria-label={t`Resume ${title}`}
          >
            {t`Resume`}
          </Button>
        ) : (
          <Button
            size={size}
            variant="default"
            disabled={pending}
            onClick={() => pause.mutate({ params: { id } })}
            aria-label={t`Pause ${title}`}
          >
            {t`Pause`}
          </Button>
        )}
        <ButtonLink
          to="/$customer/schedules/$scheduleId/edit"
          params={{ customer, scheduleId: id }}
          size={size}
          variant="default"
          aria-label={t`Edit ${title}`}
        >
          {t`Edit`}
        </ButtonLink>
        <Button
          size={size}
          color="red"
          variant="light"
          loading={remove.pending}
          onClick={remove.run}
          aria-label={t`Delete ${title}`}
        >
          {t`Delete`}
        </Button>
      </Group>
      {error && (
        <Text size="xs" c="red" role="alert">
          {isOver(error, schedule) ? t`Its date has passed: edit it and give it another one.` : error.message}
        </Text>
      )}
    </>
  );
}

/** Starts what a schedule runs, with its values, and says where to follow it. */
function RunNow({ schedule, size }: PartProps) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const run = useChange('runSchedule', SCHEDULES_CHANGED);
  const title = scheduleTitle(schedule);
  const start = () =>
    run.mutate(
      { params: { id: schedule.id } },
      {
        onSuccess: ({ job_id, run_id }) => {
          const name = ownerName(schedule);
          // what tells it stands outside of the pages, where links do not work
          const follow = () =>
            void (job_id === null
              ? navigate({
                  to: '/$customer/workflows/$workflowId/runs/$runId',
                  params: { customer, workflowId: schedule.workflow_id ?? '', runId: run_id ?? '' },
                })
              : navigate({ to: '/$customer/jobs/$jobId', params: { customer, jobId: job_id } }));
          toasts.show({
            autoClose: UNDO_MS,
            message: (
              <Group justify="space-between" gap="xs">
                <Text size="sm">{t`${name} was started.`}</Text>
                {(job_id ?? run_id) !== null && (
                  <Button size="compact-sm" variant="default" onClick={follow}>
                    {job_id === null ? t`Its run` : t`Its job`}
                  </Button>
                )}
              </Group>
            ),
          });
        },
        onError: (error) => toasts.show({ color: 'red', message: errorMessage(error) }),
      },
    );
  return (
    <Button
      size={size}
      variant="default"
      loading={run.isPending}
      onClick={start}
      aria-label={t`Run ${title} now`}
      title={t`Run it now, with the values of this schedule`}
    >
      <PlayIcon size={12} />
    </Button>
  );
}

const UNDO_MS = 15_000;

/** Deletes at once, and offers to take that back. */
function useDeleteSchedule(schedule: Schedule) {
  const remove = useChange('deleteSchedule', SCHEDULES_CHANGED);
  const restore = useChange('restoreSchedule', SCHEDULES_CHANGED);
  const { id } = schedule;
  const title = scheduleTitle(schedule);
  const owner = ownerName(schedule);
  const undo = () =>
    restore.mutate(
      { params: { id } },
      { onError: (error) => toasts.show({ color: 'red', message: errorMessage(error) }) },
    );
  return {
    error: remove.error,
    pending: remove.isPending,
    run: () =>
      remove.mutate(
        { params: { id } },
        {
          onSuccess: () =>
            offerUndo({
              id,
              message: t`“${title}” of ${owner} was deleted. Jobs that it started stay.`,
              undo,
              ms: UNDO_MS,
            }),
        },
      ),
  };
}

/** Brings back a schedule that was deleted a while ago. */
export function RestoreSchedule({ id }: { id: string }) {
  const restore = useChange('restoreSchedule', SCHEDULES_CHANGED);
  if (!useMay('admin')) return null;
  return (
    <>
      <Button
        variant="default"
        loading={restore.isPending}
        onClick={() => restore.mutate({ params: { id } })}
      >
        {t`Bring it back`}
      </Button>
      {restore.error && (
        <Text size="sm" c="dimmed" role="alert">
          {t`It cannot come back: it had its only run, or was deleted more than a day ago.`}
        </Text>
      )}
    </>
  );
}

function isOver(error: Error, { kind }: Schedule): boolean {
  return kind === 'date' && error instanceof ArgusApiError && error.code === 'conflict';
}
