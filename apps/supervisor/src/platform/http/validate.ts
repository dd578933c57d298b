import { ArgusError, eachIdOnce, type FieldError, type Operation } from '@argus/contract';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

// One error at a time: collecting all of them lets a large wrong body cost as much memory as it likes.
const options = { allErrors: false, strict: false, useDefaults: false } as const;
/** Bodies are taken as they are: `1` is not `"1"`. */
const strict = new Ajv({ ...options, discriminator: false, verbose: true });
/** Path and query are text: `limit=10` is a number. */
const coercing = new Ajv({ ...options, coerceTypes: true });

export interface Validators {
  params(value: unknown): void;
  query(value: unknown): void;
  body(value: unknown): void;
  /** A form in the place of JSON: its values are text, `base_version=4` is a number. */
  form(value: unknown): void;
  /** The JSON of a packed body. */
  packed(value: unknown): void;
}

/** Compiles the checks of one operation; each throws an ArgusError that names the field. */
export function validatorsOf(operation: Operation): Validators {
  const params = coercing.compile(operation.params);
  const query = coercing.compile(operation.query);
  const body = operation.body && strict.compile(eachIdOnce(operation.body));
  const form =
    operation.accepts === 'upload' && operation.body
      ? coercing.compile(eachIdOnce(operation.body))
      : undefined;
  const packed = operation.packed && strict.compile(eachIdOnce(operation.packed));
  return {
    params: (value) => assert(params, value, 'path'),
    query: (value) => assert(query, value, 'query'),
    body: (value) => {
      if (body) assert(body, value, 'body');
    },
    form: (value) => {
      if (form) assert(form, value, 'body');
    },
    packed: (value) => {
      if (packed) assert(packed, value, 'body');
    },
  };
}

/** Compiles the check of one value: what is wrong with it as a sentence's end, or undefined. */
export function checkOf(schema: NonNullable<Operation['body']>): (value: unknown) => string | undefined {
  const check = partCheckOf(schema);
  return (value) => check(value)?.message;
}

/** The same for a value with parts: also which of them it is; '' for the value itself. */
export function partCheckOf(
  schema: NonNullable<Operation['body']>,
): (value: unknown) => FieldError | undefined {
  const validate = strict.compile(eachIdOnce(schema));
  return (value) => {
    if (validate(value)) return undefined;
    const [error] = meant(validate.errors ?? []);
    return error ? fieldError(error, '') : { field: '', message: 'is not valid' };
  };
}

function assert(validate: ValidateFunction, value: unknown, where: 'path' | 'query' | 'body'): void {
  if (validate(value)) return;
  const errors = meant(validate.errors ?? [])
    .slice(0, 10)
    .map((error) => fieldError(error, where));
  const first = errors[0] ?? { field: where, message: 'is not valid' };
  if (where === 'path' && first.field === 'id') throw new ArgusError('invalid_id', undefined, [first]);
  throw new ArgusError('invalid_input', `${first.field}: ${first.message}`, errors);
}

interface Shape {
  properties?: Record<string, { const?: unknown }>;
  required?: readonly string[];
  anyOf?: readonly Shape[];
}

/**
 * Of a value that may have several shapes only what is wrong with the shape that it has by a fixed field (`type`), or else
 * by the fields that it must have: the others were not meant.
 */
function meant(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choice = errors.findLast(({ keyword }) => keyword === 'anyOf');
  if (choice === undefined) return errors;
  const shapes = choice.schema as readonly Shape[];
  const named = shapes.findIndex((shape) => isNamed(shape, choice.data));
  const index = named >= 0 ? named : shapes.findIndex((shape) => hasItsFields(shape, choice.data));
  if (index < 0) return errors;
  const within = errors.filter(
    (error) =>
      error !== choice &&
      (error.schemaPath.startsWith(`${choice.schemaPath}/${index}/`) ||
        error.instancePath.startsWith(`${choice.instancePath}/`)),
  );
  return within.length > 0 ? meant(within) : errors;
}

function isNamed({ properties = {} }: Shape, data: unknown): boolean {
  const fixed = Object.entries(properties).filter(([, property]) => 'const' in property);
  return fixed.length > 0 && fixed.every(([name, property]) => property.const === fieldOf(data, name));
}

function hasItsFields({ required = [], anyOf = [] }: Shape, data: unknown): boolean {
  if (anyOf.some((shape) => hasItsFields(shape, data))) return true;
  return required.length > 0 && required.every((name) => fieldOf(data, name) !== undefined);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function fieldError({ instancePath, keyword, params, message }: ErrorObject, where: string): FieldError {
  const path = instancePath.split('/').slice(1).map(decodePointer);
  const field = path.reduce(
    (text, part) => (/^\d+$/.test(part) ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
  const within = (name: string) => (field === '' ? name : `${field}.${name}`);
  switch (keyword) {
    case 'required':
      return { field: within(String(params['missingProperty'])), message: 'is required' };
    case 'additionalProperties':
      return {
        field: within(String(params['additionalProperty'])),
        message: 'is not a field of this request',
      };
    case 'enum':
      return {
        field: field || where,
        message: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`,
      };
    case 'type':
      return { field: field || where, message: `must be ${String(params['type']).replaceAll(',', ' or ')}` };
    default:
      return { field: field || where, message: message ?? 'is not valid' };
  }
}

function decodePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
