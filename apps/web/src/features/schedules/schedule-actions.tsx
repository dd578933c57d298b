import { ArgusApiError } from '@argus/client';
import type { Schedule } from '@argus/contract';
import { Button, Group, Text } from '@mantine/core';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { scheduleTitle } from '../../ui/schedule-words.ts';
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
  return (
    <ConfirmButton
      label="Cancel this run"
      size={size}
      color="red"
      variant="light"
      question={
        <>
          <b>{ownerName(schedule)}</b> will not start this time. What triggers it stays, and starts it the
          next time.
        </>
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
  const remove = useChange('deleteSchedule', SCHEDULES_CHANGED);
  const { id, paused } = schedule;
  const title = scheduleTitle(schedule);
  const pending = pause.isPending || resume.isPending;
  const error = pause.error ?? resume.error;
  return (
    <>
      <Group gap={4} display="inline-flex" wrap="nowrap">
        {paused ? (
          <Button
            size={size}
            variant="default"
            disabled={pending}
            onClick={() => resume.mutate({ params: { id }, body: null })}
            aria-label={`Resume ${title}`}
          >
            Resume
          </Button>
        ) : (
          <Button
            size={size}
            variant="default"
            disabled={pending}
            onClick={() => pause.mutate({ params: { id } })}
            aria-label={`Pause ${title}`}
          >
            Pause
          </Button>
        )}
        <ButtonLink
          to="/$customer/schedules/$scheduleId/edit"
          params={{ customer, scheduleId: id }}
          size={size}
          variant="default"
          aria-label={`Edit ${title}`}
        >
          Edit
        </ButtonLink>
        <ConfirmButton
          label="Delete"
          aria-label={`Delete ${title}`}
          size={size}
          color="red"
          variant="light"
          question={
            <>
              <b>{title}</b> starts <b>{ownerName(schedule)}</b> no more. Jobs that it has started go on and
              stay.
            </>
          }
          onConfirm={() => remove.mutateAsync({ params: { id } })}
          error={remove.error}
          pending={remove.isPending}
        />
      </Group>
      {error && (
        <Text size="xs" c="red" role="alert">
          {isOver(error, schedule) ? 'Its date has passed: edit it and give it another one.' : error.message}
        </Text>
      )}
    </>
  );
}

function isOver(error: Error, { kind }: Schedule): boolean {
  return kind === 'date' && error instanceof ArgusApiError && error.code === 'conflict';
}
