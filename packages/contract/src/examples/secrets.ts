import type { Static } from 'typebox';
import type { Secret } from '../resources/index.ts';
import { BEGIN, IDS, type Examples } from './shared.ts';

const secret: Static<typeof Secret> = {
  id: IDS.secret,
  name: 'DB_PASSWORD',
  description: 'Of the role that makes the backups',
  used_by: [{ type: 'task', id: IDS.task, name: 'Nightly backup' }],
  updated_by: 'admin@localhost',
  value_date: BEGIN,
  last_use: null,
  creation_date: BEGIN,
};

export const secretsExamples = {
  listSecrets: { response: [secret] },
  createSecret: {
    body: { name: secret.name, value: 'correct horse battery staple', description: secret.description },
    response: { ...secret, used_by: [] },
  },
  getSecret: { response: secret },
  updateSecret: { body: { value: 'another one' }, response: secret },
  deleteSecret: { response: { ...secret, used_by: [] } },
} satisfies Partial<Examples>;
