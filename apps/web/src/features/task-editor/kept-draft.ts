import { definitionOf, type TaskDraft } from './task-draft.ts';

/** What survives a reload of the page: in this tab alone, and without what may be secret. */
interface Kept {
  /** The task as it was when the changes were made. */
  base: string;
  draft: TaskDraft;
}

export interface DraftStore {
  /** The changes that were not saved; undefined where there are none, or the task was changed since. */
  read(initial: TaskDraft): TaskDraft | undefined;
  write(initial: TaskDraft, draft: TaskDraft): void;
  forget(): void;
}

/** Keeps the changes of a task, or of a new one, that are not saved yet. */
export function draftStore(customer: string, task: string | undefined): DraftStore {
  const place = `argus.task-draft.${customer}.${task ?? 'new'}`;
  return {
    read(initial) {
      const kept = parsed(sessionStorage.getItem(place));
      if (kept === undefined || kept.base !== baseOf(initial)) return undefined;
      return { ...initial, ...kept.draft, env: initial.env };
    },
    write(initial, draft) {
      const { env: _env, ...others } = draft;
      const task_arguments = draft.task_arguments.map((one) => (one.masked ? { ...one, value: '' } : one));
      const kept = { base: baseOf(initial), draft: { ...others, task_arguments } };
      try {
        sessionStorage.setItem(place, JSON.stringify(kept));
      } catch {
        // no room: the changes live as long as the page
      }
    },
    forget: () => sessionStorage.removeItem(place),
  };
}

/** Keys of arguments and mappings by them are made anew on each reading. */
function baseOf({ task_arguments, trigger_arguments: _mappings, env: _env, ...others }: TaskDraft): string {
  return JSON.stringify({ ...others, task_arguments: task_arguments.map(definitionOf) });
}

function parsed(text: string | null): Kept | undefined {
  try {
    return text === null ? undefined : (JSON.parse(text) as Kept);
  } catch {
    return undefined;
  }
}
