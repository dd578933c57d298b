import { invalid } from '@argus/contract';
import { matches } from '../pattern.ts';

/** A field that callers may filter and sort by. `texts` is a list of texts, which a value is looked for in. */
export interface ListField {
  /** SQL of its value. */
  column: string;
  type: 'text' | 'integer' | 'boolean' | 'time' | 'texts';
}
export type ListFields = Readonly<Record<string, ListField>>;

export interface ListQuery {
  /** ` and …` for each condition that the database decides. */
  where: string;
  /** The values of `where`, numbered from the first parameter on. */
  values: unknown[];
  /** `column asc, …`; undefined for the list's own order. */
  order: string | undefined;
  skip: number;
  /** What patterns decide, in linear time, outside of the database; undefined where there are none. */
  matches: ((view: Readonly<Record<string, unknown>>) => boolean) | undefined;
  /** Keeps of an answer what `include` asks for; `id` always stays. */
  project<T extends object>(view: T): T;
}

interface Given {
  where?: unknown;
  sort?: unknown;
  include?: unknown;
  skip?: number | undefined;
  cursor?: string | undefined;
}

const COMPARISONS: Record<string, string> = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' };

/**
 * Reads the list language of existing clients: `where[field][$op]=value`, `sort[field]=-1`, `include[field]=1`,
 * `skip`. Fields and operators are an allow-list (`shown`: what an answer has); anything else is `invalid_input` by name, so that nothing of a
 * caller ever becomes SQL.
 */
