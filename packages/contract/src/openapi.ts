import { ArgumentDefinition } from './arguments.ts';
import * as protocol from './bot-protocol.ts';
import { Condition } from './condition.ts';
import { bodyTypes, errorsOf, isOpen, isPaged, listedPath, otherPaths, parametersOf } from './describe.ts';
import { ERRORS, ErrorBody, type ErrorCode } from './errors.ts';
import { errorExample, exampleOf } from './examples/index.ts';
import type { Operation } from './operation.ts';
import { operations, type OperationId } from './operations.ts';
import * as resources from './resources/index.ts';

type Json = Record<string, unknown>;

/** Schemas that the document names once and refers to, by the object that they are in the code. */
const named = new Map<unknown, string>(
  Object.entries({ ...resources, ...protocol, ArgumentDefinition, Condition, Error: ErrorBody })
    .filter(([, value]) => isSchema(value))
    .map(([name, schema]) => [schema, name]),
);

/** The schemas that have a name in the document, by it. */
export const namedSchemas: ReadonlyMap<string, object> = new Map(
  [...named].map(([schema, name]) => [name, schema as object]),
);

function isSchema(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && ('type' in value || 'anyOf' in value || 'enum' in value)
  );
}

/** The name of a schema in the document, where it has one. */
export function schemaName(schema: unknown): string | undefined {
  return named.get(schema);
}

/** What one tag is about. A tag without a line here is listed by its name alone. */
export const TAGS: Readonly<Record<string, string>> = {
  auth: 'Who one is: sign in, sign out.',
  organizations: 'The tenants of this server.',
  members: 'People of an organization, and what they may do.',
  tokens: 'Integration tokens: access for programs.',
  audit: 'Who did what, from where.',
  settings: 'How long an organization keeps things.',
  overview: 'What an organization does now, and what needs somebody.',
  scripts: 'The files that tasks run, each with its versions.',
  bots: 'The machines that run scripts.',
  'existing agents': 'What an installed TheEye agent calls to run jobs, and its credentials.',
  tasks: 'Which script runs where, with which arguments. Running one makes a job.',
  jobs: 'Runs: where they are, how they went, and stopping them.',
  workflows: 'Graphs of tasks: what runs after what, and their runs.',
  pending: 'What waits for people: approvals and inputs.',
  events: 'What a task or a workflow can be triggered by.',
  schedules: 'When tasks run by themselves, and triggered runs that wait out their grace time.',
  webhooks: 'Addresses that other systems call, and what came in at them.',
  notifications: 'Who is told what happened, by which way, and how that went.',
  'saved views': 'Searches of the web page that people keep under a name.',
  secrets: 'Passwords and keys, kept encrypted, that tasks and workflows name.',
  logs: 'What a script wrote, while it runs and afterwards.',
  changes: 'What changes in an organization, as it happens.',
  'bot protocol': 'What Argus’ own bots call; nothing for people.',
  system: 'The server itself.',
};

/**
 * The OpenAPI 3.1 document of the whole table. Operations of an organization are listed in their
 * `/{customer}/…` form; the form without the prefix is the same operation.
 */
export function openApiDocument(info: { version: string; server: string }): Record<string, unknown> {
  const paths: Record<string, Json> = {};
  const codes = new Set<ErrorCode>();
  for (const [operationId, operation] of Object.entries<Operation>(operations)) {
    (paths[listedPath(operation)] ??= {})[operation.method.toLowerCase()] = describe(
      operationId as OperationId,
      operation,
    );
    for (const code of errorsOf(operation)) codes.add(code);
  }
  const tags = [...new Set(Object.values<Operation>(operations).map(({ tag }) => tag))];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Argus',
      version: info.version,
      description: ABOUT,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: info.server }],
    tags: tags.map((name) => ({ name, ...(TAGS[name] && { description: TAGS[name] }) })),
    paths,
    components: {
      schemas: Object.fromEntries(
        [...namedSchemas].map(([name, schema]) => [name, referring(schema, { own: true })]),
      ),
      examples: Object.fromEntries(
        [...codes].map((code) => [code, { summary: ERRORS[code].message, value: errorExample(code) }]),
      ),
      headers: {
        Link: {
          description: 'The next page, where there is one: `<…>; rel="next"`.',
          schema: { type: 'string' },
          example: '</demo/task?limit=100&cursor=01a19b45cb88d0a1b2c3d4e5>; rel="next"',
        },
      },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An integration token, or the access token of a login.',
        },
        query: {
          type: 'apiKey',
          in: 'query',
          name: 'access_token',
          description:
            'The same in the address, or as the field `access_token` of a body. Exactly one of the three.',
        },
        basic: {
          type: 'http',
          scheme: 'basic',
          description: 'E-mail and password for the login; client_id and client_secret for an agent’s token.',
        },
      },
    },
  };
}

const ABOUT = [
  'Keep scripts, define tasks over them, run them as jobs on bots.',
  'Paths with `{customer}` work without that segment too: the organization is then the token’s, and a `customer` in ' +
    'body or query must agree with it.',
  'Every error is JSON of one shape, `Error`; decide by its `code`. Every answer has an `X-Request-Id`, which finds it ' +
    'in the server’s log.',
].join('\n\n');

