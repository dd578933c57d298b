import { kept } from '../../ui/kept.ts';
import { definitionOf, type TaskDraft } from './task-draft.ts';

/** What survives a reload of the page: in this tab alone, and without what may be secret. */
interface Kept {
  /** The task as it was when the changes were made. */
  base: string;
  draft: Omit<TaskDraft, 'env'>;
}

export interface DraftStore {
  /** The changes that were not saved; undefined where there are none, or the task was changed since. */
  read(initial: TaskDraft): TaskDraft | undefined;
  write(initial: TaskDraft, draft: TaskDraft): void;
  forget(): void;
}

/** Keeps the changes of a task, or of a new one, that are not saved yet. */
export function draftStore(customer: string, task: string | undefined): DraftStore {
  const place = kept<Kept>('tab', `task-draft:${customer}:${task ?? 'new'}`);
  return {
    read(initial) {
      const found = place.read();
      if (found === undefined || found.base !== baseOf(initial)) return undefined;
      return { ...initial, ...found.draft, env: initial.env };
    },
    write(initial, draft) {
      const { env: _env, ...others } = draft;
      const task_arguments = draft.task_arguments.map((one) => (one.masked ? { ...one, value: '' } : one));
      place.write({ base: baseOf(initial), draft: { ...others, task_arguments } });
    },
    forget: place.forget,
  };
}

/** Keys of arguments and mappings by them are made anew on each reading. */
function baseOf({ task_arguments, trigger_arguments: _mappings, env: _env, ...others }: TaskDraft): string {
  return JSON.stringify({ ...others, task_arguments: task_arguments.map(definitionOf) });
}
