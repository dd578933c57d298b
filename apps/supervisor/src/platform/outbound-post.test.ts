import { startHttpSink, type HttpSink } from '@argus/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allowedHosts } from './outbound-rules.ts';
import { createOutbound } from './outbound.ts';

const outbound = createOutbound(allowedHosts(['127.0.0.1']));
let sink: HttpSink;
beforeEach(async () => {
  sink = await startHttpSink();
});
afterEach(() => sink[Symbol.asyncDispose]());

const post = (url: string, followsRedirects = true) =>
  outbound.post(url, { headers: { 'x-mark': 'mine' }, body: 'Grüße', followsRedirects });

test('a body arrives with its headers and its length, and the begin of the answer is told', async () => {
  sink.answer = () => ({ status: 429, headers: { 'retry-after': '7' }, body: 'x'.repeat(100_000) });
  const outcome = await post(`${sink.url}/here`);
  expect(outcome).toEqual({ kind: 'answered', status: 429, retryAfter: '7', text: 'x'.repeat(4096) });
  const [request] = sink.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/here', body: 'Grüße' });
  expect(request?.headers).toMatchObject({ 'x-mark': 'mine', 'content-length': '7' });
});

test.each([307, 308])('a redirect with status %i is followed with method and body', async (status) => {
  sink.answer = ({ path }) =>
    path === '/' ? { status, headers: { location: '/there' } } : { status: 200, body: 'taken' };
  expect(await post(sink.url)).toMatchObject({ kind: 'answered', status: 200, text: 'taken' });
  expect(sink.requests.at(-1)).toMatchObject({ method: 'POST', path: '/there', body: 'Grüße' });
});

test('no other redirect is followed, and none where that is not wanted', async () => {
  sink.answer = () => ({ status: 303, headers: { location: '/there' } });
  expect(await post(sink.url)).toMatchObject({ kind: 'answered', status: 303 });
  sink.answer = () => ({ status: 307, headers: { location: '/there' } });
  expect(await post(sink.url, false)).toMatchObject({ kind: 'answered', status: 307 });
  expect(sink.requests).toHaveLength(2);
});

test('a redirect to a private address, to no address or without end is refused', async () => {
  sink.answer = () => ({ status: 307, headers: { location: 'http://10.1.2.3/metadata' } });
  expect(await post(sink.url)).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('on a private or special network'),
  });
  sink.answer = () => ({ status: 307, headers: { location: 'file:///etc/passwd' } });
  expect(await post(sink.url)).toMatchObject({ kind: 'refused' });
  sink.answer = () => ({ status: 307, headers: { location: '/again' } });
  expect(await post(sink.url)).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('redirects more than 3 times'),
  });
});

test('who is not there, or says nothing for ten seconds, may be there at another time', async () => {
  sink.answer = () => 'hang';
  expect(await post(sink.url)).toEqual({
    kind: 'unreachable',
    reason: 'The address gave no answer within 10 s.',
  });
  const { url } = sink;
  await sink[Symbol.asyncDispose]();
  expect(await post(url)).toEqual({
    kind: 'unreachable',
    reason: 'The address cannot be reached (ECONNREFUSED).',
  });
  sink = await startHttpSink();
});
