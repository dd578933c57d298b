import { FileValue, invalid, LabelledValue, type ArgumentDefinition } from '@argus/contract';

/** Fields of a run's body that are about the run, not its arguments. */
const RUN_FIELDS = new Set([
  'task',
  'customer',
  'access_token',
  'task_arguments',
  'priority',
  'lifecycle',
  'wait_result',
  'assignee',
]);
/** Those of them that say what to run: they are no argument even where the whole body is one. */
const ADDRESS_FIELDS = new Set(['task', 'customer', 'access_token']);

export interface RunRequest {
  /** The task's id where the path does not name it. */
  task: string | undefined;
  /** The list of argument values as sent, not yet checked against the task's definitions. */
  given: unknown[];
  /** Whether any values were sent at all. */
  hasValues: boolean;
  priority: number | undefined;
  /** The job is made, and waits for somebody to let it go. */
  hold: boolean;
  /** Members who act for the caller, where the task asks them: e-mails or ids. */
  assignee: string[];
  /** The caller wants the result, not the job. */
  wait: boolean;
}

/**
 * Reads what a caller wants to run, in all the ways that existing clients send it (wire-compatible): an object
 * with `task_arguments`, a bare array of values, a form, the query; and for a task of exactly one argument any
 * JSON object, which becomes that argument as it is. Other unknown fields are refused by name. Where `task_arguments` is
 * an object, its keys are labels.
 */
export function readRun(body: unknown, query: Record<string, unknown>, dynamicCount: number): RunRequest {
  if (Array.isArray(body)) return { ...optionsOf({}, query), given: body, hasValues: true };
  if (body !== undefined && body !== null && typeof body !== 'object')
    throw invalid('body', 'must be an object or an array of arguments');
  const fields = (body ?? {}) as Record<string, unknown>;
  const own = Object.keys(fields).filter((name) => !RUN_FIELDS.has(name));
  const list = fields['task_arguments'] ?? query['task_arguments'];
  if (own.length === 0) {
    const given = listOf(list);
    return { ...optionsOf(fields, query), given, hasValues: list !== undefined && list !== null };
  }
  if (list !== undefined || dynamicCount !== 1) throw invalid(own[0] as string, 'is not a field of a run');
  const argument = Object.fromEntries(Object.entries(fields).filter(([name]) => !ADDRESS_FIELDS.has(name)));
  return { ...optionsOf({ task: fields['task'] }, query), given: [argument], hasValues: true };
}

function optionsOf(fields: Record<string, unknown>, query: Record<string, unknown>) {
  const option = (name: string) => fields[name] ?? query[name];
  return {
    task: textOf(option('task'), 'task'),
    priority: priorityOf(option('priority')),
    hold: holdOf(option('lifecycle')),
    assignee: assigneesOf(option('assignee')),
    wait: waitOf(fields['wait_result']) || waitOf(query['wait_result']),
  };
}

function textOf(value: unknown, field: string): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw invalid(field, 'must be text');
  return value.replace(/^"(.*)"$/, '$1');
}

/** A list as sent, or values by label; a single form value is a list of one. */
function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [value];
  if (typeof value === 'object' && !(value instanceof FileValue)) {
    const named = Object.entries(value).map(([label, one]) => new LabelledValue(label, one));
    return named.length > 0 ? named : [new LabelledValue(null, undefined)];
  }
  throw invalid('task_arguments', 'must be an array, or an object of values by label');
}

function assigneesOf(value: unknown): string[] {
  if (value === undefined) return [];
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((one) => typeof one === 'string' && one !== ''))
    throw invalid('assignee', 'must be a list of e-mails or ids of members');
  return list as string[];
}

function priorityOf(value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < -100 || number > 100)
    throw invalid('priority', 'must be a whole number from -100 to 100');
  return number;
}

function holdOf(value: unknown): boolean {
  if (value === undefined || value === '' || value === 'ready') return false;
  if (value === 'onhold') return true;
  throw invalid('lifecycle', 'must be onhold, or left out');
}

function waitOf(value: unknown): boolean {
  if (value === undefined || value === '' || value === false || value === 'false' || value === '0')
    return false;
  if (value === true || value === 'true' || value === '1' || value === 1) return true;
  throw invalid('wait_result', 'must be true or false');
}

/** The ended lifecycles whose jobs an emptied queue loses too, from `lifecycle[]=`. */
export function lifecyclesToDelete(given: unknown): string[] {
  const list = given === undefined || given === '' ? [] : Array.isArray(given) ? given : [given];
  const ended = ['finished', 'canceled', 'terminated', 'expired'];
  const waiting = ['ready', 'onhold'];
  for (const one of list) {
    if (one === 'assigned' || one === 'started')
      throw invalid('lifecycle', `${one} jobs are running: stop them first, they are never deleted`);
    if (typeof one !== 'string' || !(ended.includes(one) || waiting.includes(one)))
      throw invalid('lifecycle', `must be of ${[...waiting, ...ended].join(', ')}`);
  }
  return ended.filter((one) => list.includes(one));
}

/**
 * Whether values that were given for some definitions mean the same for others: each place has its type, is masked as before,
 * and is not that of another argument now. Another label of the same argument is no other argument.
 */
export function takesTheSame(
  before: readonly ArgumentDefinition[],
  now: readonly ArgumentDefinition[],
): boolean {
  return (
    before.length === now.length &&
    before.every(({ type, masked = false, label = '' }, place) => {
      const other = now[place];
      const isMoved =
        label !== '' && label !== (other?.label ?? '') && now.some((one) => one.label === label);
      return other?.type === type && (other.masked ?? false) === masked && !isMoved;
    })
  );
}
