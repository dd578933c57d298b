import type { Comparison, Condition } from '@argus/contract';

/** A condition as rows that are joined; what is deeper is JSON. */
export interface ConditionRows {
  join: 'all' | 'any';
  rows: Comparison[];
}

/** The rows of a condition; undefined where they cannot say it. */
export function rowsOf(condition: Condition | undefined): ConditionRows | undefined {
  if (condition === undefined) return { join: 'all', rows: [] };
  if ('not' in condition) return undefined;
  if (!('all' in condition) && !('any' in condition)) return { join: 'all', rows: [condition] };
  const join = 'all' in condition ? 'all' : 'any';
  const parts = 'all' in condition ? condition.all : condition.any;
  const rows = parts.filter((part) => 'path' in part);
  return rows.length === parts.length ? { join, rows } : undefined;
}

export function conditionOf({ join, rows }: ConditionRows): Condition | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  if (rows.length === 1) return first;
  return join === 'all' ? { all: rows } : { any: rows };
}

/** A value as it is typed: JSON where it reads as such, else the text itself. */
export function readValue(text: string, op: Comparison['op']): unknown {
  if (op === 'matches') return text;
  if (op === 'in' && !text.trim().startsWith('['))
    return text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean)
      .map(parsed);
  return parsed(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function valueText(value: unknown, op: Comparison['op']): string {
  if (value === undefined) return '';
  if (op === 'in' && Array.isArray(value) && value.every((one) => !/[,[]/.test(String(one))))
    return value.map((one) => valueText(one, 'eq')).join(', ');
  const isPlain = typeof value === 'string' && (op === 'matches' || parsed(value) === value);
  return isPlain ? value : JSON.stringify(value);
}

/** The same comparison with another operator: the value is read again, as that needs it. */
export function withOperator({ path, op, value }: Comparison, next: Comparison['op']): Comparison {
  if (next === 'exists') return { path, op: next };
  return { path, op: next, value: readValue(op === 'exists' ? '' : valueText(value, op), next) };
}
