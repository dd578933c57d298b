import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECIPE_MAX_BYTES, type Recipe } from '@argus/contract';
import { createTestDatabase, fakeBot } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addHost,
  addSession,
  fingerprint,
  startTestApp,
  type RequestOptions,
  type TestApp,
} from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
/** Two servers that know nothing of each other. */
let app: TestApp;
let elsewhere: TestApp;
let token: string;
let theirs: string;
beforeAll(async () => {
  app = resources.use(await startTestApp(resources.use(await createTestDatabase()).connection));
  elsewhere = resources.use(await startTestApp(resources.use(await createTestDatabase()).connection));
  token = app.demo.people.admin.token;
  theirs = elsewhere.other.people.admin.token;
  await addHost(elsewhere.db, elsewhere.other.id, app.demo.host.hostname);
});
afterAll(() => resources.disposeAsync());

const fixture = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8'));

const base64 = (data: Buffer | string) => Buffer.from(data).toString('base64');

async function makeTask(
  task: object,
  data: Buffer | string = 'echo hi\n',
  filename = 'hi.sh',
): Promise<string> {
  const script = await app.request('POST', '/script', {
    token,
    body: { filename, description: 'says hi', data: base64(data) },
  });
  const body = { host_id: app.demo.host.id, script_id: script.body.id, ...task };
  const made = await app.request('POST', '/task', { token, body });
  expect(made.status).toBe(201);
  return made.body.id;
}

const exported = async (server: TestApp, id: string, as: string, mode?: string) =>
  (await server.request('GET', `/task/${id}/recipe${mode ? `?mode=${mode}` : ''}`, { token: as }))
    .body as Recipe;

const importInto = (body: unknown, search = '', options: RequestOptions = {}) =>
  app.request('POST', `/task/import${search}`, { token, body, ...options });

const FULL = {
  name: 'A full task',
  description: 'with everything\nin it',
  confirm: 'It restarts the shop.',
  tags: ['b', 'a'],
  run_as: 'sudo -u app bash %script%',
  task_arguments: [
    { type: 'fixed', label: 'port', value: '8080' },
    { type: 'input', label: 'who', value: 'world', required: false, charsmax: 10, charset: 'alpha' },
    { type: 'select', label: 'level', options: [{ id: 'a', label: 'A' }, { id: 'b' }] },
    { type: 'fixed', label: 'key', value: 'a masked value of a recipe', masked: true },
    { type: 'fixed', label: 'blank', value: '' },
  ],
  env: { TOKEN: 'a value of the environment', REGION: 'eu' },
  acls: ['user', 'team:ops'],
  grace_time: 5,
  timeout: 90,
  multitasking: false,
  priority: 3,
  result_rule: 'last_line',
  retention_days: 7,
  retention_jobs: 50,
};

describe('a recipe', () => {
  test('is shallow by default: names without values, no bot, no access list', async () => {
    const id = await makeTask(FULL);
    for (const recipe of [await exported(app, id, token), await exported(app, id, token, 'shallow')]) {
      expect(recipe.format).toBe('argus/1');
      expect(recipe.task.env).toEqual({ TOKEN: '', REGION: '' });
      expect(recipe.task.task_arguments?.map((one) => 'value' in one)).toEqual(Array(5).fill(false));
      expect(recipe.task).not.toHaveProperty('acls');
      expect(recipe.task).not.toHaveProperty('hostname');
      expect(recipe.task).toMatchObject({ name: 'A full task', timeout: 90, run_as: FULL.run_as });
      expect(recipe.script).toMatchObject({
        filename: 'hi.sh',
        description: 'says hi',
        data: base64('echo hi\n'),
      });
    }
  });

  test('keeps the names of secrets, which are none themselves', async () => {
    const id = await makeTask({
      ...FULL,
      env: { KEY: '{secret:API_KEY}', URL: 'x {secret:API_KEY}' },
      task_arguments: [{ type: 'fixed', value: '{secret:API_KEY}' }],
    });
    const { task } = await exported(app, id, token);
    expect(task.env).toEqual({ KEY: '{secret:API_KEY}', URL: '' });
    expect(task.task_arguments?.[0]?.value).toBe('{secret:API_KEY}');
  });

  test('is deep where asked: values, bot and access list, but nothing masked', async () => {
    const id = await makeTask(FULL);
    const recipe = await exported(app, id, token, 'deep');
    expect(recipe.task).toMatchObject({ env: FULL.env, acls: FULL.acls, hostname: app.demo.host.hostname });
    expect(recipe.task.task_arguments?.map(({ value }) => value)).toEqual([
      '8080',
      'world',
      undefined,
      undefined,
      '',
    ]);
  });

  test.each(['shallow', 'deep'])('that is %s has no id, date or secret of the task', async (mode) => {
    const id = await makeTask(FULL);
    const { body: task } = await app.request('GET', `/task/${id}`, { token });
    const { secret } = (await app.request('GET', `/task/${id}/credentials`, { token })).body;
    const text = JSON.stringify(await exported(app, id, token, mode));
    for (const one of [
      id,
      task.host_id,
      task.script_id,
      task.creation_date,
      secret,
      'a masked value of a recipe',
    ])
      expect(text).not.toContain(one);
  });

  test('is a file of the task’s name, and its reading is audited', async () => {
    const id = await makeTask({ ...FULL, name: 'Nightly: backup "all"' });
    const { headers } = await app.request('GET', `/demo/task/${id}/serialize?mode=deep`, { token });
    expect(headers['content-disposition']).toBe('attachment; filename="nightly-backup-all.recipe.json"');
    await app.app.audit.flush();
    const { body: entries } = await app.request('GET', '/audit?limit=1', { token });
    expect(entries[0]).toMatchObject({ action: 'recipe.read', target_id: id, details: { mode: 'deep' } });
  });

  test('holds the version of the script that the task runs', async () => {
    const id = await makeTask({ name: 'Pinned' }, 'one\n');
    const { script_id } = (await app.request('GET', `/task/${id}`, { token })).body;
    await app.request('PUT', `/script/${script_id}`, {
      token,
      body: { content: 'two\n', filename: 'new.sh' },
    });
    expect((await exported(app, id, token)).script).toMatchObject({
      filename: 'new.sh',
      data: base64('two\n'),
    });
    await app.request('PATCH', `/task/${id}`, { token, body: { script_version: 1 } });
    expect((await exported(app, id, token)).script).toMatchObject({
      filename: 'hi.sh',
      data: base64('one\n'),
    });
  });
});

