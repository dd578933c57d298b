import { describe, expect, test } from 'vitest';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { errorsOf, isPaged } from './describe.ts';
import { ERRORS, ErrorBody, type ErrorCode } from './errors.ts';
import { errorExample } from './examples/index.ts';
import { openApiDocument } from './openapi.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';

interface Media {
  schema: object;
  example?: unknown;
  examples?: Record<string, { value?: unknown; $ref?: string }>;
}
interface Described {
  operationId: string;
  description: string;
  'x-permission': string;
  security: object[];
  parameters: {
    name: string;
    in: string;
    required: boolean;
    description: string;
    schema: object;
    example?: unknown;
  }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<
    string,
    { description: string; headers?: Record<string, unknown>; content?: Record<string, Media> }
  >;
}

const document = openApiDocument({ version: '1.2.3', server: 'http://127.0.0.1:8080' });
const paths = document['paths'] as Record<string, Record<string, Described>>;
const all = Object.entries<Operation>(operations);

function describedAs(operation: Operation): Described {
  const path = operation.scope === 'customer' ? `/{customer}${operation.path}` : operation.path;
  return paths[path]?.[operation.method.toLowerCase()] as Described;
}

function lookUp(ref: string): unknown {
  return ref.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
}

const ajv = new Ajv2020({ strict: false });
const compiled = new Map<string, ValidateFunction>();
ajv.addSchema({ $id: 'document', components: document['components'] });

/** Whether a value fits a schema of the document, whose references are looked up there. */
function expectFits(schema: object, value: unknown, what: string): void {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/');
  const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object);
  compiled.set(text, validate);
  if (!validate(value)) expect.fail(`${what}: ${ajv.errorsText(validate.errors)} ${JSON.stringify(value)}`);
}

function shownIn({ example, examples = {} }: Media): unknown[] {
  if (example !== undefined) return [example];
  return Object.values(examples).map(({ value, $ref }) =>
    $ref === undefined ? value : (lookUp($ref.slice(2)) as { value: unknown }).value,
  );
}

describe('the OpenAPI document', () => {
  test('has every operation once, and nothing else', () => {
    const ids = Object.values(paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(ids.sort()).toEqual(all.map(([id]) => id).sort());
  });

  test.each(all)('%s tells its permission, and whether a token is needed', (_id, operation) => {
    const described = describedAs(operation);
    expect(described['x-permission']).toBe(operation.permission);
    expect(described.description).toContain(`Permission: \`${operation.permission}\``);
    const open = operation.permission === 'public' || operation.permission === 'secret';
    expect(described.security.some((one) => 'bearer' in one)).toBe(!open);
    if (open) expect(described.security).toEqual(operation.basic ? [{}, { basic: [] }] : []);
  });

  test.each(all.filter(([, { scope }]) => scope === 'customer'))(
    '%s describes both forms of its path',
    (_id, operation) => {
      const described = describedAs(operation);
      expect(described.description).toContain(`\`${operation.path}\``);
      expect(described.parameters[0]).toMatchObject({ name: 'customer', in: 'path', required: true });
    },
  );

  test.each(all)('%s describes exactly the parameters of its path', (_id, operation) => {
    const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const given = describedAs(operation).parameters.filter((parameter) => parameter.in === 'path');
    expect(given.map(({ name }) => name).filter((name) => name !== 'customer')).toEqual(inPath);
    expect(Object.keys(operation.params.properties)).toEqual(inPath);
  });

  test.each(all)('%s describes its body, its success and its errors', (_id, operation) => {
    const { requestBody, responses } = describedAs(operation);
    expect(requestBody !== undefined).toBe(operation.body !== null);
    expect(responses[operation.status]).toBeDefined();
    for (const code of operation.errors) expect(responses[ERRORS[code].status]?.description).toContain(code);
  });

  test.each(all)('%s describes each of its parameters in words', (_id, operation) => {
    const silent = describedAs(operation).parameters.filter(({ description }) => !description);
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  test.each(all)('%s shows a request and an answer that fit their schemas', (_id, operation) => {
    const { parameters, requestBody, responses } = describedAs(operation);
    for (const { name, in: place, schema, example } of parameters) {
      if (place === 'path') expect(example, name).toBeDefined();
      if (example !== undefined) expectFits(schema, example, name);
    }
    for (const [type, media] of Object.entries(requestBody?.content ?? {})) {
      const shown = shownIn(media);
      expect(shown.length, type).toBeGreaterThan(0);
      for (const value of shown) expectFits(media.schema, value, type);
    }
    for (const { content = {} } of Object.values(responses)) {
      for (const [type, media] of Object.entries(content)) {
        for (const value of shownIn(media)) expectFits(media.schema, value, type);
      }
    }
    const answer = responses[operation.status]?.content?.['application/json'];
    if (operation.response) expect(answer && shownIn(answer)).toHaveLength(1);
  });

  test.each(all)('%s shows an answer for each of its errors', (_id, operation) => {
    const { responses } = describedAs(operation);
    for (const code of errorsOf(operation)) {
      const { content } = responses[ERRORS[code].status] ?? {};
      const shown = content?.['application/json']?.examples?.[code]?.$ref as string;
      expect(lookUp(shown.slice(2))).toMatchObject({
        value: { statusCode: ERRORS[code].status, code, message: expect.stringMatching(/./) as string },
      });
    }
  });

  test.each(all.filter(([, operation]) => isPaged(operation)))(
    '%s says that a Link leads to the next page',
    (_id, operation) => {
      expect(describedAs(operation).responses[200]?.headers).toHaveProperty('Link');
    },
  );

  test('every example of an error fits the one shape', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) expectFits(ErrorBody, errorExample(code), code);
  });

  test('says nothing that JSON cannot say', () => {
    const walk = (value: unknown, path: string): string[] => {
      if (value === undefined || typeof value === 'function') return [path];
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([key, child]) => walk(child, `${path}/${key}`));
    };
    expect(walk(document, '')).toEqual([]);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  test('refers only to what it defines', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path as string,
    );
    for (const ref of refs) {
      expect(lookUp(ref)).toBeDefined();
    }
  });

  test('two operations never share a method and a path', () => {
    const keys = all.map(([, { method, path }]) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
