import { ArgusError } from '@argus/contract';

export const SESSION_COOKIE = 'argus_session';

export interface Presented {
  token: string;
  /** A cookie is for the web page only: writes with it need an Origin of ours. */
  from: 'header' | 'query' | 'body' | 'cookie';
}

/**
 * The token of a request: exactly one of header, query and body; else the page's cookie.
 * Throws `ambiguous_token` where it is sent twice. A header of another scheme than Bearer is no token.
 */
export function presentedToken(
  authorization: string | undefined,
  query: Record<string, unknown>,
  body: unknown,
  cookies: Record<string, string | undefined>,
): Presented | undefined {
  const header = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  const inQuery = query['access_token'];
  const inBody =
    typeof body === 'object' && body !== null && !Array.isArray(body)
      ? (body as Record<string, unknown>)['access_token']
      : undefined;
  const found: Presented[] = [];
  if (header !== undefined) found.push({ token: header, from: 'header' });
  if (inQuery !== undefined) found.push({ token: asToken(inQuery), from: 'query' });
  if (inBody !== undefined) found.push({ token: asToken(inBody), from: 'body' });
  if (found.length > 1) throw new ArgusError('ambiguous_token');
  const cookie = cookies[SESSION_COOKIE];
  return found[0] ?? (cookie === undefined ? undefined : { token: cookie, from: 'cookie' });
}

function asToken(value: unknown): string {
  if (typeof value !== 'string') throw new ArgusError('ambiguous_token');
  return value;
}

/** What HTTP Basic says; undefined where it says nothing readable. */
export function basicOf(authorization: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '')?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