const BYTES: [string, Buffer][] = [
  ['CRLF', Buffer.from('@echo off\r\necho hi\r\n')],
  ['no line break at the end', Buffer.from('#!/bin/sh\necho ä€😀')],
  ['a byte order mark', Buffer.from('\uFEFFprint(1)\n')],
  ['binary', Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256))],
  ['nothing', Buffer.of()],
];

describe('a recipe, imported on another server and exported again, is the same', () => {
  test.each(BYTES)('with %s in its script', async (_name, data) => {
    const id = await makeTask(FULL, data);
    for (const mode of ['shallow', 'deep']) {
      const first = await exported(app, id, token, mode);
      const { status, body } = await elsewhere.request('POST', '/task/import', {
        token: theirs,
        body: first,
      });
      expect(status).toBe(201);
      expect(body.report.dropped).toEqual([]);
      expect(JSON.stringify(await exported(elsewhere, body.id, theirs, mode))).toBe(JSON.stringify(first));
      const { bytes } = await elsewhere.request('GET', `/script/${body.script_id}/download`, {
        token: theirs,
      });
      expect(bytes.equals(data)).toBe(true);
    }
  });

  test.each([
    ['nothing but a name', { name: 'Bare' }],
    ['odd but valid fields', { name: ' x ', tags: [' t '], timeout: 1, env: { _: '' } }],
    ['nulls', { name: 'n', task_arguments: [{ type: 'input', charset: null, pattern: null, value: null }] }],
  ])('with %s', async (_name, task) => {
    const id = await makeTask(task);
    for (const mode of ['shallow', 'deep']) {
      const first = await exported(app, id, token, mode);
      const { body } = await importInto(first);
      expect(JSON.stringify(await exported(app, body.id, token, mode))).toBe(JSON.stringify(first));
    }
  });

  test('and a task without a script too', async () => {
    const { body: made } = await app.request('POST', '/task', { token, body: { name: 'No script' } });
    const first = await exported(app, made.id, token);
    expect(first.script).toBeNull();
    const { body } = await importInto(first);
    expect(body.report.missing.map(({ field }: { field: string }) => field)).toEqual([
      'script',
      'task.host_id',
    ]);
    expect(await exported(app, body.id, token)).toEqual(first);
  });
});

