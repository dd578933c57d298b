import { ArgusError, invalid, type Secret } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { newId } from '../../platform/ids.ts';
import type { Platform } from '../../platform/platform.ts';
import type { SecretQueries, SecretRow } from './queries.ts';

type SecretOperations = 'listSecrets' | 'createSecret' | 'getSecret' | 'updateSecret' | 'deleteSecret';

export function secretRoutes(
  { box }: Pick<Platform, 'box'>,
  queries: SecretQueries,
): Pick<Handlers, SecretOperations> {
  async function own(caller: Actor, id: string): Promise<SecretRow> {
    const row = await queries.find(id);
    if (row === undefined || row.customer_id !== caller.customer.id) throw new ArgusError('not_found');
    return row;
  }

  return {
    async listSecrets({ caller }) {
      return (await queries.list(caller.customer.id)).map(secretView);
    },

    async createSecret({ caller, body, note }) {
      const { name, description = '' } = body;
      const id = newId();
      const isNew = await queries.insert({
        id,
        customer_id: caller.customer.id,
        name,
        description,
        value_cipher: sealed(box, body.value),
        updated_by: caller.name,
      });
      if (!isNew)
        throw new ArgusError('conflict', `There is a secret ${name}: give that one another value.`, [
          { field: 'name', message: 'is the name of another secret' },
        ]);
      note({ target: { type: 'secret', id }, details: { name } });
      return secretView(await own(caller, id));
    },

    async getSecret({ caller, params }) {
      return secretView(await own(caller, params.id));
    },

    async updateSecret({ caller, params, body, note }) {
      const { id, name } = await own(caller, params.id);
      if (body.description !== undefined) await queries.setDescription(id, body.description);
      if (body.value !== undefined) await queries.setValue(id, sealed(box, body.value), caller.name);
      const changed = (['value', 'description'] as const).filter((field) => body[field] !== undefined);
      note({ details: { name, changed } });
      return secretView(await own(caller, id));
    },

    async deleteSecret({ caller, params, note }) {
      const row = await own(caller, params.id);
      if (!(await queries.delete(row.id))) {
        const { used_by } = await own(caller, row.id);
        throw new ArgusError(
          'conflict',
          `It is used by ${used_by.map((use) => use.name).join(', ')}: change them first.`,
        );
      }
      note({ details: { name: row.name } });
      return secretView(row);
    },
  };
}

/** What no script could be given is refused: an environment has no NUL, and UTF-8 no half of a character. */
function sealed(box: Platform['box'], value: string): Buffer {
  if (value.includes('\0') || !value.isWellFormed())
    throw invalid('value', 'must not contain NUL or half a character');
  return box.seal(value);
}

function secretView(row: SecretRow): Secret {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    used_by: row.used_by,
    updated_by: row.updated_by,
    value_date: row.value_at.toISOString(),
    last_use: row.used_at?.toISOString() ?? null,
    creation_date: row.created_at.toISOString(),
  };
}
