import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let token: string;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  token = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

const create = (body: object) => app.request('POST', '/task', { token, body: { name: 'A task', ...body } });
const change = (id: string, body: object, method = 'PATCH') =>
  app.request(method, `/task/${id}`, { token, body });

describe('a task', () => {
  test('has the defaults of the documentation', async () => {
    const { body } = await create({});
    expect(body).toMatchObject({
      type: 'script',
      timeout: null,
      multitasking: true,
      grace_time: 0,
      acls: [],
      tags: [],
      triggers: [],
      task_arguments: [],
      env: {},
      hostname: null,
    });
    expect(body.problems).toHaveLength(2);
  });

  test('takes the spellings of existing clients', async () => {
    const { host, script } = app.demo;
    const { body } = await create({
      host: host.id,
      script: { id: script.id },
      script_runas: 'bash %script%',
      acl: ['user'],
      script_arguments: [{ type: 'options', options: [{ id: 'a' }] }],
    });
    expect(body).toMatchObject({
      host_id: host.id,
      hostname: host.hostname,
      script_id: script.id,
      script_name: 'hello.sh',
      run_as: 'bash %script%',
      acls: ['user'],
      task_arguments: [{ type: 'select', order: 0 }],
    });
  });

  test.each(['PUT', 'PATCH'])('can be sent back by %s as it was got', async (method) => {
    const made = await create({
      host_id: app.demo.host.id,
      script_id: app.demo.script.id,
      env: 'A=1\nB=2',
      timeout: 5,
      acls: ['viewer'],
      tags: ['t'],
      task_arguments: [
        { type: 'fixed', value: 'f' },
        { type: 'input', label: 'x', required: false },
      ],
    });
    const { body: got } = await app.request('GET', `/task/${made.body.id}`, { token });
    const { body } = await change(got.id, got, method);
    expect({ ...body, version: 0, last_update: '' }).toEqual({ ...got, version: 0, last_update: '' });
  });

  test('with a masked value never shows it, and keeps it when it is sent back', async () => {
    const secret = 'a masked value nobody sees';
    app.keepSecret(secret);
    const { body: got, text } = await create({
      task_arguments: [{ type: 'fixed', value: secret, masked: true }],
    });
    expect(text).not.toContain(secret);
    expect((await change(got.id, got, 'PUT')).status).toBe(200);
    const rows = await app.db.query<{ value: string }>(
      'masked_value',
      `select task_arguments -> 0 ->> 'sealed' as value from tasks where id = $1`,
      [got.id],
    );
    const sealed = Buffer.from(rows[0]?.value ?? '', 'base64');
    expect(sealed.includes(secret)).toBe(false);
    expect(JSON.parse(app.platform.box.open(sealed))).toBe(secret);
  });

  test('keeps what a change leaves out', async () => {
    const { body } = await create({ description: 'kept', timeout: 7 });
    expect((await change(body.id, { name: 'Renamed' })).body).toMatchObject({
      name: 'Renamed',
      description: 'kept',
      timeout: 7,
    });
    expect((await change(body.id, { timeout: null })).body.timeout).toBeNull();
  });

  test('refuses a timeout in milliseconds with a hint', async () => {
    const { status, body } = await create({ timeout: 600_000 });
    expect(status).toBe(400);
    expect(body.message).toContain('seconds, not milliseconds?');
    expect((await create({ timeout: 86_400 })).status).toBe(201);
  });

  test.each([
    ['an object', { A: '1', B: 'x y' }],
    ['lines', 'A=1\nB=x y\n'],
    ['JSON text', '{"A":"1","B":"x y"}'],
  ])('takes its environment as %s', async (_name, env) => {
    expect((await create({ env })).body.env).toEqual({ A: '1', B: 'x y' });
  });

  test('shows its environment to admins only', async () => {
    const { body } = await create({ env: 'A=secret', acls: ['viewer'] });
    const seen = await app.request('GET', `/task/${body.id}`, { token: app.demo.people.viewer.token });
    expect(seen.status).toBe(200);
    expect(seen.body.env).toBeUndefined();
  });

  test.each([
    ['nope', { nope: 1 }],
    ['host_id', { host_id: 'f'.repeat(24) }],
    ['script_id', { script_id: 'f'.repeat(24) }],
    ['env.THEEYE_JOB', { env: { THEEYE_JOB: 'x' } }],
    ['task_arguments[0].options', { task_arguments: [{ type: 'select' }] }],
    ['task_arguments[0].pattern', { task_arguments: [{ type: 'input', pattern: '(?=x)' }] }],
    ['acls[0]', { acls: [' viewer'] }],
  ])('names %s when it is wrong', async (field, body) => {
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].field).toBe(field);
  });

  test('of HTTP shows headers without values and no body to all below admin', async () => {
    const request = {
      url: 'https://example.com',
      method: 'POST',
      headers: { authorization: 'Bearer hidden' },
      body: '{"key":"hidden"}',
    };
    const { admin, manager, user } = app.demo.people;
    const { body: made } = await app.request('POST', '/task', {
      token: admin.token,
      body: { name: 'Call', type: 'http', acls: ['user', 'manager'], request },
    });
    expect(made.request).toMatchObject(request);
    for (const { token } of [manager, user]) {
      const one = await app.request('GET', `/task/${made.id}`, { token });
      expect(one.body.request).toMatchObject({
        url: 'https://example.com',
        headers: { authorization: '' },
        body: '',
      });
      const list = await app.request('GET', '/task', { token });
      expect(one.text + list.text).not.toContain('hidden');
    }
  });

  test('takes no bot or script of another organization', async () => {
    const { host, script } = app.other;
    const { status, body } = await create({ host_id: host.id, script_id: script.id });
    expect(status).toBe(400);
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(['host_id', 'script_id']);
  });

  test('is gone when it is deleted, with its jobs and its secret', async () => {
    const { host, script } = app.demo;
    const { id } = (await create({ host_id: host.id, script_id: script.id })).body;
    const { secret } = (await app.request('GET', `/task/${id}/credentials`, { token })).body;
    const { body: job } = await app.request('POST', `/task/${id}/job`, { token });
    const gone = await app.request('DELETE', `/task/${id}`, { token });
    expect([gone.status, gone.body]).toEqual([200, {}]);
    expect((await app.request('GET', `/task/${id}`, { token })).status).toBe(404);
    expect((await app.request('GET', `/job/${job.id}`, { token })).status).toBe(404);
    expect((await app.request('POST', `/task/${id}/secret/${secret}/job`)).status).toBe(403);
  });
});

