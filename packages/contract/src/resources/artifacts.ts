import { Type, type Static } from 'typebox';
import { Id, Time } from '../schema.ts';

/** A file that a script left in `ARGUS_ARTIFACTS_DIR`. */
export const Artifact = Type.Object({
  id: Id,
  attempt: Type.Integer({ description: 'Which attempt of the job left it.' }),
  name: Type.String({ description: 'Its path below `ARGUS_ARTIFACTS_DIR`.' }),
  size: Type.Integer({ description: 'Bytes.' }),
  type: Type.String({ description: 'Its mime type, as far as its name tells.' }),
  sha256: Type.String({ description: 'Hex.' }),
  creation_date: Time,
});
export type Artifact = Static<typeof Artifact>;
