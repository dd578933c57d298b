import type { TSchema } from 'typebox';
import type { ErrorCode } from './errors.ts';
import type { Operation } from './operation.ts';

/** What the OpenAPI document, the page for people and the reference say of an operation, each in its own way. */

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: TSchema | { type: 'string'; description: string };
  description: string;
}

/** The path as it is listed: with the organization, where the operation has one. */
export function listedPath({ scope, path }: Operation): string {
  return scope === 'customer' ? `/{customer}${path}` : path;
}

/** Every other path of the same operation. */
export function otherPaths({ scope, path, aliases = [] }: Operation): string[] {
  return [
    ...(scope === 'customer' ? [path] : []),
    ...aliases.map((one) => (scope === 'customer' ? `/{customer}${one}` : one)),
  ];
}

/** Everything that a request may carry beside its body, in the order of path, query, headers. */
export function parametersOf({ scope, params, query, headers = {} }: Operation): Parameter[] {
  const said = (schema: TSchema) => (schema as { description?: string }).description ?? '';
  const customer = { type: 'string', description: 'The organization’s name.' } as const;
  return [
    ...(scope === 'customer' ? [parameter('customer', 'path', true, customer, customer.description)] : []),
    ...Object.entries(params.properties).map(([name, schema]) =>
      parameter(name, 'path', true, schema, said(schema)),
    ),
    ...Object.entries(query.properties).map(([name, schema]) =>
      parameter(name, 'query', query.required?.includes(name) ?? false, schema, said(schema)),
    ),
    ...Object.entries(headers).map(([name, description]) =>
      parameter(name, 'header', false, { type: 'string', description }, description),
    ),
  ];
}

function parameter(
  name: string,
  place: Parameter['in'],
  required: boolean,
  schema: Parameter['schema'],
  description: string,
): Parameter {
  return { name, in: place, required, schema, description };
}

/** Media types of a body, the first one as examples show it. */
export function bodyTypes({ accepts }: Operation): string[] {
  if (accepts === 'form')
    return ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'];
  if (accepts === 'anything') return ['application/json', '*/*'];
  return accepts === 'upload' ? ['application/json', 'multipart/form-data'] : ['application/json'];
}

export function isOpen({ permission }: Operation): boolean {
  return permission === 'public' || permission === 'secret';
}

/** Whether a list goes on behind a `Link` header. */
export function isPaged({ query }: Operation): boolean {
  return 'cursor' in query.properties;
}

/** The codes of the errors that are this operation's own, and of those that belong to what it takes. */
export function errorsOf(operation: Operation): ErrorCode[] {
  const { body, params, query, scope, errors } = operation;
  const takes = (fields: object) => Object.keys(fields).length > 0;
  const common: ErrorCode[] = [
    ...(body && operation.accepts !== 'anything' ? (['invalid_json'] as const) : []),
    ...(body ? (['too_large', 'unsupported_media_type'] as const) : []),
    ...(body || takes(params.properties) || takes(query.properties) ? (['invalid_input'] as const) : []),
    ...('id' in params.properties && !isOpen(operation) ? (['invalid_id'] as const) : []),
    ...(isOpen(operation) ? [] : (['unauthorized', 'ambiguous_token', 'forbidden'] as const)),
    ...(scope === 'customer' && !isOpen(operation) ? (['wrong_customer'] as const) : []),
    ...((scope === 'customer' || takes(params.properties)) && !isOpen(operation)
      ? (['not_found'] as const)
      : []),
  ];
  return [...new Set([...errors, ...common])];
}