export function readListQuery(
  given: Given,
  fields: ListFields,
  firstParameter: number,
  shown: readonly string[] = Object.keys(fields),
): ListQuery {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${firstParameter + values.push(value) - 1}`;
  const patterns: ((view: Readonly<Record<string, unknown>>) => boolean)[] = [];
  let where = '';
  for (const [name, condition] of entriesOf(given.where, 'where')) {
    const field = fieldOf(fields, name, `where[${name}]`);
    if (isObject(condition) && '$regex' in condition) {
      patterns.push(patternOf(name, field, condition));
      continue;
    }
    const operators = isObject(condition) ? Object.entries(condition) : [['$eq', condition] as const];
    for (const [operator, value] of operators)
      where += ` and ${conditionSql(field, operator, value, `where[${name}]`, parameter)}`;
  }
  const order = entriesOf(given.sort, 'sort').map(([name, direction]) => {
    const { column, type } = fieldOf(fields, name, `sort[${name}]`);
    if (type === 'texts') throw invalid(`sort[${name}]`, 'is a list, which has no order');
    if (direction !== '1' && direction !== '-1') throw invalid(`sort[${name}]`, 'must be 1 or -1');
    return `${column} ${direction === '1' ? 'asc' : 'desc'}`;
  });
  if (order.length > 0 && given.cursor !== undefined)
    throw invalid('cursor', 'goes on in the list’s own order: with sort use skip');
  return {
    where,
    values,
    order: order.length > 0 ? order.join(', ') : undefined,
    skip: given.skip ?? 0,
    matches: patterns.length > 0 ? (view) => patterns.every((one) => one(view)) : undefined,
    project: projection(given.include, shown),
  };
}

/** Rows that a list with patterns looks at before it gives up. */
const LOOK_MAX = 20_000;
const LOOK_AT_ONCE = 1000;

/**
 * A page of a list. Where patterns are asked for, rows are read batch by batch until the page is full.
 * `fetch` reads `limit` rows from `skip` on (null: all); `view` makes the answer that patterns look at.
 */
export async function listPage<Row, View extends object>(
  query: ListQuery,
  limit: number | null,
  fetch: (skip: number, limit: number | null) => Promise<Row[]>,
  view: (row: Row) => View,
): Promise<{ rows: Row[]; views: View[] }> {
  if (query.matches === undefined) {
    const rows = await fetch(query.skip, limit);
    return { rows, views: rows.map((row) => query.project(view(row))) };
  }
  const found: { row: Row; view: View }[] = [];
  const wanted = query.skip + (limit ?? Number.POSITIVE_INFINITY);
  for (let looked = 0; found.length < wanted; looked += LOOK_AT_ONCE) {
    if (looked >= LOOK_MAX)
      throw invalid('where', `a pattern looks through ${LOOK_MAX} rows at most: add another condition`);
    const rows = await fetch(looked, LOOK_AT_ONCE);
    for (const row of rows) {
      const shown = view(row);
      if (query.matches(shown as Record<string, unknown>)) found.push({ row, view: shown });
    }
    if (rows.length < LOOK_AT_ONCE) break;
  }
  const page = found.slice(query.skip, wanted);
  return { rows: page.map(({ row }) => row), views: page.map((one) => query.project(one.view)) };
}

function fieldOf(fields: ListFields, name: string, where: string): ListField {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined)
    throw invalid(where, `is no field to list by; there are ${Object.keys(fields).join(', ')}`);
  return field;
}

function conditionSql(
  { column, type }: ListField,
  operator: string,
  value: unknown,
  where: string,
  parameter: (value: unknown) => string,
): string {
  const cast = { text: 'text', texts: 'text', integer: 'bigint', boolean: 'boolean', time: 'timestamptz' }[
    type
  ];
  const one = () => `${parameter(valueOf(value, type, where))}::${cast}`;
  const many = () =>
    `${parameter(manyOf(value, where).map((item) => valueOf(item, type, where)))}::${cast}[]`;
  if (operator === '$exists') {
    const wanted = valueOf(value, 'boolean', `${where}[$exists]`);
    return `(${column} is not null) = ${parameter(wanted)}::boolean`;
  }
  if (type === 'texts') {
    switch (operator) {
      case '$eq':
        return `${one()} = any(${column})`;
      case '$ne':
        return `not (${one()} = any(${column}))`;
      case '$in':
        return `${column} && ${many()}`;
      case '$nin':
        return `not (${column} && ${many()})`;
      default:
        throw invalid(where, `${operator} is no operator here`);
    }
  }
  switch (operator) {
    case '$eq':
      return `${column} = ${one()}`;
    case '$ne':
      return `${column} is distinct from ${one()}`;
    case '$in':
      return `${column} = any(${many()})`;
    case '$nin':
      return `(${column} is null or ${column} <> all(${many()}))`;
    default: {
      const comparison = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
      if (comparison === undefined) throw invalid(where, `${operator} is no operator here`);
      return `${column} ${comparison} ${one()}`;
    }
  }
}

function valueOf(value: unknown, type: ListField['type'], where: string): unknown {
  if (typeof value !== 'string') throw invalid(where, 'must be one value');
  switch (type) {
    case 'text':
    case 'texts':
      return value;
    case 'integer':
      if (!/^-?\d{1,15}$/.test(value)) throw invalid(where, 'must be a whole number');
      return Number(value);
    case 'boolean':
      if (value !== 'true' && value !== 'false') throw invalid(where, 'must be true or false');
      return value === 'true';
    case 'time': {
      const time = Date.parse(value);
      if (Number.isNaN(time) || Math.abs(time) > 8e15 || !/^\d{4}-/.test(value))
        throw invalid(where, 'must be an ISO 8601 time');
      return new Date(time);
    }
  }
}

function manyOf(value: unknown, where: string): unknown[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length > 1000) throw invalid(where, 'has at most 1000 values');
  return list;
}

function patternOf(name: string, { type }: ListField, condition: Record<string, unknown>) {
  const where = `where[${name}]`;
  const { $regex: pattern, $options: flags = '', ...more } = condition;
  if (type !== 'text') throw invalid(where, 'takes no $regex: it is no text');
  if (Object.keys(more).length > 0) throw invalid(where, '$regex goes with $options alone');
  if (typeof pattern !== 'string' || pattern.length > 1000) throw invalid(where, '$regex must be a pattern');
  if (flags !== '' && flags !== 'i') throw invalid(where, '$options can be i');
  const regex = flags === 'i' ? `(?i)${pattern}` : pattern;
  try {
    matches(regex, '');
  } catch {
    throw invalid(where, '$regex is not a regular expression this server can run (RE2 syntax)');
  }
  return (view: Readonly<Record<string, unknown>>) => {
    const value = view[name];
    return typeof value === 'string' && matches(regex, value);
  };
}

function projection(include: unknown, shown: readonly string[]): ListQuery['project'] {
  const wanted = entriesOf(include, 'include').map(([name, value]) => {
    if (!shown.includes(name)) throw invalid(`include[${name}]`, 'is no field of these answers');
    if (value !== '0' && value !== '1') throw invalid(`include[${name}]`, 'must be 1 or 0');
    return [name, value === '1'] as const;
  });
  if (wanted.length === 0) return (view) => view;
  const names = new Set(wanted.map(([name]) => name));
  const keeps = wanted.some(([, kept]) => kept);
  if (keeps && !wanted.every(([, kept]) => kept))
    throw invalid('include', 'is either all 1 (only these) or all 0 (all but these)');
  return (view) =>
    Object.fromEntries(
      Object.entries(view).filter(([name]) => name === 'id' || names.has(name) === keeps),
    ) as typeof view;
}

function entriesOf(value: unknown, where: string): [string, unknown][] {
  if (value === undefined) return [];
  if (!isObject(value)) throw invalid(where, `is ${where}[field]=…`);
  return Object.entries(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
