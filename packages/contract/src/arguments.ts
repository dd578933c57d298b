import { Type, type Static } from 'typebox';
import { Closed, OneOf, OrNull } from './schema.ts';
import type { FieldError } from './errors.ts';

export const ARGUMENT_TYPES = [
  'fixed',
  'input',
  'textarea',
  'boolean',
  'json',
  'select',
  'date',
  'email',
  'regexp',
  'file',
  'remote-options',
] as const;
export type ArgumentType = (typeof ARGUMENT_TYPES)[number];

/** One value, bytes in UTF-8: Linux refuses a longer argv element (MAX_ARG_STRLEN is 128 KiB with its NUL). */
export const ARGUMENT_MAX_BYTES = 128 * 1024 - 1;

const text = (max: number) => Type.String({ maxLength: max });

/** The definition of one positional argument (wire-compatible names). */
export const ArgumentDefinition = Closed({
  id: Type.Optional(Type.Integer()),
  order: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1000,
      description: 'Position, from 0; the place in the list if left out.',
    }),
  ),
  type: OneOf([...ARGUMENT_TYPES, 'options'], '`options` is another name of `select`.'),
  label: Type.Optional(text(200)),
  help: Type.Optional(text(2000)),
  value: Type.Optional(
    Type.Unknown({ description: 'The value of a fixed argument; the default of any other.' }),
  ),
  required: Type.Optional(Type.Boolean({ description: 'Default true.' })),
  readonly: Type.Optional(Type.Boolean()),
  multiple: Type.Optional(Type.Boolean({ description: 'Several values, sent as JSON array text.' })),
  masked: Type.Optional(Type.Boolean({ description: 'Never shown again.' })),
  charsmin: Type.Optional(OrNull(Type.Integer({ minimum: 0 }))),
  charsmax: Type.Optional(OrNull(Type.Integer({ minimum: 0, description: '0 is no limit.' }))),
  charset: Type.Optional(OrNull(OneOf(['all', 'alpha', 'num', 'alnum']))),
  pattern: Type.Optional(OrNull(text(2000))),
  options: Type.Optional(
    Type.Array(
      Closed({ id: text(1000), label: Type.Optional(text(1000)), order: Type.Optional(Type.Integer()) }),
      { maxItems: 1000 },
    ),
  ),
  endpoint_url: Type.Optional(text(2000)),
  id_attribute: Type.Optional(text(200)),
  text_attribute: Type.Optional(text(200)),
  version: Type.Optional(Type.Integer()),
});
export type ArgumentDefinitionInput = Static<typeof ArgumentDefinition>;
export type ArgumentDefinition = Omit<ArgumentDefinitionInput, 'type' | 'order'> & {
  type: ArgumentType;
  order: number;
};

export interface ArgumentTools {
  /** Whether a text matches a pattern from a user; must be linear-time. Throws on an invalid pattern. */
  matches(pattern: string, text: string): boolean;
}

/** Brings definitions into one form: sorted by position, `options` read as `select`. Errors name the field. */
export function normalizeDefinitions(
  given: readonly ArgumentDefinitionInput[],
  tools: ArgumentTools,
): { definitions: ArgumentDefinition[]; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const definitions = given.map((definition, index) => ({
    ...definition,
    type: definition.type === 'options' ? 'select' : definition.type,
    order: definition.order ?? index,
  }));
  definitions.sort((a, b) => a.order - b.order);
  definitions.forEach((definition, index) => {
    const field = `task_arguments[${index}]`;
    const fail = (key: string, message: string) => errors.push({ field: `${field}.${key}`, message });
    if (definition.order !== index) fail('order', 'positions must count from 0 without gaps or repeats');
    if (definition.type === 'select' && !definition.options?.length)
      fail('options', 'a select needs at least one option');
    if (definition.type === 'regexp' && !definition.pattern)
      fail('pattern', 'a regexp argument needs a pattern');
    if (definition.type === 'remote-options' && !definition.endpoint_url)
      fail('endpoint_url', 'remote options need an address');
    if (definition.pattern) {
      try {
        tools.matches(definition.pattern, '');
      } catch {
        fail('pattern', 'is not a regular expression this server can run (RE2 syntax)');
      }
    }
    const { charsmin, charsmax } = definition;
    if (charsmin && charsmax && charsmin > charsmax) fail('charsmin', 'is more than charsmax');
  });
  return { definitions, errors };
}

/** Whether a fixed argument still waits for its value: its task is kept, and does not run. */
export function lacksValue({ type, value, required = true }: ArgumentDefinition): boolean {
  return type === 'fixed' && required && (value === undefined || value === null);
}

/** The definitions that a caller gives values for. */
export function dynamicArguments(definitions: readonly ArgumentDefinition[]): ArgumentDefinition[] {
  return definitions.filter(({ type }) => type !== 'fixed');
}