describe('an import', () => {
  test('of a deep recipe runs on the bot of the same name, with the same bytes', async () => {
    const data = Buffer.from('#!/bin/sh\r\nexit 0');
    const id = await makeTask({ name: 'Moves', task_arguments: [{ type: 'fixed', value: 'f' }] }, data);
    const recipe = await exported(app, id, token, 'deep');
    const host = await addHost(elsewhere.db, elsewhere.demo.id, app.demo.host.hostname);
    const admin = elsewhere.demo.people.admin.token;
    const { body: task } = await elsewhere.request('POST', '/task/import', { token: admin, body: recipe });
    expect(task).toMatchObject({ hostname: app.demo.host.hostname, problems: [], report: { missing: [] } });
    const { body: job } = await elsewhere.request('POST', `/task/${task.id}/job`, { token: admin });
    expect(job).toMatchObject({ script_version: 1, script_sha256: recipe.script?.sha256 });
    using bot = fakeBot({ url: elsewhere.url, credential: host.credential });
    const [run] = await bot.takeRuns();
    expect(run).toMatchObject({ job: job.id, args: ['f'], script: { filename: 'hi.sh', size: data.length } });
    const { bytes } = await elsewhere.request('GET', `/bot/scripts/${run?.script.sha256}`, {
      token: host.credential,
    });
    expect(bytes.equals(data)).toBe(true);
  });

  test.each([
    ['hostname in the address', () => ['?hostname=demo-bot', {}]],
    ['host_id in the address', () => [`?host_id=${app.demo.host.id}`, {}]],
    ['host in the address', () => [`?host=${app.demo.host.id}`, {}]],
    ['hostname beside the recipe', () => ['', { hostname: 'demo-bot' }]],
    ['host beside the recipe', () => ['', { host: { id: app.demo.host.id } }]],
  ] as [string, () => [string, object]][])('takes its bot from %s', async (_name, given) => {
    const [search, beside] = given();
    const { body } = await importInto({ ...fixture('task-and-file'), ...beside }, search);
    expect(body).toMatchObject({ hostname: 'demo-bot', problems: [] });
  });

  test.each([
    ['hostname', '?hostname=nobody', {}],
    ['host_id', `?host_id=${'f'.repeat(24)}`, {}],
    ['hostname', '', { hostname: 'other-bot' }],
    ['name', '?name=', {}],
    ['mode', '?mode=deep', {}],
  ])('refuses a wrong %s, and nothing changes', async (field, search, beside) => {
    const before = await fingerprint(app.db);
    const { status, body } = await importInto({ ...fixture('task-and-file'), ...beside }, search);
    expect([status, body.errors[0].field]).toEqual([400, field]);
    expect(await fingerprint(app.db)).toEqual(before);
  });

  test('that is refused late leaves no script behind', async () => {
    const before = await fingerprint(app.db);
    const recipe = fixture('workflow');
    recipe.tasks[0].env = Object.fromEntries(
      Array.from({ length: 4 }, (_, index) => [`A${index}`, 'x'.repeat(90_000)]),
    );
    const { status, body } = await importInto(recipe);
    expect([status, body.errors[0].field]).toEqual([400, 'env']);
    expect(await fingerprint(app.db)).toEqual(before);
  });

  test('may give another name', async () => {
    expect((await importInto(fixture('flat-task'), '?name=Mine')).body.name).toBe('Mine');
    const { status, body } = await importInto(fixture('workflow'), '?name=Mine');
    expect([status, body.errors[0].field]).toEqual([400, 'name']);
  });

  test('of a flat task is not bound to the bot, organization and ids that it names', async () => {
    const { status, body } = await importInto(fixture('flat-task'));
    expect(status).toBe(201);
    expect(body).toMatchObject({ customer: 'demo', host_id: null, timeout: 11, others: [] });
    expect(body.report.missing).toContainEqual({
      field: 'host_id',
      message: 'there is no bot "Apache3" here: choose the bot that runs it',
    });
  });

  test('beside which another organization is named is refused', async () => {
    const recipe = fixture('task-and-file');
    expect((await importInto({ ...recipe, customer: 'other' })).body.code).toBe('wrong_customer');
    expect((await importInto({ ...recipe, customer: '"demo"' })).status).toBe(201);
  });

  test('of a workflow makes all its tasks', async () => {
    const { body } = await importInto(fixture('workflow'), '?hostname=demo-bot');
    expect([body, ...body.others].map(({ name, hostname }) => [name, hostname])).toEqual([
      ['Scan', 'demo-bot'],
      ['Collect', 'demo-bot'],
      ['Ask the team', null],
    ]);
    expect(body.report.format).toBe('workflow');
  });

  test('uses a script that is there already, and says so', async () => {
    const recipe = fixture('task-and-file');
    const first = await importInto(recipe);
    const second = await importInto(recipe);
    expect(second.body.script_id).toBe(first.body.script_id);
    expect(second.body.report.adapted).toContainEqual({
      field: 'task.script',
      message: 'check_cert.sh is here already with the same content: that one is used',
    });
  });

  test('is audited with its shape', async () => {
    const { body: task } = await importInto(fixture('flat-task'));
    await app.app.audit.flush();
    const { body: entries } = await app.request('GET', '/audit?limit=1', { token });
    expect(entries[0]).toMatchObject({
      action: 'task.import',
      target_id: task.id,
      details: { format: 'flat task', name: 'Nightly report' },
    });
  });

  test('with a script of 16 MiB works, with a larger one is refused', async () => {
    const recipe = (size: number) => ({
      task: { name: 'Large', type: 'script' },
      file: { filename: 'large.bin', data: base64(Buffer.alloc(size, 7)) },
    });
    expect((await importInto(recipe(16 * 1024 * 1024))).status).toBe(201);
    expect((await importInto(recipe(16 * 1024 * 1024 + 1))).body.code).toBe('too_large');
  });
});

