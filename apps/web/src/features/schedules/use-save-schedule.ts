import { ArgusApiError } from '@argus/client';
import type { Schedule, ScheduleCreate } from '@argus/contract';
import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import { useChange } from '../../api/hooks.ts';
import { serverErrors } from '../../ui/argument-form/values.ts';
import { bodyOf, formErrors, type ScheduleDraft } from './schedule-draft.ts';
import type { ScheduleOwner } from './schedule-owner.tsx';

/** The kept answers that change with any schedule. */
export const SCHEDULES_CHANGED = [
  'listSchedules',
  'listTaskSchedules',
  'listWorkflowSchedules',
  'getSchedule',
  'listOccurrences',
] as const;

/** Saves the schedule of a form; what the server finds wrong goes to its inputs. */
export function useSaveSchedule(
  form: UseFormReturnType<ScheduleDraft>,
  { owner, old }: { owner: Pick<ScheduleOwner, 'type' | 'id'>; old: Schedule | undefined },
) {
  const createOfTask = useChange('createTaskSchedule', SCHEDULES_CHANGED);
  const createOfWorkflow = useChange('createWorkflowSchedule', SCHEDULES_CHANGED);
  const create = owner.type === 'task' ? createOfTask : createOfWorkflow;
  const update = useChange('updateSchedule', SCHEDULES_CHANGED);
  const [shownFields, setShownFields] = useState<readonly string[]>([]);
  const error = create.error ?? update.error;

  const save = async (
    draft: ScheduleDraft,
    values: ScheduleCreate['task_arguments'],
  ): Promise<Schedule | undefined> => {
    const body = { ...bodyOf(draft, old), ...(values !== undefined && { task_arguments: values }) };
    try {
      return await (old === undefined
        ? create.mutateAsync({ params: { id: owner.id }, body })
        : update.mutateAsync({ params: { id: old.id }, body }));
    } catch (failure) {
      const errors = failure instanceof ArgusApiError ? failure.errors : [];
      const { byInput, shown } = formErrors(errors, draft);
      form.setErrors(byInput);
      setShownFields([
        ...shown,
        ...Object.keys(serverErrors(errors)).map((order) => `task_arguments[${order}]`),
      ]);
      return undefined;
    }
  };

  return {
    save,
    error,
    shownFields,
    refused: error instanceof ArgusApiError ? serverErrors(error.errors) : {},
    pending: create.isPending || update.isPending,
  };
}
