import { createHash } from 'node:crypto';
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
    const task = await addTask(app.platform, app.demo.id, { script_id: script.id, name: 'Its user' });
    const refused = await app.request('DELETE', `/script/${script.id}`, { token });
    expect(refused.body.code).toBe('conflict');
    expect(refused.body.message).toContain('"Its user"');
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

/** A script with these contents as its versions, oldest first. */
async function versions(...contents: (string | Buffer)[]): Promise<string> {
  const [first, ...later] = contents.map((one) => Buffer.from(one).toString('base64'));
  const { id } = (await create({ filename: 'v.sh', data: first })).body;
  for (const data of later) await app.request('PUT', `/script/${id}`, { token, body: { data } });
  return id;
}

describe('the difference of two versions', () => {
  const diff = (id: string, search = '') => app.request('GET', `/script/${id}/diff${search}`, { token });

  test('is a unified diff, of the newest to the one before unless told otherwise', async () => {
    const id = await versions('a\nb\nc\n', 'a\nB\nc\n', 'a\nB\nc\nd');
    expect((await diff(id)).text).toBe(
      '--- v.sh\tversion 2\n+++ v.sh\tversion 3\n@@ -1,3 +1,4 @@\n a\n B\n c\n+d\n\\ No newline at end of file\n',
    );
    expect((await diff(id, '?from=1&to=2')).text).toContain('\n-b\n+B\n');
    expect((await diff(id, '?to=2')).text).toContain('version 1');
    expect((await diff(id, '?from=3&to=1')).text).toContain('\n-B\n+b\n');
    expect((await diff(id, '?from=2&to=2')).text).toBe('');
  });

  test('shows line ends that changed', async () => {
    const id = await versions('a\nb\n', 'a\r\nb\r\n');
    expect((await diff(id)).text).toContain('-a\n-b\n+a\r\n+b\r\n');
  });

  test.each([
    ['a file with NUL', Buffer.from([0, 1, 2])],
    ['a file that is no UTF-8', Buffer.from([0xff, 0xfe, 0x41])],
  ])('of %s is one line', async (_name, data) => {
    const id = await versions('text\n', data);
    expect((await diff(id)).text).toBe('Binary files v.sh (version 1) and v.sh (version 2) differ\n');
  });

  test('of texts that differ everywhere is given up', async () => {
    const lines = (seed: number) =>
      Array.from({ length: 100_000 }, (_, index) => `${(index * seed) % 9973} ${index % 7}`).join('\n');
    const id = await versions(lines(31), lines(37));
    expect((await diff(id)).text).toContain('differ in too much to compare');
  });

  test('is there for those who may read the script', async () => {
    const id = await versions('a', 'b');
    const { viewer, user } = app.demo.people;
    expect((await app.request('GET', `/script/${id}/diff`, { token: viewer.token })).status).toBe(403);
    expect((await app.request('GET', `/script/${id}/diff`, { token: user.token })).status).toBe(200);
  });

  test.each([
    ['?from=9', 404],
    ['?to=9', 404],
    ['', 400],
  ])('%s of a script with one version is refused', async (search, status) => {
    expect((await diff(await versions('a'), search)).status).toBe(status);
  });
});

describe('restoring a version', () => {
  const restore = (id: string, version: number) =>
    app.request('POST', `/script/${id}/restore`, { token, body: { version } });

  test.each(BYTES)('makes a new one with its bytes and name: %s', async (_name, data) => {
    const id = await versions(data, 'something else');
    await app.request('PUT', `/script/${id}`, { token, body: { filename: 'renamed.sh' } });
    const { body } = await restore(id, 1);
    expect(body).toMatchObject({ version: 4, filename: 'v.sh', size: data.length });
    expect((await download(id)).equals(data)).toBe(true);
    expect((await download(id, '?version=2')).toString()).toBe('something else');
    const { body: list } = await app.request('GET', `/script/${id}/version`, { token });
    expect(list[0]).toMatchObject({ version: 4, created_by: 'admin@demo.test' });
  });

  test('that is the newest changes nothing', async () => {
    const id = await versions('a', 'b');
    expect((await restore(id, 2)).body.version).toBe(2);
  });

  test('that does not exist is refused', async () => {
    const id = await versions('a');
    expect((await restore(id, 2)).body.errors[0].field).toBe('version');
  });
});

