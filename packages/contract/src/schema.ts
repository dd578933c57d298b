import { Type, type TSchema, type TUnsafe } from 'typebox';

/** One of a list of strings, as `{type: "string", enum}`: serialises faster than a union of literals. */
export function OneOf<const T extends readonly string[]>(
  values: T,
  description?: string,
): TUnsafe<T[number]> {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...(description && { description }) });
}

/** A value or `null`, as `{type: [T, "null"]}` where the schema has a plain type. */
export function OrNull<T extends TSchema>(schema: T, description?: string): TUnsafe<Type.Static<T> | null> {
  if (description !== undefined) return OrNull({ ...schema, description });
  const { type, enum: values, ...rest } = schema as unknown as { type?: unknown; enum?: readonly unknown[] };
  if (typeof type === 'string' && values === undefined) return Type.Unsafe({ ...rest, type: [type, 'null'] });
  return Type.Unsafe({ anyOf: [schema, { type: 'null' }] });
}

/** Ids are 24 lower-case hex digits, time-ordered. */
export const Id = Type.String({ pattern: '^[0-9a-f]{24}$', description: '24 lower-case hex digits' });

/** A point in time as ISO 8601 in UTC with milliseconds. */
export const Time = Type.String({ description: 'ISO 8601, UTC' });

/** An object that refuses unknown fields (design: "unknown fields in a body are refused by name"). */
export function Closed<T extends Parameters<typeof Type.Object>[0]>(
  properties: T,
  options: Record<string, unknown> = {},
) {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/**
 * The same schema for a validator: what has an `$id` (since it holds itself) may be in it once, and is referred to where
 * it comes again.
 */
export function eachIdOnce<T extends object>(schema: T): T {
  if (!JSON.stringify(schema).includes('"$id":')) return schema;
  const seen = new Set<string>();
  const walk = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    const { $id } = part as { $id?: string };
    if ($id !== undefined) {
      if (seen.has($id)) return { $ref: $id };
      seen.add($id);
    }
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, walk(value)]));
  };
  return walk(schema) as T;
}
