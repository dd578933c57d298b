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
  const prefix =
    route.scope === 'customer' && customer !== undefined ? `/${encodeURIComponent(customer)}` : '';
  const url = `${connection.baseUrl}${prefix}${fill(route.path, input.params ?? {})}${queryText(input.query ?? {})}`;
  // called as a plain function: a browser's fetch refuses any other `this`
  const { fetch } = connection;
  const response = await fetch(url, init);
  if (!response.ok) throw await ArgusApiError.from(response);
  return response;
}

function fill(path: string, params: Record<string, unknown>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    // an empty segment would be another route
    if (value === undefined || value === '') throw new Error(`the parameter "${name}" of ${path} is missing`);
    return encodeURIComponent(asText(value));
  });
}

function queryText(query: Record<string, unknown>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) append(search, name, value);
  return search.size > 0 ? `?${search.toString()}` : '';
}

/** Lists and objects as the list language writes them: `lifecycle[]=finished`, `where[name][$regex]=x`. */
function append(search: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) for (const item of value) append(search, `${name}[]`, item);
  else if (typeof value === 'object')
    for (const [key, item] of Object.entries(value)) append(search, `${name}[${key}]`, item);
  else search.append(name, asText(value));
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The cursor of the next page, from a `Link: <…>; rel="next"` header. */
export function nextCursor(link: string | null): string | undefined {
  for (const [, target = '', parameters = ''] of (link ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel="?([^";]*\s)?next(\s[^";]*)?"?/i.test(parameters)) continue;
    return new URLSearchParams(target.split('?')[1] ?? '').get('cursor') ?? undefined;
  }
  return undefined;
}
