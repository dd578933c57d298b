import { Type, type Static } from 'typebox';
import { Closed, OneOf, OrNull } from './schema.ts';
import { dynamicArguments, positions, problemsOfLabels, unwrap } from './argument-positions.ts';
import type { FieldError } from './errors.ts';
import { FileValue, parseDataUrl, parseJobFile, type JobFile } from './file-value.ts';

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
  /** The file that `job-file:<job>/<file>` stands for; where left out, or it answers none, that text is no file. */
  jobFile?(text: string): FileValue | undefined;
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
    if (definition.type === 'remote-options' && !isWebAddress(definition.endpoint_url))
      fail('endpoint_url', 'remote options need an address that begins with http:// or https://');
    const twice = repeated((definition.options ?? []).map(({ id }) => id));
    if (twice !== undefined) fail('options', `has the value ${JSON.stringify(twice)} twice`);
    if (
      definition.readonly &&
      definition.type !== 'fixed' &&
      (definition.required ?? true) &&
      isLeftOut(definition.value)
    )
      fail('value', 'a required argument that is read only needs its value');
    const canMatch = !definition.pattern || compiles(definition.pattern, tools);
    if (!canMatch) fail('pattern', 'is not a regular expression this server can run (RE2 syntax)');
    const { charsmin, charsmax } = definition;
    if (charsmin && charsmax && charsmin > charsmax) fail('charsmin', 'is more than charsmax');
    // a default that no run could send is a mistake in the definition, found now rather than at the first run
    else if (canMatch && !isLeftOut(definition.value)) {
      const problem = problemOfDefault(definition, tools);
      if (problem !== undefined) fail('value', problem);
    }
  });
  return { definitions, errors };
}

/** Whether a fixed argument still waits for its value: its task is kept, and does not run. */
export function lacksValue({ type, value, required = true }: ArgumentDefinition): boolean {
  return type === 'fixed' && required && (value === undefined || value === null);
}

function compiles(pattern: string, tools: ArgumentTools): boolean {
  try {
    tools.matches(pattern, '');
    return true;
  } catch {
    return false;
  }
}

function isWebAddress(address: string | undefined): boolean {
  return /^https?:\/\//i.test(address ?? '') && URL.canParse(address as string);
}

function repeated(texts: readonly string[]): string | undefined {
  return texts.find((text, index) => texts.indexOf(text) !== index);
}

function problemOfDefault(definition: ArgumentDefinition, tools: ArgumentTools): string | undefined {
  if (definition.type === 'file') return 'a file has no default';
  if (definition.type === 'fixed') return problemOfText(asText(definition.value));
  const problem = problemOf({ ...definition, readonly: false }, definition.value, tools);
  return problem && `the default ${problem}`;
}

/** The files of one argument, in their order: stored ones, or data URLs that are still to be stored. */
export interface GivenFiles {
  /** Whether the script gets a list of paths. */
  multiple: boolean;
  files: (FileValue | string)[];
}

/**
 * Turns what a caller sent into the positional values of a job, as the script will get them.
 *
 * The list holds the dynamic values alone, or all positions with fixed ones ignored. An element `{order, value}`
 * names its own position, and so does each element of a list with gaps (`task_arguments[2]=…` of a form). `null`
 * stands for an optional value left out and becomes an empty argument; the definition's default is for forms to fill
 * in, and for what is not named where values are given by label (LabelledValue). An argument that is read only always has
 * its own value. Extra elements are ignored, as existing clients rely on it.
 */
export function resolveArguments(
  definitions: readonly ArgumentDefinition[],
  given: readonly unknown[],
  tools: ArgumentTools,
): { values: (string | GivenFiles)[]; errors: FieldError[] } {
  const unknown = problemsOfLabels(definitions, given);
  if (unknown.length > 0) return { values: [], errors: unknown };
  const byOrder = positions(definitions, given);
  if (byOrder === undefined) {
    const missing = `An array of length ${dynamicArguments(definitions).length} is required. Optionals must be null`;
    return { values: [], errors: [{ field: 'task_arguments', message: missing }] };
  }
  const errors: FieldError[] = [];
  const values = definitions.map((definition) => {
    if (definition.type === 'fixed') return asText(definition.value);
    const value = unwrap(byOrder.get(definition.order));
    const problem = problemOf(definition, value, tools);
    if (problem !== undefined) {
      errors.push({
        field: `task_arguments[${definition.order}]`,
        message: definition.label ? `"${definition.label}" ${problem}` : problem,
      });
      return '';
    }
    if (definition.readonly) return asText(definition.value);
    return definition.type === 'file' ? filesOf(definition, value, tools) : asText(value);
  });
  return { values, errors };
}