describe('the users of a script', () => {
  test('are the tasks that the caller may see, with their pin', async () => {
    const id = await versions('a', 'b');
    const { host } = app.demo;
    const open = await addTask(app.platform, app.demo.id, { script_id: id, host_id: host.id, name: 'Open' });
    const closed = await addTask(app.platform, app.demo.id, {
      script_id: id,
      script_version: 1,
      name: 'Closed',
      acls: [],
    });
    const users = async (token: string) =>
      (await app.request('GET', `/script/${id}/task`, { token })).body as object[];
    expect(await users(token)).toEqual([
      { id: closed.id, name: 'Closed', type: 'script', host_id: null, hostname: null, script_version: 1 },
      {
        id: open.id,
        name: 'Open',
        type: 'script',
        host_id: host.id,
        hostname: host.hostname,
        script_version: null,
      },
    ]);
    expect(await users(app.demo.people.viewer.token)).toMatchObject([{ name: 'Open' }]);
  });
});

describe('a task that stays with a version', () => {
  const change = (task: string, body: object) => app.request('PATCH', `/task/${task}`, { token, body });
  const pinned = async () => {
    const script = await versions('one\n', 'two\n');
    const body = { name: 'Pinned', host_id: app.demo.host.id, script_id: script, script_version: 1 };
    const task = await app.request('POST', '/task', { token, body });
    return { script, task: task.body };
  };
  const run = async (task: string) => (await app.request('POST', `/task/${task}/job`, { token })).body;

  test('runs it whatever the script becomes, and its jobs say which it was', async () => {
    const { script, task } = await pinned();
    expect(task).toMatchObject({ script_version: 1, script_name: 'v.sh' });
    await app.request('PUT', `/script/${script}`, { token, body: { content: 'three\n' } });
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(await run(task.id)).toMatchObject({ script_version: 1, script_sha256: sha256('one\n') });
    await change(task.id, { script_version: null });
    const newest = await run(task.id);
    expect(newest).toMatchObject({ script_version: 3, script_sha256: sha256('three\n') });
    const { body: job } = await app.request('GET', `/job/${newest.id}`, { token });
    expect(job).toMatchObject({ script_version: 3, script_sha256: sha256('three\n') });
  });

  test('keeps it when other fields change, and loses it with another script', async () => {
    const { task } = await pinned();
    expect((await change(task.id, { description: 'x' })).body.script_version).toBe(1);
    const { body: moved } = await change(task.id, { script_id: app.demo.script.id });
    expect(moved.script_version).toBeNull();
  });

  test.each([
    ['a version that its script has not', { script_version: 9 }],
    ['a version without a script', { script_id: null, script_version: 1 }],
    ['a version of another script', { script_version: 2, script_id: 'demo' }],
  ])('is refused with %s', async (_name, body) => {
    const { task } = await pinned();
    const script_id =
      'script_id' in body && body.script_id === 'demo' ? { script_id: app.demo.script.id } : {};
    const answer = await change(task.id, { ...body, ...script_id });
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'script_version']);
  });
});

test('a script answers to the paths of existing clients', async () => {
  const data = Buffer.from('@echo off\r\n');
  const upload = multipart('a.cmd', data);
  const made = await app.request('POST', '/demo/file', { token, ...upload });
  expect(made.status).toBe(201);
  const { id } = made.body;
  const get = async (path: string) => (await app.request('GET', path, { token })).status;
  expect(await get('/file')).toBe(200);
  expect(await get(`/file/${id}`)).toBe(200);
  expect(await get(`/demo/file/${id}/linkedmodels`)).toBe(200);
  expect((await app.request('GET', `/file/${id}/download`, { token })).bytes.equals(data)).toBe(true);
  const changed = multipart('a.cmd', Buffer.from('rem\r\n'));
  expect((await app.request('PUT', `/file/${id}/upload`, { token, ...changed })).body.version).toBe(2);
  expect((await app.request('PUT', `/file/${id}`, { token, ...upload })).body.version).toBe(3);
  expect((await app.request('DELETE', `/file/${id}`, { token })).status).toBe(204);
});

test('scripts are found by the filters of existing clients, under both of their paths', async () => {
  const one = await addScript(app.db, app.demo.id, 'find-me.sh');
  const two = await addScript(app.db, app.demo.id, 'find-me-too.py');
  const found = async (query: string, path = '/demo/script') =>
    (await app.request('GET', `${path}?${query}`, { token })).body.map(({ id }: { id: string }) => id);
  expect(await found('where[filename]=find-me.sh')).toEqual([one.id]);
  expect(await found('where[filename]=find-me.sh', '/file')).toEqual([one.id]);
  expect(await found('where[filename][$regex]=^find-me&sort[filename]=1')).toEqual([two.id, one.id]);
  expect(await found('where[filename][$regex]=^find-me&limit=1')).toEqual([two.id]);
  expect((await app.request('GET', '/script?where[data]=x', { token })).status).toBe(400);
});
