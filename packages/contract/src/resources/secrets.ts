import { Type, type Static } from 'typebox';
import { SECRET_NAME } from '../secret-references.ts';
import { Closed, Id, OneOf, OrNull, Time } from '../schema.ts';
import { ignored } from './shared.ts';

const name = Type.String({
  pattern: SECRET_NAME,
  description: 'A letter first, then letters, digits, `_`, `-` and `.`: how `{secret:NAME}` names it.',
});
const description = Type.String({ maxLength: 500 });
const value = Type.String({
  minLength: 1,
  maxLength: 65_536,
  description: 'The secret itself: kept encrypted, never answered.',
});

const SecretUse = Type.Object({
  type: OneOf(['task', 'workflow']),
  id: Id,
  name: Type.String(),
});
export type SecretUse = Static<typeof SecretUse>;

/** A secret of an organization as the API answers it: everything but its value. */
export const Secret = Type.Object({
  id: Id,
  name,
  description,
  used_by: Type.Array(SecretUse, { description: 'The tasks and workflows that name it now.' }),
  updated_by: Type.String({ description: 'Who gave it the value that it has.' }),
  value_date: Time,
  last_use: OrNull(Time),
  creation_date: Time,
});
export type Secret = Static<typeof Secret>;

export const SecretCreate = Closed({
  name,
  value,
  description: Type.Optional(description),
  ...ignored('id', 'used_by', 'updated_by', 'value_date', 'last_use', 'creation_date'),
});
export type SecretCreate = Static<typeof SecretCreate>;

export const SecretUpdate = Closed({
  value: Type.Optional(value),
  description: Type.Optional(description),
  ...ignored('id', 'name', 'used_by', 'updated_by', 'value_date', 'last_use', 'creation_date'),
});
export type SecretUpdate = Static<typeof SecretUpdate>;
