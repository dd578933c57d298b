import { eachIdOnce, type Operation, type OperationId } from '@argus/contract';
import { createTestDatabase } from '@argus/testing';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addPerson,
  allOperations,
  fingerprint,
  pathOf,
  samplesOf,
  startJob,
  startTestApp,
  type Answer,
  type RequestOptions,
  type Sample,
  type Samples,
  type TestApp,
} from './testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let samples: Samples;
/** An owner who also administers the server: refused for nothing but what is wrong. */
let master: string;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  samples = samplesOf(app);
  master = (await addPerson(app.db, app.demo.id, 'master@demo.test', 'owner', { instanceAdmin: true })).token;
  await startJob(app);
});
afterAll(() => resources.disposeAsync());

interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: unknown;
  items?: Schema;
  enum?: unknown[];
  anyOf?: Schema[];
  pattern?: string;
  maxLength?: number;
  minimum?: number;
}

const ajv = new Ajv({ strict: false });
const HALF = '\uD800';
const RUNS: readonly string[] = [
  'runTask',
  'runTaskBySecret',
  'createJob',
  'createJobBySecret',
  'restartJob',
  'runWorkflow',
  'runWorkflowBySecret',
  'giveJobInput',
];
/** What a client sends again that repeats its POST at a redirect means nothing here. */
const IGNORES_BODY: readonly string[] = ['postJobResult', 'postJobResultBySecret'];
/** What takes any body refuses none. */
const refusing = allOperations.filter(([, { accepts }]) => accepts !== 'anything');
const withBody = refusing.filter(([, { body }]) => body !== null);
/** A recipe is somebody's document: fields that are not known in it are told, not refused. */
const withSchema = withBody.filter(
  ([id, { document }]) => !RUNS.includes(id) && !IGNORES_BODY.includes(id) && !document,
);
const writes = refusing.filter(([, { method }]) => method !== 'GET');

function tokenFor({ permission }: Operation): string | undefined {
  if (permission === 'public' || permission === 'secret') return undefined;
  if (permission === 'agent') return app.demo.agent.token;
  return permission === 'bot' ? app.demo.host.credential : master;
}

/** Requests under way at a time; one after the other, most of the time would go by in waiting for the database. */
const AT_ONCE = 6;

/** Sends requests of which every one must be refused with a status of 400 to 499, and must change nothing. */
async function allRefused(
  id: OperationId,
  operation: Operation,
  requests: (
    sample: Sample,
  ) => Iterable<RequestOptions & { path?: string; means: string; status?: number; field?: string }>,
): Promise<void> {
  const sample = await samples[id]();
  await app.app.audit.flush();
  const before = await fingerprint(app.db);
  const left = requests(sample)[Symbol.iterator]();
  const refuse = async () => {
    for (const { path, means, status, field, ...options } of { [Symbol.iterator]: () => left }) {
      const answer = await app.request(operation.method, path ?? pathOf(id, sample.params), {
        token: tokenFor(operation),
        ...options,
      });
      expectRefused(answer, means);
      if (status !== undefined) expect([means, answer.status]).toEqual([means, status]);
      if (field !== undefined)
        expect([means, fieldsOf(answer)]).toEqual([means, expect.stringContaining(field)]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, refuse));
  expect(await fingerprint(app.db)).toEqual(before);
}

function expectRefused({ status, text }: Answer, means: string): void {
  if (status < 400 || status >= 500) expect.fail(`${means} was answered ${status} ${text.slice(0, 300)}`);
}

function fieldsOf({ body }: Answer): string {
  return ((body.errors ?? []) as { field: string }[]).map(({ field }) => field).join(' ');
}

function objectSchema(operation: Operation): Schema {
  const schema = operation.body as Schema;
  return schema.anyOf?.find(({ type }) => type === 'object') ?? schema;
}

/** Changes of one field, at any depth of objects, that the schema of the field refuses. */
function* wrongFields(
  schema: Schema,
  path: string[] = [],
): Generator<{ path: string[]; value: unknown; means: string }> {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const here = [...path, name];
    const validate = ajv.compile(eachIdOnce(field));
    const wrong: unknown[] = [
      42,
      -1,
      1.5,
      1e300,
      'text',
      true,
      [],
      {},
      null,
      [{}],
      [null],
      { a: {} },
      '\u202E',
    ];
    const text = takesText(field);
    if (text) wrong.push('\0', HALF, `a${HALF}b`);
    if (field.maxLength !== undefined) wrong.push('x'.repeat(field.maxLength + 1));
    for (const value of wrong) {
      const hostile = typeof value === 'string' && (value.includes('\0') || !value.isWellFormed());
      if (hostile || !validate(value))
        yield { path: here, value, means: `${here.join('.')} = ${JSON.stringify(value).slice(0, 40)}` };
    }
    yield { path: [...here, '__proto__'], value: { admin: true }, means: `${here.join('.')}.__proto__` };
    if (field.properties) yield* wrongFields(field, here);
  }
}

