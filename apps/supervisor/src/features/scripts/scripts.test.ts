import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addScript, addTask, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let token: string;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  token = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

const BYTES: [string, Buffer][] = [
  ['CRLF', Buffer.from('@echo off\r\necho hi\r\n')],
  ['no line break at the end', Buffer.from('#!/bin/sh\necho ä€😀')],
  ['a byte order mark', Buffer.from('\uFEFFprint(1)\n')],
  ['binary', Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256))],
  ['nothing', Buffer.of()],
  ['more than one piece of it', Buffer.from(Array.from({ length: 1_300_000 }, (_, index) => index % 251))],
];

const create = (body: unknown, headers = {}) => app.request('POST', '/script', { token, body, headers });
const download = async (id: string, search = '') =>
  (await app.request('GET', `/script/${id}/download${search}`, { token })).bytes;

function multipart(filename: string, data: Buffer): { body: Buffer; headers: Record<string, string> } {
  const boundary = 'the-boundary';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${filename}"\r\ncontent-type: application/octet-stream\r\n\r\n`;
  return {
    body: Buffer.concat([Buffer.from(head), data, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

describe('the bytes of a script stay as they are', () => {
  test.each(BYTES)('with %s', async (_name, data) => {
    const upload = multipart('a.bin', data);
    const made = [
      await create({ filename: 'a.bin', data: data.toString('base64') }),
      await create({ filename: 'a.bin', data: `data:application/x-sh;base64,${data.toString('base64')}` }),
      await create(upload.body, upload.headers),
      ...(data.equals(Buffer.from(data.toString()))
        ? [await create({ filename: 'a.bin', content: data.toString() })]
        : []),
    ];
    for (const { status, body } of made) {
      expect(status).toBe(201);
      expect(body.size).toBe(data.length);
      expect((await download(body.id)).equals(data)).toBe(true);
    }
    expect(new Set(made.map(({ body }) => body.sha256)).size).toBe(1);
  });
});

describe('a script', () => {
  test('gets a new version with new content or name, and keeps the old ones', async () => {
    const { id } = (await create({ filename: 'v.sh', content: 'one\n' })).body;
    const put = (body: object) => app.request('PUT', `/script/${id}`, { token, body });
    expect((await put({ description: 'same' })).body.version).toBe(1);
    expect((await put({ content: 'one\n' })).body.version).toBe(1);
    expect((await put({ content: 'two\n' })).body.version).toBe(2);
    expect((await put({ filename: 'w.sh' })).body.version).toBe(3);
    const { body: versions } = await app.request('GET', `/script/${id}/version`, { token });
    expect(versions.map(({ version }: { version: number }) => version)).toEqual([3, 2, 1]);
    expect((await download(id, '?version=1')).toString()).toBe('one\n');
    expect((await download(id)).toString()).toBe('two\n');
    expect((await app.request('GET', `/script/${id}/download?version=9`, { token })).status).toBe(404);
  });

  test('can be sent back as it was got', async () => {
    const { body: got } = await app.request('GET', `/script/${app.demo.script.id}`, { token });
    const { status, body } = await app.request('PUT', `/script/${got.id}`, { token, body: got });
    expect(status).toBe(200);
    expect({ ...body, last_update: '' }).toEqual({ ...got, last_update: '' });
  });

  test('is not deleted while a task uses it', async () => {
    const script = await addScript(app.db, app.demo.id);
    const task = await addTask(app.platform, app.demo.id, { script_id: script.id });
    expect((await app.request('DELETE', `/script/${script.id}`, { token })).body.code).toBe('conflict');
    await app.request('DELETE', `/task/${task.id}`, { token });
    expect((await app.request('DELETE', `/script/${script.id}`, { token })).status).toBe(204);
    expect((await app.request('GET', `/script/${script.id}`, { token })).status).toBe(404);
  });

  test('is served so that no browser runs it', async () => {
    const { headers } = await app.request('GET', `/script/${app.demo.script.id}/download`, { token });
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
      'content-disposition': 'attachment; filename="hello.sh"',
    });
  });

  test.each([
    ['no content', { filename: 'a.sh' }],
    ['content twice', { filename: 'a.sh', content: 'x', data: 'eA==' }],
    ['broken base64', { filename: 'a.sh', data: 'x y!' }],
    ['a path as name', { filename: '../a.sh', content: 'x' }],
    ['a name with a line break', { filename: 'a\n.sh', content: 'x' }],
    ['a name that is an option', { filename: '-rf', content: 'x' }],
    ['a name with an RTL mark', { filename: 'a\u202Esh', content: 'x' }],
  ])('with %s is refused', async (_name, body) => {
    expect((await create(body)).status).toBe(400);
  });
});
