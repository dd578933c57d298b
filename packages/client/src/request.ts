import { addressOf } from './address.ts';
import { ArgusApiError } from './error.ts';
import type { Route } from './routes.ts';
import type { CallInput } from './types.ts';

/** Where calls go and as whom. */
export interface Connection {
  baseUrl: string;
  token: string | undefined;
  customer: string | undefined;
  fetch: typeof fetch;
}

/** Sends one call; answers the response of a success and throws an ArgusApiError for anything else. */
export async function request(connection: Connection, route: Route, input: CallInput): Promise<Response> {
  const { token, customer } = connection;
  const headers = new Headers(input.headers);
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (!headers.has('accept')) headers.set('accept', route.answer === 'raw' ? '*/*' : 'application/json');
  const init: RequestInit = { method: route.method, headers, credentials: 'same-origin' };
  if (input.signal) init.signal = input.signal;
  // a form sets its own type, with the boundary of its parts
  if (input.body instanceof FormData) init.body = input.body;
  else if (input.body !== undefined) {
    headers.set('content-type', 'application/json');
    init.body = JSON.stringify(input.body);
  }
  const url = `${connection.baseUrl}${addressOf(route, customer, input)}`;
  // called as a plain function: a browser's fetch refuses any other `this`
  const { fetch } = connection;
  const response = await fetch(url, init);
  if (!response.ok) throw await ArgusApiError.from(response);
  return response;
}

/** The cursor of the next page, from a `Link: <…>; rel="next"` header. */
export function nextCursor(link: string | null): string | undefined {
  for (const [, target = '', parameters = ''] of (link ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel="?([^";]*\s)?next(\s[^";]*)?"?/i.test(parameters)) continue;
    return new URLSearchParams(target.split('?')[1] ?? '').get('cursor') ?? undefined;
  }
  return undefined;
}
