import { t } from '@lingui/core/macro';
import type { Decision, Pending } from '@argus/contract';

type Decided = Pending['decisions'][number];

/** How many have approved so far. */
export function approvedBy({ decisions }: Pick<Pending, 'decisions'>): number {
  return decisions.filter(({ decision }) => decision === 'approve').length;
}

/** How many of whom must approve; undefined where one word is enough and one person is asked. */
export function quorumText({ needed, people }: Pick<Pending, 'needed' | 'people'>): string | undefined {
  if (people.length === 1) return undefined;
  const count = people.length;
  if (needed === 1) return t`One of ${count} decides`;
  return needed === count ? t`All ${needed} must approve` : t`${needed} of ${count} must approve`;
}

/** What a person has done about it, in a word. */
export function wordOf(decided: Decided | undefined, isOpen: boolean): string {
  switch (decided?.decision) {
    case 'approve':
      return t`approved`;
    case 'reject':
      return t`rejected`;
    case 'input':
      return t`filled it in`;
    case undefined:
      return isOpen ? t`has not answered yet` : t`did not answer`;
  }
}

export const VIA: Readonly<Record<Decided['via'], string>> = {
  page: t`on the page`,
  api: t`by the API`,
  link: t`by the link in the mail`,
};

/** Whether a decision is refused without a reason. */
export function needsReason(rule: Pending['reason'], decision: Decision): boolean {
  return rule === 'always' || (rule === 'on_reject' && decision === 'reject');
}

/** The label and value of each argument that approvers look at. */
export function shownValues({
  task_arguments,
  task_arguments_values,
  files = [],
}: Pick<Pending, 'task_arguments' | 'task_arguments_values'> & Partial<Pick<Pending, 'files'>>): {
  label: string;
  value: string;
  isText: boolean;
  files: Pending['files'];
}[] {
  return task_arguments.map(({ label, masked, ...definition }, place) => {
    const number = place + 1;
    const name = typeof label === 'string' && label.trim() !== '' ? label : t`Argument ${number}`;
    const value = task_arguments_values[place] ?? null;
    if (masked === true || value === null)
      return { label: name, value: t`••• (masked)`, isText: false, files: [] };
    if (value === '') return { label: name, value: t`left out`, isText: false, files: [] };
    const own = files.filter(({ position }) => position === place);
    return { label: name, value: readable(value, definition), isText: true, files: own };
  });
}

/** A value as people read it: yes or no, options by their labels, JSON in lines, files by their names. */
function readable(value: string, { type, options }: Record<string, unknown>): string {
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true' ? t`yes` : t`no`;
  const parsed = valueOf(value);
  const chosen = Array.isArray(parsed) ? (parsed as unknown[]) : [value];
  const labels = chosen.map((one) => labelOf(one, options));
  if (labels.every((label) => label !== undefined)) return labels.join(', ');
  const files = chosen.map(fileNameOf);
  if (files.every((file) => file !== undefined)) return files.join(', ');
  return typeof parsed === 'object' && parsed !== null ? JSON.stringify(parsed, null, 2) : value;
}

function valueOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // a text that only begins like JSON
    return text;
  }
}

function labelOf(value: unknown, options: unknown): string | undefined {
  if (!Array.isArray(options)) return undefined;
  const found = (options as unknown[]).find(
    (option): option is { id: string; label: string } =>
      typeof option === 'object' &&
      option !== null &&
      'id' in option &&
      option.id === value &&
      'label' in option,
  );
  if (found === undefined) return undefined;
  return found.label === found.id || found.label === '' ? found.id : `${found.label} (${found.id})`;
}

function fileNameOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const name = /^data:[^,]*;name=([^;,]+)/.exec(value)?.[1];
  try {
    return name && decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** What came before the request was made; empty values are none, so that defaults show. */
export function suggestedValues({ task_arguments_values }: Pick<Pending, 'task_arguments_values'>) {
  return task_arguments_values.map((value) => value || null);
}
