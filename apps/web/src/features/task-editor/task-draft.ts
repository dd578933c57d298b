import type { ArgumentDefinitionInput, ArgumentType, ResultRule, Task, TaskUpdate } from '@argus/contract';
import { mappingDrafts, mappingOf, type MappingDrafts } from './mapping-draft.ts';
import { EMPTY_TYPE, typeBody, typeDraft, type TypeDraft } from './type-draft.ts';
import { EMPTY_POLICY, numberOf, policyBody, policyDraft, type PolicyDraft } from './policy-draft.ts';

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
  /** It had no value when it was read, as in a task from a recipe: left empty, it still has none. */
  unset: boolean;
  masked: boolean;
  multiple: boolean;
  readonly: boolean;
  pattern: string;
  charset: string;
  charsmin: number | string;
  charsmax: number | string;
  endpoint_url: string;
  id_attribute: string;
  text_attribute: string;
  /** One option a line: `value` or `value | label`. */
  options: string;
}

/** A task as the form edits it. */
export interface TaskDraft extends PolicyDraft, TypeDraft {
  name: string;
  description: string;
  /** What people confirm before they run it. */
  confirm: string;
  tags: string[];
  /** Whether labels choose its bot, not `host_id`. */
  byLabels: boolean;
  host_id: string | null;
  host_labels: string[];
  /** Whether the script is written here, to be created with the task. */
  writesScript: boolean;
  script_id: string | null;
  /** The version that it stays with; null is always the newest. */
  script_version: number | null;
  script: { filename: string; content: string };
  run_as: string;
  task_arguments: ArgumentDraft[];
  env: string;
  acls: string[];
  /** Ids of events; one that is known by its emitter and name alone is a `namedTrigger`. */
  triggers: string[];
  trigger_arguments: MappingDrafts;
  priority: number | string;
  timeout: number | string;
  grace_time: number | string;
  multitasking: boolean;
  result_rule: ResultRule;
  retention_days: number | string;
  retention_jobs: number | string;
}

/** Those that limit something: all characters is the same as none named. */
const CHARSETS = ['alpha', 'num', 'alnum'] as const;

let keys = 0;
/** Drafts outlive the page: keys of one visit are not those of another. */
const visit = Date.now().toString(36);

export function newKey(): string {
  keys += 1;
  return `argument-${visit}-${keys}`;
}

export function emptyArgument(): ArgumentDraft {
  return {
    key: newKey(),
    kept: {},
    type: 'input',
    label: '',
    help: '',
    required: true,
    value: '',
    unset: false,
    masked: false,
    multiple: false,
    readonly: false,
    pattern: '',
    charset: 'all',
    charsmin: '',
    charsmax: '',
    endpoint_url: '',
    id_attribute: '',
    text_attribute: '',
    options: '',
  };
}

export const EMPTY_DRAFT: TaskDraft = {
  ...EMPTY_POLICY,
  ...EMPTY_TYPE,
  name: '',
  description: '',
  confirm: '',
  tags: [],
  byLabels: false,
  host_id: null,
  host_labels: [],
  writesScript: false,
  script_id: null,
  script_version: null,
  script: { filename: '', content: '' },
  run_as: '',
  task_arguments: [],
  env: '',
  acls: [],
  triggers: [],
  trigger_arguments: {},
  priority: '',
  timeout: '',
  grace_time: '',
  multitasking: true,
  result_rule: 'exit_code',
  retention_days: '',
  retention_jobs: '',
};

export function draftOf(task: Task): TaskDraft {
  const { name, description, confirm, tags, host_id, host_labels, script_id, script_version, run_as, acls } =
    task;
  const { triggers, grace_time, priority, multitasking, result_rule } = task;
  const { retention_days, retention_jobs } = task;
  const task_arguments = task.task_arguments.map(argumentDraft);
  return {
    ...EMPTY_DRAFT,
    ...policyDraft(task),
    ...typeDraft(task),
    name,
    description,
    confirm,
    tags,
    byLabels: host_labels.length > 0,
    host_id,
    host_labels,
    script_id,
    script_version,
    run_as,
    acls,
    triggers,
    priority,
    grace_time,
    multitasking,
    result_rule,
    retention_days,
    retention_jobs,
    task_arguments,
    trigger_arguments: mappingDrafts(task.trigger_arguments, task_arguments),
    env: envText(task.env ?? {}),
    timeout: task.timeout ?? '',
  };
}

export function argumentDraft(definition: Record<string, unknown>): ArgumentDraft {
  const {
    type,
    label,
    help,
    required,
    value,
    masked,
    multiple,
    readonly,
    pattern,
    charset,
    charsmin,
    charsmax,
    endpoint_url,
    id_attribute,
    text_attribute,
    options,
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
    unset: value === undefined || value === null,
    masked: masked ?? false,
    multiple: multiple ?? false,
    readonly: readonly ?? false,
    pattern: pattern ?? '',
    charset: charset ?? 'all',
    charsmin: charsmin || '',
    charsmax: charsmax || '',
    endpoint_url: endpoint_url ?? '',
    id_attribute: id_attribute ?? '',
    text_attribute: text_attribute ?? '',
    options: (options ?? [])
      .map(({ id, label: text }) => (text && text !== id ? `${id} | ${text}` : id))
      .join('\n'),
  };
}

