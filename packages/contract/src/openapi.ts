import { ERRORS, ErrorBody } from './errors.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';

/**
 * The OpenAPI 3.1 document of the whole table. Operations of an organization are listed in their
 * `/{customer}/…` form; the form without the prefix is the same operation.
 */
export function openApiDocument(info: { version: string; server: string }): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, operation] of Object.entries<Operation>(operations)) {
    const path = operation.scope === 'customer' ? `/{customer}${operation.path}` : operation.path;
    (paths[path] ??= {})[operation.method.toLowerCase()] = describe(operationId, operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Argus', version: info.version, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: info.server }],
    paths,
    components: {
      schemas: { Error: ErrorBody },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        query: { type: 'apiKey', in: 'query', name: 'access_token' },
        basic: { type: 'http', scheme: 'basic' },
      },
    },
  };
}

function describe(operationId: string, operation: Operation): Record<string, unknown> {
  const {
    permission,
    scope,
    aliases = [],
    instead = {},
    tag,
    summary,
    description,
    params,
    query,
    body,
    accepts,
    status,
    response,
    produces,
    scripted,
    errors,
  } = operation;
  const open = permission === 'public' || permission === 'secret';
  const notes = [
    description,
    scope === 'customer' ? `Also without the organization: \`${operation.path}\`.` : undefined,
    aliases.length > 0
      ? `Other paths of the same: ${aliases.map((one) => `\`${one}\``).join(', ')}.`
      : undefined,
    instead.agent && `To the token of an existing agent it answers as \`${instead.agent}\`.`,
    instead.basic && `To HTTP Basic it answers as \`${instead.basic}\`.`,
    `Permission: \`${permission}\`.`,
  ];
  const parameters = [
    ...(scope === 'customer'
      ? [{ name: 'customer', in: 'path', required: true, schema: { type: 'string' } }]
      : []),
    ...Object.entries(params.properties).map(([name, schema]) => ({
      name,
      in: 'path',
      required: true,
      schema,
    })),
    ...Object.entries(query.properties).map(([name, schema]) => ({
      name,
      in: 'query',
      required: query.required?.includes(name) ?? false,
      schema,
    })),
  ];
  const content = produces
    ? { [produces]: { schema: { type: 'string' } } }
    : response
      ? { 'application/json': { schema: response } }
      : undefined;
  const codes = new Map<number, string[]>();
  for (const code of [...errors, ...commonErrors(operation)]) {
    const list = codes.get(ERRORS[code].status) ?? [];
    if (!list.includes(code)) list.push(code);
    codes.set(ERRORS[code].status, list);
  }
  return {
    operationId,
    tags: [tag],
    summary,
    description: notes.filter(Boolean).join('\n\n'),
    security: open ? [] : [{ bearer: [] }, { query: [] }],
    'x-permission': permission,
    parameters,
    ...(body && {
      requestBody: {
        content: Object.fromEntries(bodyTypes(accepts).map((type) => [type, { schema: body }])),
      },
    }),
    responses: {
      ...(scripted && { default: { description: 'What the script said.' } }),
      [status]: { description: summary, ...(content && { content }) },
      ...Object.fromEntries(
        [...codes].map(([code, names]) => [
          code,
          {
            description: names.join(', '),
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
          },
        ]),
      ),
    },
  };
}

function commonErrors({ permission, body, params, scope }: Operation) {
  return [
    ...(body || Object.keys(params.properties).length > 0 ? (['invalid_input'] as const) : []),
    ...(permission === 'public' || permission === 'secret' ? [] : (['unauthorized', 'forbidden'] as const)),
    ...(scope === 'customer' ? (['not_found', 'wrong_customer'] as const) : []),
  ];
}

function bodyTypes(accepts: Operation['accepts']): string[] {
  if (accepts === 'form')
    return ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'];
  return accepts === 'upload' ? ['application/json', 'multipart/form-data'] : ['application/json'];
}
