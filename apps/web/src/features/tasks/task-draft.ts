import type {
  ArgumentDefinitionInput,
  ArgumentType,
  FieldError,
  ResultRule,
  Task,
  TaskUpdate,
} from '@argus/contract';

/** One argument as the form edits it. What the form does not know of a definition stays as it was. */
export interface ArgumentDraft {
  /** Tells the cards of the form apart while they move. */
  key: string;
  kept: Record<string, unknown>;
  type: ArgumentType;
  label: string;
  help: string;
  required: boolean;
  value: string;
  masked: boolean;
  multiple: boolean;
  pattern: string;
  /** One option a line: `value` or `value | label`. */
  options: string;
  endpoint_url: string;
  id_attribute: string;
  text_attribute: string;
}

/** A task as the form edits it. */
export interface TaskDraft {
  name: string;
  description: string;
  tags: string[];
  host_id: string | null;
  /** Whether the script is written here, to be created with the task. */
  writesScript: boolean;
  script_id: string | null;
  script: { filename: string; content: string };
  run_as: string;
  task_arguments: ArgumentDraft[];
  env: string;
  acls: string[];
  timeout: number | string;
  grace_time: number | string;
  multitasking: boolean;
  result_rule: ResultRule;
  retention_days: number | string;
  retention_jobs: number | string;
}

let keys = 0;

export function emptyArgument(): ArgumentDraft {
  keys += 1;
  return {
    key: `argument ${keys}`,
    kept: {},
    type: 'input',
    label: '',
    help: '',
    required: true,
    value: '',
    masked: false,
    multiple: false,
    pattern: '',
    options: '',
    endpoint_url: '',
    id_attribute: '',
    text_attribute: '',
  };
}

export const EMPTY_DRAFT: TaskDraft = {
  name: '',
  description: '',
  tags: [],
  host_id: null,
  writesScript: false,
  script_id: null,
  script: { filename: '', content: '' },
  run_as: '',
  task_arguments: [],
  env: '',
  acls: [],
  timeout: '',
  grace_time: 0,
  multitasking: true,
  result_rule: 'exit_code',
  retention_days: '',
  retention_jobs: '',
};

export function draftOf(task: Task): TaskDraft {
  const { name, description, tags, host_id, script_id, run_as, acls, grace_time, multitasking, result_rule } =
    task;
  return {
    ...EMPTY_DRAFT,
    name,
    description,
    tags,
    host_id,
    script_id,
    run_as,
    acls,
    grace_time,
    multitasking,
    result_rule,
    task_arguments: task.task_arguments.map(argumentDraft),
    env: envText(task.env ?? {}),
    timeout: task.timeout ?? '',
    retention_days: task.retention_days,
    retention_jobs: task.retention_jobs,
  };
}

function argumentDraft(definition: Record<string, unknown>): ArgumentDraft {
  const {
    type,
    label,
    help,
    required,
    value,
    masked,
    multiple,
    pattern,
    options,
    endpoint_url = '',
    id_attribute = '',
    text_attribute = '',
    order: _,
    ...kept
  } = definition as Partial<ArgumentDefinitionInput>;
  return {
    ...emptyArgument(),
    kept,
    type: type === 'options' || type === undefined ? 'select' : type,
    label: label ?? '',
    help: help ?? '',
    required: required ?? true,
    value:
      value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value),
    masked: masked ?? false,
    multiple: multiple ?? false,
    pattern: pattern ?? '',
    options: (options ?? [])
      .map(({ id, label: text }) => (text && text !== id ? `${id} | ${text}` : id))
      .join('\n'),
    endpoint_url,
    id_attribute,
    text_attribute,
  };
}

/** `KEY=value` lines; JSON where a value has lines of its own. Both are accepted by the API. */
function envText(env: Record<string, string>): string {
  const entries = Object.entries(env);
  if (entries.some(([, value]) => /[\r\n]/.test(value))) return JSON.stringify(env, null, 2);
  return entries.map(([name, value]) => `${name}=${value}`).join('\n');
}

/** What is sent of a draft. Numbers left empty are the server's own defaults. */
export function bodyOf(draft: TaskDraft, scriptId: string | null): TaskUpdate & { name: string } {
  const { name, description, tags, host_id, run_as, env, acls, multitasking, result_rule } = draft;
  const number = (value: number | string) => (typeof value === 'number' ? value : null);
  const retention_days = number(draft.retention_days);
  const retention_jobs = number(draft.retention_jobs);
  return {
    name: name.trim(),
    description,
    tags,
    host_id,
    run_as,
    env,
    acls,
    multitasking,
    result_rule,
    script_id: scriptId,
    task_arguments: draft.task_arguments.map(definitionOf),
    timeout: number(draft.timeout),
    grace_time: number(draft.grace_time) ?? 0,
    ...(retention_days !== null && { retention_days }),
    ...(retention_jobs !== null && { retention_jobs }),
  };
}

function definitionOf(draft: ArgumentDraft, order: number): ArgumentDefinitionInput {
  const { kept, type, label, help, required, value, masked, multiple, pattern } = draft;
  const { endpoint_url, id_attribute, text_attribute } = draft;
  const options = draft.options
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(optionOf);
  return {
    ...kept,
    order,
    type,
    label,
    help,
    required,
    masked,
    multiple,
    // an empty value is one only where the argument is nothing else, and was not hidden from the form
    ...(((type === 'fixed' && !masked) || value !== '') && { value }),
    ...(pattern !== '' && { pattern }),
    ...(options.length > 0 && { options }),
    ...(type === 'remote-options' && filled({ endpoint_url, id_attribute, text_attribute })),
  };
}

function filled(texts: Record<string, string>): Record<string, string> {
  const entries = Object.entries(texts).map(([name, text]) => [name, text.trim()]);
  return Object.fromEntries(entries.filter(([, text]) => text !== ''));
}

function optionOf(line: string, order: number) {
  const [id = '', ...label] = line.split('|');
  return { id: id.trim(), label: label.length > 0 ? label.join('|').trim() : id.trim(), order };
}

/** Errors of the server by the paths of the form. */
export function formErrors(errors: readonly FieldError[], prefix = ''): Record<string, string> {
  return Object.fromEntries(
    errors.map(({ field, message }) => [
      prefix + field.replace(/\[(\d+)\]/g, '.$1').replace(/\.options\b.*/, '.options'),
      message,
    ]),
  );
}