function describe(operationId: OperationId, operation: Operation): Json {
  const {
    permission,
    scope,
    aliases = [],
    instead = {},
    tag,
    summary,
    description,
    body,
    status,
    basic,
  } = operation;
  const notes = [
    description,
    scope === 'customer' ? `Also without the organization: \`${operation.path}\`.` : undefined,
    aliases.length > 0
      ? `Other paths of the same: ${otherPaths(operation)
          .slice(scope === 'customer' ? 1 : 0)
          .map((one) => `\`${one}\``)
          .join(', ')}.`
      : undefined,
    operation.page
      ? 'A browser that asks for HTML gets a small page that shows the job until its end; everyone else gets JSON.'
      : undefined,
    instead.agent && `To the token of an existing agent it answers as \`${instead.agent}\`.`,
    instead.basic && `To HTTP Basic it answers as \`${instead.basic}\`.`,
    `Permission: \`${permission}\`.`,
  ];
  const example = exampleOf(operationId);
  return {
    operationId,
    tags: [tag],
    summary,
    description: notes.filter(Boolean).join('\n\n'),
    security: securityOf(operation, basic),
    'x-permission': permission,
    parameters: parametersOf(operation).map(({ schema, name, description: said, ...place }) => {
      const { description: _said, ...type } = schema as Json;
      const value =
        place.in === 'path'
          ? name === 'customer'
            ? 'demo'
            : example.params[name]
          : place.in === 'query'
            ? example.query?.[name]
            : undefined;
      const typed = type['type'] === 'integer' && value !== undefined ? Number(value) : value;
      return {
        name,
        ...place,
        description: said,
        schema: type,
        ...(typed !== undefined && { example: typed }),
      };
    }),
    ...(body && {
      requestBody: {
        // an empty body is no body: what has no required field can be left out
        required: !acceptsNothing(body),
        content: Object.fromEntries(
          bodyTypes(operation).map((type) => [type, { schema: referring(body), ...bodyExamples(example) }]),
        ),
      },
    }),
    responses: { [status]: successOf(operation, example), ...errorResponses(operation), default: OTHERWISE },
  };
}

/** Whether a body may be left out: its schema takes `null`, or says nothing of a type. */
function acceptsNothing(body: object): boolean {
  const { anyOf, type } = body as { anyOf?: { type?: unknown }[]; type?: unknown };
  return type === undefined && (anyOf === undefined || anyOf.some((one) => one.type === 'null'));
}

function securityOf(operation: Operation, basic: true | undefined): Json[] {
  if (isOpen(operation)) return basic ? [{}, { basic: [] }] : [];
  return [
    { bearer: [] },
    ...(operation.permission === 'bot' ? [] : [{ query: [] }]),
    ...(basic ? [{ basic: [] }] : []),
  ];
}

function bodyExamples({ body, otherBodies }: ReturnType<typeof exampleOf>): Json {
  if (otherBodies === undefined) return { example: body };
  return {
    examples: Object.fromEntries(
      Object.entries({ example: body, ...otherBodies }).map(([summary, value], index) => [
        index === 0 ? 'example' : `other${index}`,
        { ...(index > 0 && { summary }), value },
      ]),
    ),
  };
}

function successOf(operation: Operation, example: ReturnType<typeof exampleOf>): Json {
  const { summary, produces, response, page } = operation;
  const html = { schema: { type: 'string' } };
  const content = produces
    ? {
        [produces]: {
          schema: { type: 'string' },
          ...(example.text !== undefined && { example: example.text }),
        },
      }
    : response && {
        'application/json': { schema: referring(response), example: example.response },
        ...(page && { 'text/html': html }),
      };
  return {
    description: summary,
    ...(isPaged(operation) && { headers: { Link: { $ref: '#/components/headers/Link' } } }),
    ...(content && { content }),
  };
}

const ERROR = { $ref: '#/components/schemas/Error' };
const OTHERWISE = {
  description: 'Any other error, in the same shape.',
  content: { 'application/json': { schema: ERROR } },
};

function errorResponses(operation: Operation): Json {
  const byStatus = Map.groupBy(errorsOf(operation), (code) => ERRORS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join('\n\n'),
        content: {
          'application/json': {
            schema: ERROR,
            examples: Object.fromEntries(
              codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
            ),
          },
        },
      },
    ]),
  );
}

/** A schema that refers to the named ones it holds; itself it is written out where `own` is set. */
function referring(schema: unknown, { own = false } = {}): unknown {
  if (Array.isArray(schema)) return schema.map((one) => referring(one));
  if (typeof schema !== 'object' || schema === null) return schema;
  const name = own ? undefined : named.get(schema);
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  const { $id: _id, $ref, ...rest } = schema as { $id?: string; $ref?: string };
  // a schema that holds itself
  if ($ref !== undefined) return { $ref: `#/components/schemas/${$ref}` };
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, referring(value)]));
}
