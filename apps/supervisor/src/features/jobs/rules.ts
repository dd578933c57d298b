import { invalid } from '@argus/contract';

/** Fields of a run's body or query that are about the run, not its arguments. */
const RUN_FIELDS = new Set(['task', 'customer', 'access_token', 'task_arguments', 'priority']);

export interface RunRequest {
  /** The task's id where the path does not name it. */
  task: string | undefined;
  /** The list of argument values as sent, not yet checked against the task's definitions. */
  given: unknown[];
  priority: number | undefined;
}

/**
 * Reads what a caller wants to run, in all the ways that existing clients send it (wire-compatible): an object
 * with `task_arguments`, a bare array of values, a form, the query; and for a task of exactly one argument any
 * JSON object, which becomes that argument. Other unknown fields are refused by name.
 */
export function readRun(body: unknown, query: Record<string, unknown>, dynamicCount: number): RunRequest {
  if (Array.isArray(body))
    return { task: textOf(query['task'], 'task'), given: body, priority: priorityOf(query['priority']) };
  if (body !== undefined && body !== null && typeof body !== 'object')
    throw invalid('body', 'must be an object or an array of arguments');
  const fields = (body ?? {}) as Record<string, unknown>;
  const own = Object.keys(fields).filter((name) => !RUN_FIELDS.has(name));
  const list = fields['task_arguments'] ?? query['task_arguments'];
  const wholeBody = list === undefined && own.length > 0 && dynamicCount === 1;
  if (own.length > 0 && !wholeBody) throw invalid(own[0] as string, 'is not a field of a run');
  return {
    task: textOf(fields['task'] ?? query['task'], 'task'),
    given: wholeBody ? [Object.fromEntries(own.map((name) => [name, fields[name]]))] : listOf(list),
    priority: priorityOf(fields['priority'] ?? query['priority']),
  };
}

function textOf(value: unknown, field: string): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw invalid(field, 'must be text');
  return value.replace(/^"(.*)"$/, '$1');
}

/** A list as sent; a single form value is a list of one. */
function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [value];
  throw invalid('task_arguments', 'must be an array');
}

function priorityOf(value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < -100 || number > 100)
    throw invalid('priority', 'must be a whole number from -100 to 100');
  return number;
}
