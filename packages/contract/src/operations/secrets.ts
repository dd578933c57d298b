import { Type } from 'typebox';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { id } from './shared.ts';

/** What tasks and workflows name in place of passwords and keys. */
export const secretsOperations = {
  listSecrets: operation({
    method: 'GET',
    path: '/secret',
    permission: 'admin',
    tag: 'secrets',
    summary: 'List the secrets, by name',
    description: 'Their values are not in it: nobody can read those again.',
    response: Type.Array(R.Secret),
  }),
  createSecret: operation({
    method: 'POST',
    path: '/secret',
    permission: 'admin',
    tag: 'secrets',
    audit: 'secret.create',
    summary: 'Keep a secret',
    description:
      '`{secret:NAME}` stands for it in the environment of tasks, workflows and steps, in fixed arguments, and in address, headers and body of HTTP requests. Runs get the value that it has when they are handed out; logs show stars in its place.',
    body: R.SecretCreate,
    status: 201,
    response: R.Secret,
    errors: ['conflict'],
  }),
  getSecret: operation({
    method: 'GET',
    path: '/secret/{id}',
    permission: 'admin',
    tag: 'secrets',
    summary: 'Get a secret, but not its value',
    params: id,
    response: R.Secret,
  }),
  updateSecret: operation({
    method: 'PATCH',
    path: '/secret/{id}',
    permission: 'admin',
    tag: 'secrets',
    audit: 'secret.update',
    summary: 'Give a secret another value, or describe it otherwise (fields left out stay)',
    description: 'What is handed out from then on gets the new value; what runs keeps the old one.',
    params: id,
    body: R.SecretUpdate,
    response: R.Secret,
  }),
  deleteSecret: operation({
    method: 'DELETE',
    path: '/secret/{id}',
    permission: 'admin',
    tag: 'secrets',
    audit: 'secret.delete',
    summary: 'Delete a secret',
    description:
      'Refused with 409 while tasks or workflows name it. What still waits and needs it ends with an error.',
    params: id,
    response: R.Secret,
    errors: ['conflict'],
  }),
} as const satisfies Record<string, Operation>;
