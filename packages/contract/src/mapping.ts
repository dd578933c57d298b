import { Type, type Static } from 'typebox';
import { dynamicArguments } from './argument-positions.ts';
import type { ArgumentDefinition } from './arguments.ts';
import type { FieldError } from './errors.ts';
import { parseExactly, writtenNumber } from './exact-json.ts';
import { Closed } from './schema.ts';

/** Where one argument's value comes from: a place in what happened, or a value of its own. */
export const Source = Type.Union([
  Closed({
    from: Type.String({
      minLength: 1,
      maxLength: 500,
      description:
        'A path: `output[0]`, `output[0].customer.name`, `output[-1]`, `emitter.name`. Text that is JSON is read as such on the way.',
    }),
  }),
  Closed({ value: Type.Unknown({ description: 'Always this.' }) }),
]);
export type Source = Static<typeof Source>;

export const Mapping = Type.Record(Type.String({ minLength: 1, maxLength: 200 }), Source, {
  maxProperties: 100,
  description: 'The label of an argument, or its position from 0, with where its value comes from.',
});
export type Mapping = Static<typeof Mapping>;

/** `a.b[0]["c d"]` as its steps; undefined where it is no path. */
export function parsePath(path: string): (string | number)[] | undefined {
  const step = /\.?([A-Za-z_][\w-]*)|\[(-?\d{1,6})\]|\[("(?:[^"\\]|\\.)*")\]/y;
  const steps: (string | number)[] = [];
  while (step.lastIndex < path.length) {
    const at = step.lastIndex;
    const found = step.exec(path);
    if (found === null) return undefined;
    const [whole, name, index, quoted] = found;
    // a path begins with a name, and what follows a name is parted from it
    if (at === 0 ? name === undefined || whole.startsWith('.') : name !== undefined && !whole.startsWith('.'))
      return undefined;
    if (name !== undefined) steps.push(name);
    else if (index !== undefined) steps.push(Number(index));
    else {
      const text = parsed(quoted as string);
      if (typeof text !== 'string') return undefined;
      steps.push(text);
    }
  }
  return steps.length === 0 ? undefined : steps;
}

/**
 * What lies at a path; undefined where there is nothing. Never code, never what an object inherits. A number in a text that
 * a double may not hold is its text.
 */
export function valueAt(root: unknown, steps: readonly (string | number)[]): unknown {
  let at = root;
  let isParsed = false;
  for (const step of steps) {
    if (typeof at === 'string') {
      at = parsed(at);
      isParsed = true;
    }
    if (typeof at !== 'object' || at === null || writtenNumber(at) !== undefined) return undefined;
    if (Array.isArray(at)) {
      if (typeof step !== 'number') return undefined;
      at = at.at(step);
    } else {
      const key = `${step}`;
      at = Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
    }
  }
  const written = writtenNumber(at);
  if (written !== undefined) return written;
  // within a list or an object, numbers are what those take that go through it
  return isParsed && typeof at === 'object' ? (JSON.parse(JSON.stringify(at)) as unknown) : at;
}

function parsed(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}

/** What is wrong with a mapping for these arguments; each error names its key below `field`. */
export function checkMapping(
  definitions: readonly ArgumentDefinition[],
  mapping: Mapping,
  field: string,
): FieldError[] {
  const dynamic = dynamicArguments(definitions);
  return Object.entries(mapping).flatMap(([key, source]) => {
    const fail = (message: string) => [{ field: `${field}.${key}`, message }];
    const named = dynamic.filter((definition) => isNamed(definition, key));
    if (named.length === 0)
      return fail('is no argument that can be given: name one by its label or position');
    if (named.length > 1) return fail('is the label of several arguments: name them by position');
    return 'from' in source && parsePath(source.from) === undefined
      ? fail(`"${source.from}" is no path: write it like output[0].customer.name`)
      : [];
  });
}

function isNamed({ order, label }: ArgumentDefinition, key: string): boolean {
  return `${order}` === key || (label !== undefined && label === key);
}

/** A value for a position, as a run takes it. */
export interface NamedValue {
  order: number;
  value: unknown;
}

/** The values of a run by a mapping: what is not mapped keeps its default. */
export function mapArguments(
  definitions: readonly ArgumentDefinition[],
  mapping: Mapping,
  source: Readonly<Record<string, unknown>>,
): NamedValue[] {
  return dynamicArguments(definitions).map((definition) => {
    const { order } = definition;
    const key = Object.keys(mapping).find((name) => isNamed(definition, name));
    const from = key === undefined ? { value: definition.value } : (mapping[key] as Source);
    const value = 'from' in from ? valueAt(source, parsePath(from.from) ?? []) : from.value;
    return { order, value: value ?? null };
  });
}

/** The values of a run by position: the first output is the first argument that can be given. What is more is left out. */
export function argumentsByPosition(
  definitions: readonly ArgumentDefinition[],
  output: readonly unknown[],
): NamedValue[] {
  return dynamicArguments(definitions).map(({ order, value }, index) => ({
    order,
    value: index < output.length ? output[index] : (value ?? null),
  }));
}
