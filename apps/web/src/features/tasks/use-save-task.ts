import { ArgusApiError } from '@argus/client';
import type { Task } from '@argus/contract';
import type { UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import { useChange } from '../../api/hooks.ts';
import { bodyOf, formErrors, type TaskDraft } from './task-draft.ts';

/** Saves the task of a form, and before it the script that was written with it. */
export function useSaveTask(form: UseFormReturnType<TaskDraft>, id: string | undefined) {
  const createScript = useChange('createScript', ['listScripts']);
  const createTask = useChange('createTask', ['listTasks']);
  const updateTask = useChange('updateTask', ['listTasks', 'getTask']);
  const [error, setError] = useState<unknown>();

  const show = (failure: unknown, prefix = '') => {
    setError(failure);
    if (failure instanceof ArgusApiError) form.setErrors(formErrors(failure.errors, prefix));
  };

  const saveScript = async (draft: TaskDraft): Promise<string | null> => {
    if (!draft.writesScript) return draft.script_id;
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
      show(failure, 'script.');
      return undefined;
    }
    try {
      const body = bodyOf(draft, scriptId);
      return await (id === undefined
        ? createTask.mutateAsync({ body })
        : updateTask.mutateAsync({ params: { id }, body }));
    } catch (failure) {
      show(failure);
      return undefined;
    }
  };

  return { save, error, pending: createScript.isPending || createTask.isPending || updateTask.isPending };
}