function takesText({ type, anyOf }: Schema): boolean {
  return [type].flat().includes('string') || (anyOf?.some(takesText) ?? false);
}

/** JSON text of a copy of `base` with one place set; a plain object would lose a key like `__proto__`. */
function textWith(base: unknown, [name, ...rest]: string[], value: unknown): string {
  if (name === undefined) return JSON.stringify(value);
  const object = (typeof base === 'object' && base !== null && !Array.isArray(base) ? base : {}) as Record<
    string,
    unknown
  >;
  const others = Object.entries(object)
    .filter(([key]) => key !== name)
    .map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`);
  return `{${[...others, `${JSON.stringify(name)}:${textWith(Object.hasOwn(object, name) ? object[name] : undefined, rest, value)}`].join(',')}}`;
}

describe('a token', () => {
  test.each(allOperations.filter(([, { permission }]) => permission !== 'public' && permission !== 'secret'))(
    '%s refuses one that is missing, wrong, of another kind or sent twice',
    async (id, operation) => {
      await allRefused(id, operation, function* ({ body }) {
        const path = pathOf(
          id,
          Object.fromEntries(
            Object.keys(operation.params.properties).map((name) => [
              name,
              'a'.repeat(name === 'sha256' ? 64 : 24),
            ]),
          ),
        );
        const token = tokenFor(operation) as string;
        const query = (text: string) => `${path}?access_token=${text}`;
        yield { body, token: undefined, status: 401, means: 'no token' };
        for (const wrong of [
          'x',
          `${token}x`,
          token.slice(0, -1),
          token.toUpperCase(),
          'null',
          `${token},${token}`,
        ])
          yield { path, body, token: wrong, status: 401, means: `the token ${wrong.length} long` };
        yield {
          path,
          // where Basic is how an agent signs in, it does so without a body
          body: operation.instead?.basic === undefined ? body : undefined,
          token: undefined,
          headers: { authorization: 'Basic eDp5' },
          status: 401,
          means: 'Basic',
        };
        yield { path: query(token), body, status: 401, means: 'header and query' };
        yield {
          path: `${query(token)}&access_token=${token}`,
          body,
          token: undefined,
          status: 401,
          means: 'twice',
        };
        yield {
          path: `${path}?access_token[a]=${token}`,
          body,
          token: undefined,
          status: 401,
          means: 'nested',
        };
        yield { path: query('%00'), body, token: undefined, means: 'NUL' };
      });
    },
  );
});

describe('a parameter of the path', () => {
  const WRONG = [
    'x',
    'A'.repeat(24),
    '0'.repeat(23),
    '0'.repeat(25),
    '%00',
    '0'.repeat(23) + '%00',
    '..%2f..%2fetc',
    '%2e%2e',
    '%27%20or%201=1--',
    '%F0%9F%98%80',
    '%E2%80%AE',
    '__proto__',
    '%zz',
    '%',
    '%c0%af',
    ';x=1',
    'a'.repeat(5000),
  ];

  test.each(allOperations.filter(([, { params }]) => Object.keys(params.properties).length > 0))(
    '%s refuses a malformed one',
    async (id, operation) => {
      await allRefused(id, operation, function* ({ params = {}, body }) {
        for (const name of Object.keys(params)) {
          for (const wrong of WRONG)
            yield {
              path: pathOf(id, { ...params, [name]: wrong }),
              body,
              means: `${name} = ${wrong.slice(0, 40)}`,
            };
          if (name === 'id' && operation.permission !== 'secret')
            yield {
              path: pathOf(id, { ...params, id: 'f'.repeat(24) }),
              body,
              status: 404,
              means: 'an unknown id',
            };
        }
      });
    },
  );
});

describe('a query', () => {
  const WRONG: Record<string, string[]> = {
    integer: ['x', '-1', '1.5', '99999999999999999999', '1e400', '%00', 'NaN'],
    string: ['%00', 'x'.repeat(3000)],
    enum: ['x', '', '%00', 'READY'],
  };

  test.each(allOperations)('%s refuses unknown and malformed values', async (id, operation) => {
    const { properties, additionalProperties } = operation.query as unknown as Schema;
    await allRefused(id, operation, function* ({ params, body }) {
      const path = pathOf(id, params);
      if (additionalProperties === false)
        yield { path: `${path}?nope=1`, body, field: 'nope', means: 'an unknown field' };
      yield { path: `${path}?a=%00`, body, means: 'NUL' };
      for (const [name, schema] of Object.entries(properties ?? {})) {
        const kind = schema.enum ? 'enum' : schema.type === 'integer' ? 'integer' : 'string';
        if (schema.type === undefined) continue;
        for (const wrong of WRONG[kind] as string[]) {
          if (wrong === '-1' && (schema.minimum ?? 0) < 0) continue;
          if (name === 'customer' || (kind === 'string' && !('maxLength' in schema) && wrong !== '%00'))
            continue;
          yield { path: `${path}?${name}=${wrong}`, body, means: `${name}=${wrong.slice(0, 30)}` };
        }
        yield { path: `${path}?${name}[a]=1`, body, means: `${name} nested` };
      }
    });
  });
});

describe('a body', () => {
  test.each(writes)(
    '%s refuses what is no JSON, too deep, too large or of another type',
    async (id, operation) => {
      await allRefused(id, operation, function* () {
        const json = { 'content-type': 'application/json' };
        for (const text of [
          '{"a":',
          '{a:1}',
          "{'a':1}",
          '[1,]',
          '{"a":1}}',
          'undefined',
          '\u0000',
          '{"a":\u0000}',
          '\uFEFF{}x',
        ])
          yield { body: text, headers: json, status: 400, means: JSON.stringify(text) };
        const deep = 10_000;
        yield { body: '['.repeat(deep) + ']'.repeat(deep), status: 400, means: 'lists 10,000 deep' };
        yield {
          body: '{"a":'.repeat(deep) + '1' + '}'.repeat(deep),
          status: 400,
          means: 'objects 10,000 deep',
        };
        yield { body: `[${'1,'.repeat(30_000)}1]`, status: 400, means: '30,001 fields' };
        for (const key of ['__proto__', 'constructor', 'prototype'])
          yield { body: `{"${key}":{"admin":true}}`, status: 400, means: key };
        yield { body: '{"a":"\\ud800"}', status: 400, means: 'half a character' };
        const limit = operation.maxBodyBytes ?? 2 * 1024 * 1024;
        yield { body: `{"a":"${'x'.repeat(limit)}"}`, status: 413, means: 'too large' };
        for (const type of ['application/xml', 'text/html', 'image/png', ';', 'a/b/c']) {
          const status = operation.accepts === 'form' ? undefined : 415;
          yield { body: '<a/>', headers: { 'content-type': type }, ...(status && { status }), means: type };
        }
        if (operation.accepts !== 'form')
          yield {
            body: 'a=1',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            status: 415,
            means: 'a form',
          };
        for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x'])
          yield { body: '--y\r\nbroken', headers: { 'content-type': type }, means: type };
      });
    },
  );

  test.each(withSchema)('%s refuses wrong, missing and unknown fields by name', async (id, operation) => {
    const schema = objectSchema(operation);
    await allRefused(id, operation, function* ({ body }) {
      for (const text of ['[]', '"text"', '42', 'true', '[{}]'])
        yield { body: text, status: 400, means: text };
      // what existing agents send may hold more than is read
      if (schema.additionalProperties !== true)
        yield { body: textWith(body, ['nope'], 1), status: 400, means: 'an unknown field' };
      for (const name of schema.required ?? []) {
        const { [name]: _left, ...rest } = body as Record<string, unknown>;
        yield { body: rest, status: 400, means: `${name} missing` };
      }
      for (const { path, value, means } of wrongFields(schema)) {
        // the organization and the token may be named in any body
        if (path[0] === 'customer' || path[0] === 'access_token') continue;
        // a result that would not be sent again is taken with any keys in it
        if (operation.accepts === 'unchecked' && path.includes('__proto__')) continue;
        yield { body: textWith(body, path, value), status: 400, means };
      }
    });
  });

  test.each(withBody.filter(([id]) => RUNS.includes(id)))(
    '%s refuses what names no run',
    async (id, operation) => {
      await allRefused(id, operation, function* ({ body }) {
        const run = body as object;
        for (const text of ['42', '"text"', 'true']) yield { body: text, means: text };
        yield {
          body: { ...run, task_argument: [] },
          status: 400,
          field: 'task_argument',
          means: 'a misspelt field',
        };
        for (const value of [42, true, { nobody: 1 }])
          yield { body: { ...run, task_arguments: value }, means: `arguments ${JSON.stringify(value)}` };
        for (const value of ['high', 101, 1.5, {}, true])
          yield { body: { ...run, priority: value }, status: 400, field: 'priority', means: 'a priority' };
        yield { body: { ...run, task_arguments: ['\0'] }, status: 400, means: 'NUL' };
        for (const customer of ['nobody', 42, {}, ['demo']])
          yield { body: { ...run, customer }, means: `customer ${JSON.stringify(customer)}` };
      });
    },
  );
});

describe('an address', () => {
  test.each([
    '/no/such/path',
    '/',
    '//',
    '///task',
    '/task//',
    '/task;a=b',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/task/%',
    '/%',
    '/%zz',
    '/%ff',
    '/%c0%ae%c0%ae/',
    '/task/%00',
    '/demo/task/../../other/task',
    '/demo%2ftask',
    '/\\..\\task',
    '/TASK',
    '/task?%',
    '/task?a=%ff',
    '/task?a[b][c][d][e][f][g]=1',
    '/task?__proto__[x]=1',
    '/task?constructor[prototype][x]=1',
    `/task?${'a=1&'.repeat(3000)}`,
    `/task/${'x'.repeat(8000)}`,
    '/openapi.json/x',
    '/api',
    '/docs/../task',
  ])('%s is answered 4xx at most, in the one shape, by every method', async (path) => {
    const before = await fingerprint(app.db);
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status } = await app.request(method, path, { token: app.demo.people.viewer.token });
      expect(status, method).toBeLessThan(500);
    }
    expect(await fingerprint(app.db)).toEqual(before);
  });

  test('longer than any header may be is answered in the one shape', async () => {
    const { status } = await app.request('GET', `/task?a=${'x'.repeat(40_000)}`);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });
});

test('nothing that went wrong was unexpected', () => {
  expect(app.logged.filter((line) => line.includes('"an unexpected error"'))).toEqual([]);
});
