import { Type, type Static } from 'typebox';
import { parsePath, valueAt } from './mapping.ts';
import { Closed, OneOf } from './schema.ts';

export const OPERATORS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'contains', 'matches', 'exists'] as const;

const Comparison = Closed({
  path: Type.String({ minLength: 1, maxLength: 500, description: 'As in a mapping: `output[0].amount`.' }),
  op: OneOf(OPERATORS),
  value: Type.Optional(
    Type.Unknown({ description: 'What is compared with: a list for `in`, a pattern (RE2) for `matches`.' }),
  ),
});
export type Comparison = Static<typeof Comparison>;

/** A question about data, as data: nothing of it is ever run. */
export type Condition = Comparison | { all: Condition[] } | { any: Condition[] } | { not: Condition };

/** Deeper nesting is a mistake, or somebody who tries out how much we take. */
const DEPTH_MAX = 10;
const PARTS_MAX = 100;

const part = Type.Ref('Condition');
const parts = Type.Array(part, { maxItems: 50 });

/** It holds itself: by its `$id`, so that it means the same wherever it stands within another schema. */
export const Condition = Type.Unsafe<Condition>({
  $id: 'Condition',
  description: 'A comparison, or `all`, `any` or `not` of others.',
  anyOf: [Comparison, Closed({ all: parts }), Closed({ any: parts }), Closed({ not: part })],
});

export interface ConditionTools {
  /** Whether a text matches a pattern from a user; must be linear-time. Throws on an invalid pattern. */
  matches(pattern: string, text: string): boolean;
}

/** What is wrong with a condition, as one sentence; undefined where nothing is. */
export function problemOfCondition(condition: Condition, tools: ConditionTools): string | undefined {
  let parts = 0;
  const problemOf = (one: Condition, depth: number): string | undefined => {
    if (++parts > PARTS_MAX) return `has more than ${PARTS_MAX} parts`;
    if (depth > DEPTH_MAX) return `is nested more than ${DEPTH_MAX} deep`;
    if ('not' in one) return problemOf(one.not, depth + 1);
    const several = 'all' in one ? one.all : 'any' in one ? one.any : undefined;
    if (several !== undefined) {
      for (const part of several) {
        const problem = problemOf(part, depth + 1);
        if (problem !== undefined) return problem;
      }
      return undefined;
    }
    return problemOfComparison(one as Comparison, tools);
  };
  return problemOf(condition, 1);
}

function problemOfComparison({ path, op, value }: Comparison, tools: ConditionTools): string | undefined {
  if (parsePath(path) === undefined) return `"${path}" is no path: write it like output[0].amount`;
  if (op === 'exists') return undefined;
  if (value === undefined) return `"${op}" needs a value`;
  if (op === 'in' && !Array.isArray(value)) return '"in" needs a list';
  if (op === 'matches') {
    if (typeof value !== 'string') return '"matches" needs a pattern';
    try {
      tools.matches(value, '');
    } catch {
      return `"${value}" is not a regular expression this server can run (RE2 syntax)`;
    }
  }
  return undefined;
}

/** Whether it holds for this data. A comparison with what is not there is false, but for `ne`. */
export function holds(
  condition: Condition,
  source: Readonly<Record<string, unknown>>,
  tools: ConditionTools,
): boolean {
  if ('all' in condition) return condition.all.every((one) => holds(one, source, tools));
  if ('any' in condition) return condition.any.some((one) => holds(one, source, tools));
  if ('not' in condition) return !holds(condition.not, source, tools);
  const { path, op, value } = condition;
  const found = valueAt(source, parsePath(path) ?? []);
  switch (op) {
    case 'exists':
      return (found !== undefined && found !== null) === (value ?? true);
    case 'eq':
      return isSame(found, value);
    case 'ne':
      return !isSame(found, value);
    case 'in':
      return (value as unknown[]).some((one) => isSame(found, one));
    case 'contains':
      return contains(found, value);
    case 'matches':
      return found !== undefined && found !== null && tools.matches(value as string, textOf(found));
    default:
      return isOrdered(op, found, value);
  }
}

/** A comparison within a condition, with what was found at its path (undefined: nothing), and whether it holds. */
export type ComparisonResult = Comparison & { found: unknown; holds: boolean };

/** Each comparison of a condition with what it finds in this data. */
export function comparisonsOf(
  condition: Condition,
  source: Readonly<Record<string, unknown>>,
  tools: ConditionTools,
): ComparisonResult[] {
  if ('not' in condition) return comparisonsOf(condition.not, source, tools);
  const several = 'all' in condition ? condition.all : 'any' in condition ? condition.any : undefined;
  if (several !== undefined) return several.flatMap((one) => comparisonsOf(one, source, tools));
  const comparison = condition as Comparison;
  const found = valueAt(source, parsePath(comparison.path) ?? []);
  return [{ ...comparison, found, holds: holds(comparison, source, tools) }];
}

/** Outputs are text: where one side is a number or a truth value, text that reads the same is the same. */
function isSame(found: unknown, value: unknown): boolean {
  if (found === undefined) return false;
  if (typeof found === 'string' && typeof value === 'number') return asNumber(found) === value;
  if (typeof found === 'number' && typeof value === 'string') return asNumber(value) === found;
  if (typeof found === 'object' || typeof value === 'object')
    return JSON.stringify(sorted(found)) === JSON.stringify(sorted(value));
  return textOf(found) === textOf(value);
}

function contains(found: unknown, value: unknown): boolean {
  const list = Array.isArray(found) ? found : typeof found === 'string' ? listIn(found) : undefined;
  if (list !== undefined) return list.some((one) => isSame(one, value));
  return typeof found === 'string' && found.includes(textOf(value));
}

function listIn(text: string): unknown[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    return JSON.parse(text) as unknown[];
  } catch {
    return undefined;
  }
}

/** As numbers where both are, else as text. What is neither has no order. */
function isOrdered(op: 'lt' | 'le' | 'gt' | 'ge', found: unknown, value: unknown): boolean {
  const isPlain = (one: unknown) => typeof one === 'string' || typeof one === 'number';
  if (!isPlain(found) || !isPlain(value)) return false;
  const [a, b] = [asNumber(found), asNumber(value)];
  const order =
    a !== undefined && b !== undefined ? Math.sign(a - b) : Math.sign(compare(textOf(found), textOf(value)));
  return op === 'lt' ? order < 0 : op === 'le' ? order <= 0 : op === 'gt' ? order > 0 : order >= 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function asNumber(one: unknown): number | undefined {
  if (typeof one === 'number') return one;
  const text = typeof one === 'string' ? one.trim() : '';
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : undefined;
}

function textOf(one: unknown): string {
  return typeof one === 'string' ? one : (JSON.stringify(one) ?? '');
}

/** The same with the keys of objects in order. */
function sorted(one: unknown): unknown {
  if (Array.isArray(one)) return one.map(sorted);
  if (typeof one !== 'object' || one === null) return one;
  return Object.fromEntries(
    Object.entries(one)
      .sort(([a], [b]) => compare(a, b))
      .map(([key, value]) => [key, sorted(value)]),
  );
}
