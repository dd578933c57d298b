import { Type, type TObject, type TSchema } from 'typebox';

export const Name = Type.String({ minLength: 1, maxLength: 200 });

export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** Fields that our own answers carry and a body may send back; they change nothing. */
export function ignored<const K extends readonly string[]>(
  ...names: K
): Record<K[number], ReturnType<typeof Type.Optional<TSchema>>> {
  const field = Type.Optional(Type.Unknown({ description: 'Read only: ignored.' }));
  return Object.fromEntries(names.map((name) => [name, field])) as never;
}

/** The names of an object schema's fields. */
export function fieldsOf(schema: TObject): string[] {
  return Object.keys(schema.properties);
}
