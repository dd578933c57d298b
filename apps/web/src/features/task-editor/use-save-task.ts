import { ArgusApiError } from '@argus/client';
import type { Task } from '@argus/contract';
import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import { useApi, useChange } from '../../api/hooks.ts';
import { formErrors } from './form-errors.ts';
import { bodyOf, type TaskDraft } from './task-draft.ts';
import { triggerLabel } from './trigger-names.ts';

/** Saves the task of a form, and before it the script that was written with it. */
export function useSaveTask(form: UseFormReturnType<TaskDraft>, id: string | undefined) {
  const createScript = useChange('createScript', ['listScripts']);
  const createTask = useChange('createTask', ['listTasks', 'listEvents']);
  const updateTask = useChange('updateTask', ['listTasks', 'getTask', 'listEvents']);
  const events = useApi('listEvents', {}).data ?? [];
  const [error, setError] = useState<unknown>();
  const [shownFields, setShownFields] = useState<readonly string[]>([]);

  const show = (failure: unknown, draft: TaskDraft, prefix = '') => {
    const errors = failure instanceof ArgusApiError ? failure.errors : [];
    const { byInput, shown } = formErrors(errors, draft, prefix, (trigger) => triggerLabel(trigger, events));
    form.setErrors(byInput);
    setShownFields(shown);
    setError(failure);
  };

  const saveScript = async (draft: TaskDraft): Promise<string | null> => {
    if (draft.type !== 'script' || !draft.writesScript) return draft.script_id;
    const { id: created } = await createScript.mutateAsync({ body: draft.script });
    // the script exists now: a second try must not make another one
    form.setFieldValue('script_id', created);
    form.setFieldValue('script_version', null);
    form.setFieldValue('writesScript', false);
    return created;
  };

  const save = async (draft: TaskDraft): Promise<Task | undefined> => {
    setError(undefined);
    let scriptId: string | null;
    try {
      scriptId = await saveScript(draft);
    } catch (failure) {
      show(failure, draft, 'script.');
      return undefined;
    }
    try {
      const body = bodyOf(draft, scriptId);
      return await (id === undefined
        ? createTask.mutateAsync({ body })
        : updateTask.mutateAsync({ params: { id }, body }));
    } catch (failure) {
      show(failure, draft);
      return undefined;
    }
  };

  return {
    save,
    error,
    shownFields,
    pending: createScript.isPending || createTask.isPending || updateTask.isPending,
  };
}