describe('access lists', () => {
  test.each([
    ['nobody', [], ['admin', 'owner']],
    ['a role', ['viewer'], ['viewer', 'admin', 'owner']],
    ['a role in capitals', ['USER'], ['user', 'admin', 'owner']],
    ['an address', ['Viewer@DEMO.test'], ['viewer', 'admin', 'owner']],
    ['a tag', ['TEAM:ops'], ['tagged', 'admin', 'owner']],
    ['part of a role', ['view:er'], ['admin', 'owner']],
  ])('with %s decide list and single object alike', async (_name, acls, expected) => {
    const { body: task } = await create({ acls });
    const people = app.demo.people;
    const { email } = people.viewer;
    expect(email).toBe('viewer@demo.test');
    const tagged = (
      await addPerson(app.db, app.demo.id, `t-${task.id}@demo.test`, 'user', { tags: ['team:Ops'] })
    ).token;
    const tokens = {
      ...Object.fromEntries(Object.entries(people).map(([role, one]) => [role, one.token])),
      tagged,
    };
    const seeing = [];
    for (const [name, token] of Object.entries(tokens)) {
      const list = await app.request('GET', '/task?unassigned', { token });
      const inList = list.body.some(({ id }: { id: string }) => id === task.id);
      const alone = (await app.request('GET', `/task/${task.id}`, { token })).status;
      expect([name, alone]).toEqual([name, inList ? 200 : 404]);
      if (inList) seeing.push(name);
    }
    // the tagged person is a user too
    const all = acls.includes('USER') ? [...expected, 'tagged'] : expected;
    expect(seeing.sort()).toEqual([...all].sort());
  });
});

test('lists are whole without a limit, and pages join without gap or repeat', async () => {
  const all = (await app.request('GET', '/task', { token })).body.map(({ id }: { id: string }) => id);
  const paged: string[] = [];
  let path: string | undefined = '/task?limit=2';
  while (path !== undefined) {
    const { body, headers } = await app.request('GET', path, { token });
    paged.push(...body.map(({ id }: { id: string }) => id));
    path = /<([^>]+)>; rel="next"/.exec(String(headers['link'] ?? ''))?.[1];
  }
  expect(paged).toEqual(all);
});
