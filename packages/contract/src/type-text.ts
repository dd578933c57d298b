import { schemaName } from './openapi.ts';
import { Id } from './schema.ts';

const ID_PATTERN = (Id as SchemaShape).pattern;

/** The parts of JSON Schema that the contract uses. */
export interface SchemaShape {
  type?: string | readonly string[];
  enum?: readonly unknown[];
  const?: unknown;
  /** The name of a schema that holds itself, within it. */
  $ref?: string;
  anyOf?: readonly SchemaShape[];
  items?: SchemaShape;
  properties?: Readonly<Record<string, SchemaShape>>;
  required?: readonly string[];
  additionalProperties?: boolean | SchemaShape;
  patternProperties?: Readonly<Record<string, SchemaShape>>;
  description?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
}

/** The name of a schema, else what it takes on one line: `string ≤ 200`, `Task[]`, `"a" | "b" | null`. */
export function typeText(schema: SchemaShape): string {
  return schemaName(schema) ?? ownTypeText(schema);
}

function ownTypeText(schema: SchemaShape): string {
  if (schema.$ref !== undefined) return schema.$ref;
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' | ');
  const types = [schema.type ?? []].flat();
  if (types.length === 0) return 'any';
  return types.map((type) => one(type, schema)).join(' | ');
}

function one(type: string, schema: SchemaShape): string {
  switch (type) {
    case 'array':
      return `${wrapped(typeText(schema.items ?? {}))}[]${range(schema.minItems, schema.maxItems)}`;
    case 'object':
      return objectText(schema);
    case 'string':
      if (schema.pattern === ID_PATTERN) return 'id';
      return `string${schema.pattern ? ` /${schema.pattern}/` : ''}${range(schema.minLength, schema.maxLength)}`;
    case 'integer':
    case 'number':
      return `${type}${range(schema.minimum, schema.maximum)}`;
    default:
      return type;
  }
}

function objectText({
  properties,
  patternProperties,
  additionalProperties,
  required = [],
  maxProperties,
}: SchemaShape): string {
  if (properties)
    return `{${Object.entries(properties)
      .map(([name, schema]) => `${name}${required.includes(name) ? '' : '?'}: ${typeText(schema)}`)
      .join(', ')}}`;
  const values =
    Object.values(patternProperties ?? {})[0] ??
    (typeof additionalProperties === 'object' ? additionalProperties : {});
  return `{[name]: ${typeText(values)}}${range(undefined, maxProperties)}`;
}

function wrapped(text: string): string {
  const isOneObject = text.startsWith('{') && text.indexOf('}') === text.length - 1;
  return text.includes(' ') && !isOneObject ? `(${text})` : text;
}

function range(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return ` ${least}–${most}`;
  if (most !== undefined) return ` ≤ ${most}`;
  return least === undefined ? '' : ` ≥ ${least}`;
}

export interface Field {
  /** `user.email` for what is nested. */
  name: string;
  type: string;
  required: boolean;
  description: string;
}

/** The fields of an object schema, nested objects without a name of their own included, in their order. */
export function fieldList(schema: SchemaShape, prefix = ''): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const nested = field.properties !== undefined && schemaName(field) === undefined;
    const entry = {
      name: prefix + name,
      type: nested ? 'object' : typeText(field),
      required: schema.required?.includes(name) ?? false,
      description: field.description ?? '',
    };
    return nested ? [entry, ...fieldList(field, `${prefix}${name}.`)] : [entry];
  });
}

/** The object that a body is where it may also be left out, else the schema itself. */
export function objectPart(schema: SchemaShape): SchemaShape {
  const objects = schema.anyOf?.filter(({ type }) => type === 'object') ?? [];
  return (objects.length === 1 ? objects[0] : undefined) ?? schema;
}
