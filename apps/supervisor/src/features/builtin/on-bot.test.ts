import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpRequest } from '@argus/contract';
import { startHttpSink } from '@argus/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestEnv } from './on-bot.ts';

const program = join(import.meta.dirname, 'on-bot', 'http-request.mjs');
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'argus-on-bot-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** Sends a request as a bot does; answers its result, and how the script ended. */
async function send(request: Partial<HttpRequest> & { url: string }) {
  const whole = {
    method: 'GET',
    headers: {},
    body: '',
    expect_status: '2xx',
    expect_pattern: '',
    ...request,
  };
  const result = join(directory, 'result');
  const child = spawn(process.execPath, [program], {
    env: { ...requestEnv(whole as HttpRequest, [], [], new Map()), ARGUS_RESULT_FILE: result },
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'exit')) as [number];
  return { code, ...(JSON.parse(await readFile(result, 'utf8')) as { state: string; data: string[] }) };
}

describe('a request from the machine of a bot', () => {
  test('is sent on within a host with all it has, and to another one without what may prove who asks', async () => {
    await using first = await startHttpSink();
    await using other = await startHttpSink();
    first.answer = ({ path }) => ({
      status: 307,
      headers: { location: path === '/' ? '/again' : other.url },
    });
    const headers = { 'X-Api-Key': 'top secret', Authorization: 'Bearer x', Accept: 'text/csv' };
    expect(await send({ url: first.url, method: 'PUT', headers, body: 'all' })).toMatchObject({
      code: 0,
      state: 'success',
      data: ['ok', expect.any(String), '200'],
    });
    const again = first.requests[1];
    expect(again).toMatchObject({ method: 'PUT', body: 'all', headers: { 'x-api-key': 'top secret' } });
    const [sunk] = other.requests;
    expect(sunk).toMatchObject({ method: 'PUT', body: 'all', headers: { accept: 'text/csv' } });
    expect(sunk?.headers).not.toHaveProperty('x-api-key');
    expect(sunk?.headers).not.toHaveProperty('authorization');
  });

  test('asks for what it is told to look at, and is not sent on for ever', async () => {
    await using sink = await startHttpSink();
    sink.answer = ({ path }) =>
      path === '/orders' ? { status: 303, headers: { location: '/done' } } : { status: 200, body: 'made' };
    expect(await send({ url: `${sink.url}/orders`, method: 'POST', body: '{}' })).toMatchObject({
      state: 'success',
      data: ['made', expect.any(String), '200'],
    });
    expect(sink.requests.at(-1)).toMatchObject({ method: 'GET', path: '/done', body: '' });
    sink.answer = () => ({ status: 302, headers: { location: '/' } });
    expect(await send({ url: sink.url })).toEqual({ code: 1, state: 'failure', data: [] });
  });
});
