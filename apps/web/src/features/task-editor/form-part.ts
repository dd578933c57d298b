import type { UseFormReturnType } from '@mantine/form';
import type { TaskDraft } from './task-draft.ts';

/** What each section of the task form works on. */
export interface FormPart {
  form: UseFormReturnType<TaskDraft>;
}
