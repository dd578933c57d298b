import { ArgusError } from '@argus/contract';
import type { FastifyRequest } from 'fastify';
import { BODY_MAX_BYTES } from './server.ts';
import { presentedToken } from './token.ts';

/**
 * Before a body is read that is larger than others may be: of nobody. Else each connection of a stranger could make this
 * process hold as much.
 */
export function refuseStrangers(host: { authenticate(token: string): Promise<unknown> }) {
  return async (request: FastifyRequest): Promise<void> => {
    const { 'content-length': length, authorization } = request.headers;
    if (length !== undefined && Number(length) <= BODY_MAX_BYTES) return;
    const presented = presentedToken(authorization, {}, undefined, {});
    if (presented === undefined || (await host.authenticate(presented.token)) === undefined)
      throw new ArgusError('unauthorized');
  };
}
