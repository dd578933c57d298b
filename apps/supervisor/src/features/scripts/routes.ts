import { ArgusError, invalid } from '@argus/contract';
import { isStillReferenced } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import { uploadedFile } from '../../platform/http/multipart.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { idPage, pageLink } from '../../platform/http/paging.ts';
import { assertUnlimited } from '../access/index.ts';
import { contentOf, uploadName } from './content.ts';
import type { ScriptQueries } from './queries.ts';

type ScriptOperations =
  | 'listScripts'
  | 'createScript'
  | 'getScript'
  | 'updateScript'
  | 'deleteScript'
  | 'downloadScript'
  | 'listScriptVersions';

export function scriptRoutes(queries: ScriptQueries): Pick<Handlers, ScriptOperations> {
  async function existing(caller: Actor, id: string) {
    assertUnlimited(caller);
    const script = await queries.get(caller.customer.id, id);
    if (script === undefined) throw new ArgusError('not_found');
    return script;
  }

  return {
    async listScripts({ caller, query, request, reply }) {
      assertUnlimited(caller);
      const { limit, before } = idPage(query, 1000);
      const rows = await queries.list(caller.customer.id, limit, before);
      pageLink(request, reply, rows, limit);
      return rows.map(view);
    },

    async createScript({ caller, body, request, note }) {
      assertUnlimited(caller);
      const file = uploadedFile(request, 'file');
      const filename = body.filename ?? (file && uploadName(file.filename));
      if (filename === undefined) throw invalid('filename', 'is required');
      const content = contentOf(body, file, filename);
      if (content === undefined)
        throw invalid('content', 'is required: the file as text, or as base64 in data');
      const script = await queries.create(caller.customer.id, body.description ?? '', content, caller.name);
      note({ target: { type: 'script', id: script.id }, details: { filename, sha256: content.sha256 } });
      return view(script);
    },

    async getScript({ caller, params }) {
      return view(await existing(caller, params.id));
    },

    async updateScript({ caller, params, body, request, note }) {
      const old = await existing(caller, params.id);
      const filename = body.filename ?? old.filename;
      const content = contentOf(body, uploadedFile(request, 'file'), filename);
      const script = await queries.update(
        old.id,
        { filename, description: body.description ?? old.description, content },
        caller.name,
      );
      note({ details: { filename, version: script.version, sha256: script.sha256 } });
      return view(script);
    },

    async deleteScript({ caller, params, note }) {
      const script = await existing(caller, params.id);
      await queries.delete(script.id).catch((error: unknown) => {
        throw isStillReferenced(error)
          ? new ArgusError('conflict', 'A task uses this script: give the task another script first.')
          : error;
      });
      note({ details: { filename: script.filename } });
      return undefined;
    },

    async downloadScript({ caller, params, query, reply }) {
      const script = await existing(caller, params.id);
      const file = await queries.version(script.id, query.version ?? script.version);
      if (file === undefined) throw new ArgusError('not_found', 'The script has no such version.');
      return reply
        .headers({
          'content-type': 'application/octet-stream',
          'content-disposition': `attachment; filename="${file.filename}"`,
          'content-security-policy': 'sandbox',
        })
        .send(file.data);
    },

    async listScriptVersions({ caller, params }) {
      const script = await existing(caller, params.id);
      return (await queries.versions(script.id)).map(
        ({ version, filename, sha256, size, created_by, created_at }) => ({
          version,
          filename,
          sha256,
          size,
          created_by,
          created_at: created_at.toISOString(),
        }),
      );
    },
  };
}

function view(row: {
  id: string;
  filename: string;
  description: string;
  version: number;
  sha256: string;
  size: number;
  created_at: Date;
  updated_at: Date;
}) {
  const { id, filename, description, version, sha256, size, created_at, updated_at } = row;
  return {
    id,
    filename,
    description,
    version,
    sha256,
    size,
    creation_date: created_at.toISOString(),
    last_update: updated_at.toISOString(),
  };
}
