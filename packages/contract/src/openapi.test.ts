import { describe, expect, test } from 'vitest';
import { ERRORS } from './errors.ts';
import { openApiDocument } from './openapi.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';

interface Described {
  operationId: string;
  description: string;
  'x-permission': string;
  security: object[];
  parameters: { name: string; in: string; required: boolean }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { description: string; content?: Record<string, unknown> }>;
}

const document = openApiDocument({ version: '1.2.3', server: 'http://127.0.0.1:8080' });
const paths = document['paths'] as Record<string, Record<string, Described>>;
const all = Object.entries<Operation>(operations);

function describedAs(operation: Operation): Described {
  const path = operation.scope === 'customer' ? `/{customer}${operation.path}` : operation.path;
  return paths[path]?.[operation.method.toLowerCase()] as Described;
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
    expect(described.security.length > 0).toBe(!open);
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
      const target = ref
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document);
      expect(target).toBeDefined();
    }
  });

  test('two operations never share a method and a path', () => {
    const keys = all.map(([, { method, path }]) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
