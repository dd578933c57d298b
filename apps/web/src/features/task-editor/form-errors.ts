import type { FieldError } from '@argus/contract';
import type { TaskDraft } from './task-draft.ts';

/** Lists that one input edits: what is wrong with an entry is told there, with the entry. */
const LISTS = [
  'tags',
  'acls',
  'triggers',
  'host_labels',
  'approval.people',
  'inputs.people',
  'notification.recipients',
] as const;

export interface ShownErrors {
  /** What is wrong, by the path of the input in the form. */
  byInput: Record<string, string>;
  /** The fields, as the server names them, that some input shows. */
  shown: string[];
}

/**
 * Brings errors of the server to the inputs of the form. `prefix`: where the fields of another body are in it. `called`:
 * how people know a trigger.
 */
export function formErrors(
  errors: readonly FieldError[],
  draft: TaskDraft,
  prefix = '',
  called: (trigger: string) => string = (trigger) => trigger,
): ShownErrors {
  const byInput: Record<string, string> = {};
  const shown: string[] = [];
  const lists: readonly string[] = LISTS;
  for (const { field, message } of errors) {
    const [path, text] = place(field, message, draft);
    const input = prefix + path;
    if (!isInput(input, draft) || lists.includes(path)) continue;
    byInput[input] = byInput[input] === undefined ? text : `${byInput[input]}; ${text}`;
    shown.push(field);
  }
  for (const list of prefix === '' ? LISTS : []) {
    const entries = listOf(draft, list);
    const texts = entryErrors(errors, list, list === 'triggers' ? entries.map(called) : entries);
    if (texts.length === 0) continue;
    byInput[list] = texts.join('; ');
    shown.push(...errors.map(({ field }) => field).filter((field) => field.split('[')[0] === list));
  }
  return { byInput, shown };
}

/** What is wrong with a list, each time with the entry that is meant. */
export function entryErrors(
  errors: readonly FieldError[],
  list: string,
  entries: readonly string[],
): string[] {
  return errors.flatMap(({ field, message }) => {
    if (field === list) return [message];
    const index = new RegExp(String.raw`^${list}\[(\d+)\]$`).exec(field)?.[1];
    return index === undefined ? [] : [`“${entries[Number(index)]}” ${message}`];
  });
}

function place(field: string, message: string, draft: TaskDraft): [path: string, text: string] {
  const [, trigger = '', order] = /^trigger_arguments\.([^.]+)\.(\d+)$/.exec(field) ?? [];
  if (order !== undefined)
    return [`trigger_arguments.${trigger}.${draft.task_arguments[Number(order)]?.key}`, message];
  if (field.startsWith('env.')) return ['env', `${field.slice('env.'.length)} ${message}`];
  if (field.startsWith('request.headers')) return ['request.headers', message];
  const list = /^([\w.]+)\[\d+\]$/.exec(field)?.[1];
  if (list !== undefined && list !== 'task_arguments') return [list, message];
  // what is wrong with all of it is told where it begins
  if (field === 'retries') return ['retries.limit', message];
  return [field.replace(/\[(\d+)\]/g, '.$1').replace(/\.options\b.*/, '.options'), message];
}

function listOf(draft: TaskDraft, list: (typeof LISTS)[number]): readonly string[] {
  switch (list) {
    case 'approval.people':
      return draft.approval.people;
    case 'inputs.people':
      return draft.inputs.people;
    case 'notification.recipients':
      return draft.notification.recipients;
    default:
      return draft[list];
  }
}

function isInput(path: string, draft: TaskDraft): boolean {
  let value: unknown = draft;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return true;
}
