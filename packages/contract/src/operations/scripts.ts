import { Type } from 'typebox';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { Closed } from '../schema.ts';
import { cursor, id, limit } from './shared.ts';

/** Scripts and their versions. */
export const scriptsOperations = {
  listScripts: operation({
    method: 'GET',
    path: '/script',
    permission: 'viewer',
    tag: 'scripts',
    summary: 'List scripts',
    query: Closed({ limit, cursor }),
    response: Type.Array(R.Script),
  }),
  createScript: operation({
    method: 'POST',
    path: '/script',
    permission: 'admin',
    tag: 'scripts',
    audit: 'script.create',
    summary: 'Create a script: JSON or a multipart file',
    accepts: 'upload',
    body: R.ScriptCreate,
    status: 201,
    response: R.Script,
  }),
  getScript: operation({
    method: 'GET',
    path: '/script/{id}',
    permission: 'viewer',
    tag: 'scripts',
    summary: 'Get a script',
    params: id,
    response: R.Script,
  }),
  updateScript: operation({
    method: 'PUT',
    path: '/script/{id}',
    permission: 'admin',
    tag: 'scripts',
    audit: 'script.update',
    summary: 'Change a script; new content is a new version',
    params: id,
    accepts: 'upload',
    body: R.ScriptUpdate,
    response: R.Script,
  }),
  deleteScript: operation({
    method: 'DELETE',
    path: '/script/{id}',
    permission: 'admin',
    tag: 'scripts',
    audit: 'script.delete',
    summary: 'Delete a script that no task uses',
    params: id,
    status: 204,
    errors: ['conflict'],
  }),
  downloadScript: operation({
    method: 'GET',
    path: '/script/{id}/download',
    permission: 'user',
    tag: 'scripts',
    summary: 'The file itself',
    instead: { agent: 'downloadAgentScript' },
    params: id,
    query: Closed({ version: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })) }),
    produces: 'application/octet-stream',
  }),
  listScriptVersions: operation({
    method: 'GET',
    path: '/script/{id}/version',
    permission: 'viewer',
    tag: 'scripts',
    summary: 'Versions, newest first',
    params: id,
    response: Type.Array(R.ScriptVersion),
  }),
} as const satisfies Record<string, Operation>;