/**
 * Turns what a caller sent into the positional values of a job, as the script will get them.
 *
 * The list holds the dynamic values alone, or all positions with fixed ones ignored; an element `{order, value}`
 * names its own position. `null` stands for an optional value left out and becomes an empty argument. Extra
 * elements are ignored, as existing clients rely on it.
 */
export function resolveArguments(
  definitions: readonly ArgumentDefinition[],
  given: readonly unknown[],
  tools: ArgumentTools,
): { values: string[]; errors: FieldError[] } {
  const dynamic = dynamicArguments(definitions);
  const errors: FieldError[] = [];
  const byOrder = new Map<number, unknown>();
  const named = given.filter(isNamed);
  if (named.length > 0 && named.length === given.length) {
    for (const { order, value } of named) byOrder.set(order, value);
  } else if (given.length >= definitions.length) {
    for (const { order } of dynamic) byOrder.set(order, given[order]);
  } else if (given.length >= dynamic.length) {
    dynamic.forEach(({ order }, index) => byOrder.set(order, given[index]));
  } else {
    const missing = `An array of length ${dynamic.length} is required. Optionals must be null`;
    return { values: [], errors: [{ field: 'task_arguments', message: missing }] };
  }
  const values = definitions.map((definition) => {
    if (definition.type === 'fixed') return asText(definition.value);
    const value = unwrap(byOrder.get(definition.order));
    const problem = problemOf(definition, value, tools);
    if (problem !== undefined) {
      errors.push({
        field: `task_arguments[${definition.order}]`,
        message: definition.label ? `"${definition.label}" ${problem}` : problem,
      });
    }
    return asText(value);
  });
  return { values, errors };
}

function isNamed(element: unknown): element is { order: number; value: unknown } {
  return (
    typeof element === 'object' &&
    element !== null &&
    'value' in element &&
    Number.isInteger((element as { order?: unknown }).order)
  );
}

function unwrap(value: unknown): unknown {
  return isNamed(value) ? value.value : value;
}

/** A value as an argv element: strings as they are, nothing for null, anything else as JSON text. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const CHARSETS: Record<string, RegExp> = { alpha: /^\p{L}*$/u, num: /^[0-9]*$/, alnum: /^[\p{L}0-9]*$/u };
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/;
const DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** What is wrong with a value, or undefined. An empty value of an optional argument is always right. */
export function problemOf(
  definition: ArgumentDefinition,
  value: unknown,
  tools: ArgumentTools,
): string | undefined {
  const required = definition.required ?? true;
  const text = asText(value);
  if (value === null || value === undefined || text === '') return required ? 'is required' : undefined;
  if (text.includes('\0')) return 'must not contain NUL';
  if (new TextEncoder().encode(text).length > ARGUMENT_MAX_BYTES)
    return `is longer than ${ARGUMENT_MAX_BYTES} bytes`;
  if (definition.multiple) {
    const list = Array.isArray(value) ? value : parsedList(text);
    if (list === undefined) return 'must be a list (JSON array)';
    for (const item of list) {
      const problem = problemOfOne(definition, asText(item), item, tools);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  return problemOfOne(definition, text, value, tools);
}

function parsedList(text: string): unknown[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

function problemOfOne(
  definition: ArgumentDefinition,
  text: string,
  value: unknown,
  tools: ArgumentTools,
): string | undefined {
  const length = [...text].length;
  if (definition.charsmin && length < definition.charsmin)
    return `needs at least ${definition.charsmin} characters`;
  if (definition.charsmax && length > definition.charsmax)
    return `has more than ${definition.charsmax} characters`;
  const charset = CHARSETS[definition.charset ?? 'all'];
  if (charset && !charset.test(text))
    return `may only have ${{ alpha: 'letters', num: 'digits', alnum: 'letters and digits' }[definition.charset as string]}`;
  if (definition.pattern && !tools.matches(definition.pattern, text))
    return `must match ${definition.pattern}`;
  switch (definition.type) {
    case 'boolean':
      return text === 'true' || text === 'false' ? undefined : 'must be true or false';
    case 'json':
      return typeof value !== 'string' || isJson(text) ? undefined : 'must be JSON';
    case 'select':
      return definition.options?.some(({ id }) => id === text)
        ? undefined
        : `must be one of ${definition.options?.map(({ id }) => id).join(', ')}`;
    case 'date':
      return DATE.test(text) && !Number.isNaN(Date.parse(text)) && isDay(text)
        ? undefined
        : 'must be a date (2026-01-31 or ISO 8601)';
    case 'email':
      return EMAIL.test(text) ? undefined : 'must be an e-mail address';
    default:
      return undefined;
  }
}

/** Whether the month has that day: `Date.parse` takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
