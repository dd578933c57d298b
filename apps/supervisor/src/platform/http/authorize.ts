import {
  ArgusError,
  atLeast,
  isRole,
  LIMITED_TOKEN_TAGS,
  type Operation,
  type OperationId,
} from '@argus/contract';
import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller.ts';
import type { OperationHost } from './operations.ts';
import type { Presented } from './token.ts';

interface Authorization {
  presented: Presented | undefined;
  namedCustomer: string | undefined;
  request: FastifyRequest;
  fromMemory: boolean;
}

/** Who calls, where they may. Throws what they are told where they may not, and has the audit keep that. */
export async function authorize(
  id: OperationId,
  { permission, method, tag, audit }: Operation,
  host: OperationHost,
  { presented, namedCustomer, request, fromMemory }: Authorization,
): Promise<Caller | null> {
  if (permission === 'public' || permission === 'secret') return null;
  const refuse = (
    code: 'unauthorized' | 'forbidden' | 'wrong_origin',
    caller: Caller | null,
    message?: string,
  ): never => {
    if (!fromMemory)
      host.audit({
        action: audit ?? id,
        caller,
        address: request.ip,
        outcome: 'refused',
        details: { code },
      });
    throw new ArgusError(code, message);
  };
  if (presented === undefined) {
    // asking who one is without a token is how a page finds out that nobody is signed in: no refusal to keep
    if (permission === 'signed_in') throw new ArgusError('unauthorized');
    return refuse('unauthorized', null);
  }
  const caller = fromMemory
    ? host.recall(presented.token)
    : await host.authenticate(presented.token, request.ip);
  if (caller === undefined)
    return refuse(
      'unauthorized',
      null,
      presented.from === 'cookie'
        ? 'Your session has ended; sign in again.'
        : 'The token is unknown, expired or revoked.',
    );
  if (presented.from === 'cookie' && method !== 'GET') {
    const origin = request.headers.origin;
    if (origin === undefined || !host.ownOrigin(origin, request)) return refuse('wrong_origin', caller);
  }
  if (namedCustomer !== undefined && namedCustomer !== caller.customer.name) {
    throw new ArgusError(
      (await host.findCustomer(namedCustomer)) ? 'wrong_customer' : 'not_found',
      undefined,
    );
  }
  if (permission === 'agent')
    return caller.kind === 'agent'
      ? caller
      : refuse('forbidden', caller, 'Only an existing agent may call this.');
  if (permission === 'bot')
    return caller.kind === 'bot' ? caller : refuse('forbidden', caller, 'Only a bot may call this.');
  if (caller.kind === 'bot')
    return refuse('forbidden', caller, 'A bot’s credential is for the bot protocol only.');
  if (caller.kind === 'agent')
    return refuse('forbidden', caller, 'An agent’s token is for what agents call only.');
  // closed unless said otherwise: what is added later is not open to such tokens by an omission
  if (caller.tasks !== null && !LIMITED_TOKEN_TAGS.includes(tag))
    return refuse('forbidden', caller, 'This token is limited to some tasks.');
  if (permission === 'session' && caller.kind !== 'session')
    return refuse(
      'forbidden',
      caller,
      'This is for people who signed in; a token is revoked under Credentials.',
    );
  if (permission === 'instance_admin')
    return caller.instanceAdmin
      ? caller
      : refuse('forbidden', caller, 'Only an administrator of this server may do this.');
  if (isRole(permission) && !atLeast(caller.role, permission)) {
    return refuse('forbidden', caller, `This needs the role ${permission}; yours is ${caller.role}.`);
  }
  return caller;
}
