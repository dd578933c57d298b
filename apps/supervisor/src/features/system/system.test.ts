import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('the API describes itself', async () => {
  const { status, body } = await app.request('GET', '/openapi.json');
  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  expect(body.servers).toEqual([{ url: app.url }]);
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
