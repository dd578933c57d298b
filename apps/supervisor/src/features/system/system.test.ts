import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { errorsOf, isRole, listedPath, operations, parametersOf, type Operation } from '@argus/contract';
import { createTestDatabase } from '@argus/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
});
afterAll(() => resources.disposeAsync());

test('the status tells health and version to anybody', async () => {
  const { status, body } = await app.request('GET', '/api/status');
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'ok', database: 'up' });
});

test('the API describes itself, and an independent validator finds no fault in that', async () => {
  const { status, body } = await app.request('GET', '/openapi.json');
  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  expect(body.servers).toEqual([{ url: app.url }]);
  const { valid, errors } = await new Validator().validate(body as Record<string, unknown>);
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});

describe('the page for people', () => {
  test.each(Object.entries<Operation>(operations))(
    'shows %s with its path and permission',
    async (id, operation) => {
      const { text } = await app.request('GET', '/docs');
      const part = text.split(`<article id="${id}">`)[1]?.split('</article>')[0] ?? '';
      expect(part).toContain(`<code>${listedPath(operation)}</code>`);
      expect(part).toContain(operation.method);
      expect(part).toMatch(/curl -sS/);
      if (isRole(operation.permission)) expect(part).toContain(`<b>${operation.permission}</b>`);
      for (const code of errorsOf(operation)) expect(part).toContain(`href="#error-${code}"`);
      for (const { name } of parametersOf(operation)) expect(part).toContain(name);
      expect(text).toContain(`<a href="#${id}">`);
    },
  );

  test('leads nowhere that is not there', async () => {
    const { text } = await app.request('GET', '/docs');
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const dead = [...text.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id).filter((id) => !ids.has(id));
    expect(dead).toEqual([]);
  });

  test('loads nothing, runs nothing, and may not be framed', async () => {
    const { text, headers } = await app.request('GET', '/docs');
    const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(text).not.toMatch(/<(script|link|img|iframe|object|form)\b|\sstyle=|\son\w+=|@import|url\(/i);
  });

  test('comes compressed to whom that helps', async () => {
    const plain = await app.request('GET', '/docs');
    const packed = await app.request('GET', '/docs', { headers: { 'accept-encoding': 'br, gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.bytes).toString()).toBe(plain.text);
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 5);
  });
});

test('the metrics count the answers by operation', async () => {
  await app.request('GET', '/api/status');
  const { text } = await app.request('GET', '/metrics');
  expect(text).toMatch(/argus_http_requests_total\{operation="getStatus",status="200"\} [1-9]/);
});

test('every answer forbids sniffing, referrers and caches', async () => {
  for (const path of ['/api/status', '/task', '/no/such/path']) {
    const { headers } = await app.request('GET', path);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
    });
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  }
});
