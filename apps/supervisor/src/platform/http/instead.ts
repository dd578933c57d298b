import type { FastifyRequest } from 'fastify';

/** How a request shows who calls, where another operation answers those who show it so. */
export type Way = 'agent' | 'basic';

const AGENT_TOKEN = /^argus_agent_/;

/** Tells the token of an existing agent by its looks; whether it is one that is valid is for later. */
export function isAgentToken(token: unknown): boolean {
  return typeof token === 'string' && AGENT_TOKEN.test(token);
}

export function wayOf({ headers, query }: Pick<FastifyRequest, 'headers' | 'query'>): Way | undefined {
  const [scheme = '', value = ''] = headers.authorization?.split(/ +/, 2) ?? [];
  if (/^basic$/i.test(scheme)) return 'basic';
  const inQuery = (query as Record<string, unknown>)['access_token'];
  return (/^bearer$/i.test(scheme) && isAgentToken(value)) || isAgentToken(inQuery) ? 'agent' : undefined;
}

const answering = new WeakMap<FastifyRequest, string>();

/** Notes that another operation than that of the route answers a request. */
export function answersInstead(request: FastifyRequest, operation: string): void {
  answering.set(request, operation);
}

/** The id of the operation that answers a request; `other` for what is none of the contract. */
export function operationOf(request: FastifyRequest): string {
  return answering.get(request) ?? request.routeOptions.config.operation ?? 'other';
}
