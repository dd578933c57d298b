import { Type, type Static } from 'typebox';
import { Closed, Id, OrNull, Time } from '../schema.ts';
import { ignored, Sha256 } from './shared.ts';

export const Script = Type.Object({
  id: Id,
  filename: Type.String(),
  description: Type.String(),
  version: Type.Integer(),
  sha256: Sha256,
  size: Type.Integer({ description: 'Bytes.' }),
  creation_date: Time,
  last_update: Time,
});
export type Script = Static<typeof Script>;

const filename = Type.String({ minLength: 1, maxLength: 200, pattern: '^[.]?[A-Za-z0-9_][0-9A-Za-z_.-]*$' });
const scriptContent = {
  content: Type.Optional(Type.String({ description: 'The file as text.' })),
  data: Type.Optional(Type.String({ description: 'The file as base64 or as a data URL.' })),
};
const scriptReadOnly = ignored('id', 'version', 'sha256', 'size', 'creation_date', 'last_update');
export const ScriptCreate = Closed({
  filename: Type.Optional(filename),
  description: Type.Optional(Type.String({ maxLength: 10_000 })),
  ...scriptContent,
  ...scriptReadOnly,
});
export const ScriptUpdate = Closed({
  filename: Type.Optional(filename),
  description: Type.Optional(Type.String({ maxLength: 10_000 })),
  ...scriptContent,
  ...scriptReadOnly,
});
export const ScriptVersion = Type.Object({
  version: Type.Integer(),
  filename: Type.String(),
  sha256: Sha256,
  size: Type.Integer(),
  created_by: OrNull(Type.String()),
  created_at: Time,
});
