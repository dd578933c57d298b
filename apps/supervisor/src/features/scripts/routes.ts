import { aclKeys, ArgusError, fieldsOf, invalid, Script, seesEverything } from '@argus/contract';
import { isStillReferenced } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import { listPage, readListQuery, type ListFields } from '../../platform/http/list-query.ts';
import { uploadedFile } from '../../platform/http/multipart.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { idPage, pageLink } from '../../platform/http/paging.ts';
import { assertUnlimited, visibleTo } from '../access/index.ts';
import { contentOf, uploadName } from './content.ts';
import { unifiedDiff, type Side } from './diff.ts';
import type { ScriptRow } from './queries.ts';
import { trialRoutes, type TrialServices } from './trial.ts';

type ScriptOperations =
  | 'listScripts'
  | 'createScript'
  | 'getScript'
  | 'updateScript'
  | 'deleteScript'
  | 'downloadScript'
  | 'listScriptVersions'
  | 'diffScript'
  | 'restoreScript'
  | 'listScriptTasks'
  | 'tryScript';

const FIELDS: ListFields = {
  id: { column: 's.id', type: 'text' },
  filename: { column: 's.filename', type: 'text' },
  description: { column: 's.description', type: 'text' },
  sha256: { column: 's.sha256', type: 'text' },
  size: { column: 's.size', type: 'integer' },
  version: { column: 's.version', type: 'integer' },
  changed_by: { column: 'v.created_by', type: 'text' },
  creation_date: { column: 's.created_at', type: 'time' },
  last_update: { column: 's.updated_at', type: 'time' },
};

/** How many tasks an error names. */
const USERS_NAMED = 10;

export interface ScriptRouteServices extends Omit<TrialServices, 'existing'> {
  /** Deletes what a task's jobs leave outside their own rows. */
  deleteLogs(taskId: string): Promise<unknown>;
}

export function scriptRoutes(
  platform: Platform,
  { queries, tasks, trials, deleteLogs, ...services }: ScriptRouteServices,
): Pick<Handlers, ScriptOperations> {
  async function existing(caller: Actor, id: string) {
    assertUnlimited(caller);
    const script = await queries.get(caller.customer.id, id);
    if (script === undefined) throw new ArgusError('not_found');
    return script;
  }

  /** With how many of the tasks that a caller may see use each. */
  async function withUses(caller: Actor, rows: readonly ScriptRow[]): Promise<UsedScript[]> {
    const keys = seesEverything(caller.role) ? null : aclKeys(caller);
    const counts = await tasks.countByScript(
      rows.map(({ id }) => id),
      keys,
    );
    return rows.map((row) => ({ ...row, used_by: counts.get(row.id) ?? 0 }));
  }

  /** A script as it is now. */
  async function current(caller: Actor, id: string): Promise<Script> {
    const [script] = await withUses(caller, [await existing(caller, id)]);
    return view(script as UsedScript);
  }

  async function versionOf(id: string, version: number): Promise<Side> {
    const found = await queries.version(id, version);
    if (found === undefined) throw new ArgusError('not_found', `The script has no version ${version}.`);
    return { ...found, version };
  }

  /** Those who may delete a script see every task, so all may be named. */
  async function inUse(id: string): Promise<ArgusError> {
    const users = (await tasks.ofScript(id)).map(({ name }) => `"${name}"`);
    const rest = users.length - USERS_NAMED;
    const named = users.slice(0, USERS_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
    return new ArgusError('conflict', `Tasks use this script: ${named}. Give them another script first.`);
  }

  return {
    ...trialRoutes(platform, { existing, queries, tasks, trials, ...services }),

    async listScripts({ caller, query, request, reply }) {
      assertUnlimited(caller);
      const { limit, before } = idPage(query, 1000);
      const list = readListQuery(query, FIELDS, 5, fieldsOf(Script));
      const { rows, views } = await listPage(
        list,
        limit,
        async (skip, count) =>
          withUses(caller, await queries.list(caller.customer.id, list, { before, limit: count, skip })),
        view,
      );
      if (query.sort === undefined) pageLink(request, reply, rows, limit);
      return views;
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
      return current(caller, script.id);
    },

    async getScript({ caller, params }) {
      return current(caller, params.id);
    },

    async updateScript({ caller, params, body, request, note }) {
      const old = await existing(caller, params.id);
      const filename = body.filename ?? old.filename;
      const content = contentOf(body, uploadedFile(request, 'file'), filename);
      const script = await queries.update(
        old.id,
        { filename, description: body.description ?? old.description, content, base: body.base_version },
        caller.name,
      );
      note({ details: { filename, version: script.version, sha256: script.sha256 } });
      return current(caller, old.id);
    },

    async deleteScript({ caller, params, note }) {
      const script = await existing(caller, params.id);
      const trial = await trials.trialOf(script.id);
      if (trial !== undefined) {
        const isOver = (await tasks.isIdle(trial)) && (await deleteLogs(trial), await tasks.delete(trial));
        if (!isOver) throw new ArgusError('conflict', 'A trial of this script runs: stop it first.');
      }
      await queries.delete(script.id).catch(async (error: unknown) => {
        throw isStillReferenced(error) ? await inUse(script.id) : error;
      });
      note({ details: { filename: script.filename } });
      return undefined;
    },

    async downloadScript({ caller, params, query, reply }) {
      const script = await existing(caller, params.id);
      const file = await versionOf(script.id, query.version ?? script.version);
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

    async diffScript({ caller, params, query, reply }) {
      const script = await existing(caller, params.id);
      const to = query.to ?? script.version;
      const from = query.from ?? to - 1;
      if (from < 1) throw invalid('from', 'there is no version before the first; name two versions');
      const text = unifiedDiff(await versionOf(script.id, from), await versionOf(script.id, to));
      return reply
        .headers({ 'content-type': 'text/plain; charset=utf-8', 'content-security-policy': 'sandbox' })
        .send(text);
    },

    async restoreScript({ caller, params, body, note }) {
      const { id } = await existing(caller, params.id);
      const script = await queries.restore(id, body.version, caller.name);
      if (script === undefined) throw invalid('version', 'the script has no such version');
      const { filename, version, sha256 } = script;
      note({ details: { filename, restored: body.version, version, sha256 } });
      return current(caller, id);
    },

    async listScriptTasks({ caller, params }) {
      const script = await existing(caller, params.id);
      return (await tasks.ofScript(script.id))
        .filter(({ id, acls }) => visibleTo(caller, { taskId: id, acls }))
        .map(({ acls: _acls, ...use }) => use);
    },
  };
}

type UsedScript = ScriptRow & { used_by: number };

function view(row: UsedScript): Script {
  const { id, filename, description, version, sha256, size, changed_by, used_by } = row;
  const { created_at, updated_at } = row;
  return {
    id,
    filename,
    description,
    version,
    sha256,
    size,
    changed_by,
    used_by,
    creation_date: created_at.toISOString(),
    last_update: updated_at.toISOString(),
  };
}