/** The files of earlier jobs that a caller gives to arguments that take files, each with its text. */
export function jobFilesIn(
  definitions: readonly ArgumentDefinition[],
  given: readonly unknown[],
): (JobFile & { definition: ArgumentDefinition; text: string })[] {
  const byOrder = positions(definitions, given);
  return dynamicArguments(definitions).flatMap((definition) =>
    definition.type !== 'file' || definition.readonly
      ? []
      : fileList(unwrap(byOrder?.get(definition.order))).flatMap((value) => {
          const named = parseJobFile(value);
          return named ? [{ ...named, definition, text: value as string }] : [];
        }),
  );
}

function filesOf(
  { multiple = false }: ArgumentDefinition,
  value: unknown,
  { jobFile }: ArgumentTools,
): '' | GivenFiles {
  const list = fileList(value) as (FileValue | string)[];
  const files = list.map((file) => (typeof file === 'string' && jobFile?.(file)) || file);
  return files.length === 0 ? '' : { multiple, files };
}

/** A value as an argv element: strings as they are, nothing for null, anything else as JSON text. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const CHARSETS: Record<string, RegExp> = { alpha: /^\p{L}*$/u, num: /^[0-9]*$/, alnum: /^[\p{L}0-9]*$/u };
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/;
const DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Whether a value says that an argument is left out. */
function isLeftOut(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

/** What is wrong with a value, or undefined. An empty value of an optional argument is always right. */
export function problemOf(
  definition: ArgumentDefinition,
  value: unknown,
  tools: ArgumentTools,
): string | undefined {
  if (definition.readonly) {
    if (isLeftOut(value) || asText(value) === asText(definition.value)) return undefined;
    return 'is read only: leave it out';
  }
  const required = definition.required ?? true;
  if (isLeftOut(value)) return required ? 'is required' : undefined;
  if (definition.type === 'file') return problemOfFile(definition, value, tools);
  if (holdsFile(value)) return 'takes no file';
  const text = asText(value);
  const problem = problemOfText(text);
  if (problem !== undefined) return problem;
  if (definition.multiple) {
    const list = Array.isArray(value) ? value : parsedList(text);
    if (list === undefined) return 'must be a list (JSON array)';
    if (list.length === 0 && required) return 'is required';
    for (const item of list) {
      const problem = problemOfOne(definition, asText(item), item, tools);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  return problemOfOne(definition, text, value, tools);
}

/** What no argument can be, whatever its type. */
function problemOfText(text: string): string | undefined {
  if (text.includes('\0')) return 'must not contain NUL';
  if (new TextEncoder().encode(text).length > ARGUMENT_MAX_BYTES)
    return `is longer than ${ARGUMENT_MAX_BYTES} bytes`;
  return undefined;
}

function problemOfFile(
  { required = true, multiple }: ArgumentDefinition,
  value: unknown,
  { jobFile }: ArgumentTools,
): string | undefined {
  const files = fileList(value);
  if (files.length === 0) return required ? 'is required' : undefined;
  if (files.length > 1 && !multiple) return 'takes one file';
  const isFile = (file: unknown) =>
    file instanceof FileValue ||
    (typeof file === 'string' && (parseDataUrl(file) ?? jobFile?.(file)) !== undefined);
  return files.every(isFile)
    ? undefined
    : 'must be a file: send it as a multipart part with a file name, or as a data URL (data:text/plain;name=a.txt;base64,…)';
}

/** One file or several, however they were given: a list, its JSON text, or a single one. */
function fileList(value: unknown): unknown[] {
  if (isLeftOut(value)) return [];
  const list = Array.isArray(value) ? value : typeof value === 'string' ? parsedList(value) : undefined;
  return list ?? [value];
}

function holdsFile(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof FileValue || Object.values(value).some(holdsFile);
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
