import { Type, type Static } from 'typebox';
import { Closed, Id, OrNull, Time } from '../schema.ts';
import { ignored, Sha256 } from './shared.ts';
import { taskPlace } from './tasks.ts';

/** A script's file may have this many bytes. */
export const SCRIPT_MAX_BYTES = 16 * 1024 * 1024;

/** What a script may be called: it is the name of a file on the bot. */
export const SCRIPT_FILENAME = /^[.]?[A-Za-z0-9_][0-9A-Za-z_.-]*$/;
export const SCRIPT_FILENAME_MAX = 200;

export const VersionNumber = Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 });

export const Script = Type.Object({
  id: Id,
  filename: Type.String(),
  description: Type.String(),
  version: Type.Integer(),
  sha256: Sha256,
  size: Type.Integer({ description: 'Bytes.' }),
  changed_by: OrNull(Type.String({ description: 'Who made its newest version.' })),
  used_by: Type.Integer({ description: 'How many tasks use it, of those you may see.' }),
  creation_date: Time,
  last_update: Time,
});
export type Script = Static<typeof Script>;

const filename = Type.String({
  minLength: 1,
  maxLength: SCRIPT_FILENAME_MAX,
  pattern: SCRIPT_FILENAME.source,
});
const scriptContent = {
  content: Type.Optional(Type.String({ description: 'The file as text.' })),
  data: Type.Optional(Type.String({ description: 'The file as base64 or as a data URL.' })),
};
const scriptReadOnly = ignored(
  'id',
  'version',
  'sha256',
  'size',
  'changed_by',
  'used_by',
  'creation_date',
  'last_update',
  // forms of existing clients
  'mimetype',
  'extension',
  'public',
);
export const ScriptCreate = Closed({
  filename: Type.Optional(filename),
  description: Type.Optional(Type.String({ maxLength: 10_000 })),
  ...scriptContent,
  ...scriptReadOnly,
});
export const ScriptUpdate = Closed({
  base_version: Type.Optional(
    Type.Integer({
      ...VersionNumber,
      description: 'The version that was edited: refused with 409 where there is a newer one by now.',
    }),
  ),
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

/** A task that uses a script. */
export const ScriptUse = Type.Object({
  id: Id,
  name: Type.String(),
  type: Type.String(),
  host_id: OrNull(Id),
  hostname: OrNull(Type.String()),
  script_version: OrNull(
    Type.Integer({ description: 'The version it stays with; null: always the newest.' }),
  ),
});

/** What is tried, and how: all of it may be other than what is saved. */
export const ScriptTry = Closed({
  filename: Type.Optional(filename),
  content: Type.Optional(
    Type.String({ description: 'What to run, saved or not; left out: the newest version.' }),
  ),
  task_arguments: Type.Optional(Type.Array(Type.String({ maxLength: 100_000 }), { maxItems: 100 })),
  ...taskPlace,
});
