import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { certificate } from '@argus/testing/certificate';
import { Http } from './http.ts';
import { isExempt, proxyFor } from './proxy.ts';

const url = 'https://argus.example.org/base';
const proxy = 'http://proxy.internal:3128';

describe('which proxy is used', () => {
  test('is the one of the environment, the lower-case name first, also without http://', () => {
    expect(proxyFor(url, {})).toBeUndefined();
    expect(proxyFor(url, { HTTPS_PROXY: proxy })).toMatchObject({
      variable: 'HTTPS_PROXY',
      shown: 'proxy.internal:3128',
    });
    expect(proxyFor(url, { HTTPS_PROXY: proxy, https_proxy: 'other:1' })?.shown).toBe('other:1');
    expect(proxyFor(url, { ALL_PROXY: proxy })?.variable).toBe('ALL_PROXY');
  });

  test('does not show its password to people', () => {
    expect(proxyFor(url, { HTTPS_PROXY: 'http://me:secret@proxy:3128' })?.shown).toBe('proxy:3128');
  });

  test.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'https://127.0.0.1', 'https://[::1]:8443'])(
    'is none to %s, which is this machine',
    (own) => {
      expect(proxyFor(own, { HTTPS_PROXY: proxy, HTTP_PROXY: proxy })).toBeUndefined();
    },
  );

  test('is none for what NO_PROXY names', () => {
    expect(proxyFor(url, { HTTPS_PROXY: proxy, NO_PROXY: 'a, .example.org' })).toBeUndefined();
  });

  test.each([
    ['argus.example.org', true],
    ['example.org', true],
    ['.example.org', true],
    ['*.example.org', true],
    ['*', true],
    ['argus.example.org:8443', true],
    ['argus.example.org:443', false],
    ['xample.org', false],
    ['other.org argus.example.org', true],
    ['', false],
  ])('NO_PROXY=%j exempts argus.example.org:8443: %j', (list, expected) => {
    expect(isExempt('argus.example.org', 8443, list)).toBe(expected);
  });

  test.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['fd00::/8', 'fd00::1', true],
    ['10.0.0.0/99', '10.0.0.1', false],
    ['10.0.0.0/8', 'ten.example', false],
  ])('NO_PROXY=%j exempts %s: %j', (list, address, expected) => {
    expect(isExempt(address, 443, list)).toBe(expected);
  });

  test.each(['socks5://proxy:1080', 'http://'])('%s cannot be used, which is said', (wrong) => {
    expect(() => proxyFor(url, { HTTPS_PROXY: wrong })).toThrow(/HTTPS_PROXY is no HTTP proxy/);
  });
});

test('the bot reaches its supervisor through a tunnel of the proxy, and streams through it', async () => {
  const { key, cert } = certificate(['argus.test']);
  await using supervisor = createServer({ key, cert }, (request, response) =>
    response.end(JSON.stringify({ path: request.url, authorization: request.headers.authorization })),
  );
  const asked: string[] = [];
  await using tunnel = createHttpServer();
  tunnel.on('connect', (request, socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
    // only the proxy knows where that name is
    const far = connect((supervisor.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.pipe(socket).pipe(far);
    });
    far.on('error', () => socket.destroy());
    socket.on('error', () => far.destroy());
  });
  for (const server of [supervisor, tunnel]) await once(server.listen(0, '127.0.0.1'), 'listening');
  const env = { HTTPS_PROXY: `http://me:secret@127.0.0.1:${(tunnel.address() as AddressInfo).port}` };
  const http = new Http('https://argus.test/base', 'a credential', env, { ca: cert });
  const call = { method: 'GET', timeoutMs: 10_000 } as const;
  expect(await http.json({ ...call, path: '/one' })).toEqual({
    path: '/base/one',
    authorization: 'Bearer a credential',
  });
  expect(await http.json({ ...call, path: '/two' })).toMatchObject({ path: '/base/two' });
  http.close();
  // one tunnel serves both, and the proxy never sees the credential of the bot
  expect(asked).toEqual([`argus.test:443 Basic ${Buffer.from('me:secret').toString('base64')}`]);
});
