import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveWebPage } from './web-page.ts';

const SCRIPT = `console.log('${'a '.repeat(1000)}');`;
const PAGE = '<!doctype html><title>Argus</title>';

const resources = new AsyncDisposableStack();
let app: FastifyInstance;
beforeAll(async () => {
  const { path } = resources.use(await mkdtempDisposable(join(tmpdir(), 'argus-page-')));
  mkdirSync(join(path, 'assets'));
  writeFileSync(join(path, 'index.html'), PAGE);
  writeFileSync(join(path, 'sw.js'), SCRIPT);
  writeFileSync(join(path, 'sw.js.gz'), gzipSync(SCRIPT));
  writeFileSync(join(path, 'assets/script-1a2b.js'), SCRIPT);
  writeFileSync(join(path, 'assets/script-1a2b.js.gz'), gzipSync(SCRIPT));
  app = resources.adopt(fastify(), (one) => one.close());
  await serveWebPage(app, path);
});
afterAll(() => resources.disposeAsync());

test('a script comes compressed to whoever can unpack it, and stays in the browser for good', async () => {
  const answer = await app.inject({
    url: '/app/assets/script-1a2b.js',
    headers: { 'accept-encoding': 'gzip, deflate, br' },
  });
  expect(answer.headers).toMatchObject({
    'content-encoding': 'gzip',
    'content-type': expect.stringContaining('javascript'),
    'cache-control': 'public, max-age=31536000, immutable',
    vary: expect.stringMatching(/accept-encoding/i),
  });
  expect(gunzipSync(answer.rawPayload).toString()).toBe(SCRIPT);
});

test('a script comes as it is to whoever cannot unpack it', async () => {
  const answer = await app.inject({ url: '/app/assets/script-1a2b.js' });
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(answer.body).toBe(SCRIPT);
});

test('every address of the page is its document, which is asked for anew; an asset that is gone is not', async () => {
  for (const url of ['/app/', '/app/demo/tasks', '/app/demo/jobs/0123?x=1']) {
    const answer = await app.inject({ url, headers: { 'accept-encoding': 'gzip' } });
    expect([url, answer.body, answer.headers['cache-control']]).toEqual([url, PAGE, 'no-cache']);
    expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
  }
  expect((await app.inject({ url: '/app/assets/script-0000.js' })).statusCode).toBe(404);
});

test('the service worker is asked for anew each time, and may reach nothing but its own server', async () => {
  for (const encoding of ['identity', 'gzip']) {
    const answer = await app.inject({ url: '/app/sw.js', headers: { 'accept-encoding': encoding } });
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringContaining('javascript'),
      'cache-control': 'no-cache',
      'content-security-policy': "default-src 'none'; connect-src 'self'; img-src 'self'",
    });
  }
});
