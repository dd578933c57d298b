import type { Route } from './routes.ts';
import type { CallInput } from './types.ts';

/** Where a call goes, from the server's root on; `customer` stands in front of what belongs to an organization. */
export function addressOf(
  { path, scope }: Pick<Route, 'path' | 'scope'>,
  customer: string | undefined,
  { params = {}, query = {} }: Pick<CallInput, 'params' | 'query'>,
): string {
  const prefix = scope === 'customer' && customer !== undefined ? `/${encodeURIComponent(customer)}` : '';
  return `${prefix}${fill(path, params)}${queryText(query)}`;
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