describe('a task whose fixed value is missing', () => {
  test('is saved, says so, and runs once it has the value', async () => {
    const { body: task } = await importInto(fixture('flat-task'), '?hostname=demo-bot');
    expect(task.problems).toEqual(['Its fixed argument 1 "token" has no value: give it one.']);
    const refused = await app.request('POST', `/task/${task.id}/job`, { token });
    expect([refused.status, refused.body.code]).toEqual([422, 'cannot_run']);
    expect(refused.body.message).toContain('"token"');
    // sent back as it was got it stays as it is
    const same = await app.request('PUT', `/task/${task.id}`, {
      token,
      body: (await app.request('GET', `/task/${task.id}`, { token })).body,
    });
    expect(same.body.problems).toEqual(task.problems);
    const task_arguments = [{ ...task.task_arguments[0], value: '' }];
    const given = await app.request('PATCH', `/task/${task.id}`, { token, body: { task_arguments } });
    expect(given.body.problems).toEqual([]);
    expect((await app.request('POST', `/task/${task.id}/job`, { token })).body.task_arguments_values).toEqual(
      [''],
    );
  });
});

describe('by GET', () => {
  const SMALL = { task: { name: 'By GET', type: 'script' }, file: { filename: 'a.sh', data: 'YQ==' } };
  const get = (search: string, options: RequestOptions = {}) =>
    app.request('GET', `/demo/task/import${search}`, { token, ...options });
  const inAddress = (recipe: unknown) => `?recipe=${encodeURIComponent(JSON.stringify(recipe))}`;

  test.each([
    ['in the body', '', { body: SMALL }],
    [
      'in the body of any type',
      '',
      { body: JSON.stringify(SMALL), headers: { 'content-type': 'text/plain' } },
    ],
    [
      'in the body as curl -d sends it',
      '',
      { body: JSON.stringify(SMALL), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['in the address', inAddress(SMALL), {}],
  ])('a recipe %s is imported', async (_where, search, options) => {
    const { status, body } = await get(search, options);
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'By GET', script_name: 'a.sh' });
  });

  test('only with the token in the header', async () => {
    const cookie = await addSession(app.db, app.demo.id, app.demo.people.admin.userId);
    app.keepSecret(cookie);
    const before = await fingerprint(app.db);
    for (const [search, options] of [
      [`${inAddress(SMALL)}&access_token=${token}`, { token: undefined }],
      [inAddress(SMALL), { token: undefined, headers: { cookie: `argus_session=${cookie}` } }],
      [
        inAddress(SMALL),
        { token: undefined, headers: { cookie: `argus_session=${cookie}`, origin: app.url } },
      ],
    ] as const) {
      const { status, body } = await get(search, options);
      expect([status, body.code]).toEqual([401, 'unauthorized']);
      expect(body.message).toContain('POST');
    }
    expect(await fingerprint(app.db)).toEqual(before);
  });

  test('a recipe of more than 12 KiB in the address is refused with 414 that names POST', async () => {
    const large = `?recipe=${'x'.repeat(12 * 1024 + 1)}`;
    const { status, body } = await get(large);
    expect([status, body.code]).toEqual([414, 'uri_too_long']);
    expect(body.message).toContain('POST');
  });

  test.each([
    ['no recipe', '', {}, 'invalid_input'],
    ['two recipes', inAddress(SMALL), { body: SMALL }, 'invalid_input'],
    ['what is no JSON', '', { body: '{"task":' }, 'invalid_json'],
    ['what is nested too deep', '', { body: '['.repeat(100) + ']'.repeat(100) }, 'invalid_input'],
    ['a name that reaches a prototype', '', { body: '{"task":{"__proto__":1}}' }, 'invalid_input'],
    ['more than a recipe may have', '', { body: ' '.repeat(RECIPE_MAX_BYTES + 1) }, 'too_large'],
  ])('%s is refused', async (_what, search, options, code) => {
    const before = await fingerprint(app.db);
    expect((await get(search, options)).body.code).toBe(code);
    expect(await fingerprint(app.db)).toEqual(before);
  });

  test('a HEAD makes nothing', async () => {
    const before = await fingerprint(app.db);
    const { status } = await app.request('HEAD', `/task/import${inAddress(SMALL)}`, { token });
    expect(status).toBe(405);
    expect(await fingerprint(app.db)).toEqual(before);
  });

  test('no other route reads the body of a GET', async () => {
    const { status } = await app.request('GET', '/task', { token, body: '{"not json' });
    expect(status).toBe(200);
  });
});