/** `KEY=value` lines; JSON where a value has lines of its own. Both are accepted by the API. */
export function envText(env: Record<string, string>): string {
  const entries = Object.entries(env);
  if (entries.some(([, value]) => /[\r\n]/.test(value))) return JSON.stringify(env, null, 2);
  return entries.map(([name, value]) => `${name}=${value}`).join('\n');
}

/** What is sent of a draft. Numbers left empty are the server's own defaults. */
export function bodyOf(draft: TaskDraft, scriptId: string | null): TaskUpdate & { name: string } {
  const { name, description, confirm, tags, acls } = draft;
  const retention_days = numberOf(draft.retention_days);
  const retention_jobs = numberOf(draft.retention_jobs);
  return {
    ...typeBody(draft),
    ...(draft.type === 'script' && scriptBody(draft, scriptId)),
    ...(draft.type === 'http' && { ...placeOf(draft), timeout: numberOf(draft.timeout) }),
    ...((draft.type === 'http' || draft.type === 'notification') && { retries: policyBody(draft).retries }),
    name: name.trim(),
    description,
    confirm,
    tags,
    acls,
    ...triggersOf(draft),
    task_arguments: draft.task_arguments.map(definitionOf),
    grace_time: numberOf(draft.grace_time),
    ...(retention_days !== null && { retention_days }),
    ...(retention_jobs !== null && { retention_jobs }),
  };
}

function placeOf({ byLabels, host_id, host_labels }: TaskDraft): Pick<TaskUpdate, 'host_id' | 'host_labels'> {
  return byLabels ? { host_id: null, host_labels } : { host_id, host_labels: [] };
}

/** What only a script has: where it runs, and how. */
function scriptBody(draft: TaskDraft, scriptId: string | null): TaskUpdate {
  const { run_as, env, multitasking, result_rule } = draft;
  return {
    ...policyBody(draft),
    ...placeOf(draft),
    script_id: scriptId,
    script_version: draft.writesScript ? null : draft.script_version,
    run_as,
    env,
    multitasking,
    result_rule,
    timeout: numberOf(draft.timeout),
    priority: numberOf(draft.priority) ?? 0,
  };
}

/** The events, and where their arguments come from: of one without an id this is told with the event itself. */
function triggersOf(draft: TaskDraft): Pick<TaskUpdate, 'triggers' | 'trigger_arguments'> {
  const trigger_arguments: NonNullable<TaskUpdate['trigger_arguments']> = {};
  const triggers = draft.triggers.map((trigger) => {
    const read = readTrigger(trigger);
    const given = draft.trigger_arguments[trigger];
    const mapping = given && mappingOf(given, draft.task_arguments);
    if (mapping === undefined) return read;
    if (typeof read !== 'string') return { ...read, arguments: mapping };
    trigger_arguments[read] = mapping;
    return read;
  });
  return { triggers, trigger_arguments };
}

/** An event that may not have an id yet, as one text: a task and the name that its script gives to the event. */
export function namedTrigger(task: string, event: string): string {
  return `${task}/${event}`;
}

/** What is sent of a trigger: its id, or task and name. */
export function readTrigger(trigger: string): string | { task: string; event: string } {
  const slash = trigger.indexOf('/');
  return slash < 0 ? trigger : { task: trigger.slice(0, slash), event: trigger.slice(slash + 1) };
}

export function definitionOf(draft: ArgumentDraft, order: number): ArgumentDefinitionInput {
  const { kept, type, label, help, required, value, unset, masked, multiple, readonly } = draft;
  const { pattern, charsmin, charsmax, endpoint_url, id_attribute, text_attribute } = draft;
  const charset = CHARSETS.find((one) => one === draft.charset);
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
    ...(((type === 'fixed' && !masked && !unset) || value !== '') && { value }),
    ...(readonly && { readonly }),
    ...(pattern !== '' && { pattern }),
    ...(charset !== undefined && { charset }),
    ...(typeof charsmin === 'number' && { charsmin }),
    ...(typeof charsmax === 'number' && { charsmax }),
    ...(endpoint_url !== '' && { endpoint_url }),
    ...(id_attribute !== '' && { id_attribute }),
    ...(text_attribute !== '' && { text_attribute }),
    ...(options.length > 0 && { options }),
  };
}

function optionOf(line: string, order: number) {
  const [id = '', ...label] = line.split('|');
  return { id: id.trim(), label: label.length > 0 ? label.join('|').trim() : id.trim(), order };
}
