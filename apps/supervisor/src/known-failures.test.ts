/**
 * Ways in which systems of this kind have failed. Each test says what went wrong elsewhere; what is generated over all
 * operations (roles, other organizations, malformed input) is in role-matrix.test.ts and bad-input.test.ts.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunInstruction } from '@argus/contract';
import { createTestDatabase, fakeBot, type FakeBot } from '@argus/testing';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveWebPage } from './features/system/index.ts';
import {
  addHost,
  addIntegrationToken,
  addTask,
  allOperations,
  fingerprint,
  pathOf,
  samplesOf,
  startTestApp,
  type Samples,
  type TestApp,
} from './testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let samples: Samples;
let admin: string;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  samples = samplesOf(app);
  admin = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

async function addRunnable(values: Parameters<typeof addTask>[2] = {}) {
  const { id: host_id } = app.demo.host;
  const task = await addTask(app.platform, app.demo.id, {
    host_id,
    script_id: app.demo.script.id,
    ...values,
  });
  app.keepSecret(task.secret);
  return task;
}

interface Runner {
  task: string;
  bot: FakeBot;
  /** Starts a job and takes it, as its bot does. */
  start(body?: unknown): Promise<RunInstruction>;
}

/** A task on a bot of its own, that nothing else waits for. */
async function addRunner(values: Parameters<typeof addTask>[2] = {}): Promise<Runner & Disposable> {
  const host = await addHost(app.db, app.demo.id, `bot-${++hosts}`);
  const { id: task } = await addRunnable({ ...values, host_id: host.id });
  const bot = fakeBot({ url: app.url, credential: host.credential });
  return {
    task,
    bot,
    async start(body) {
      await run(task, body);
      const [taken] = await bot.takeRuns();
      return taken as RunInstruction;
    },
    [Symbol.dispose]: () => bot[Symbol.dispose](),
  };
}
let hosts = 0;

async function run(task: string, body: unknown = {}): Promise<string> {
  const { status, text, body: job } = await app.request('POST', `/task/${task}/job`, { token: admin, body });
  if (status !== 200) throw new Error(`${status} ${text}`);
  return job.id as string;
}

describe('who may', () => {
  const guarded = allOperations.filter(
    ([, { permission, method }]) => permission !== 'public' && permission !== 'secret' && method === 'GET',
  );

  test.each(guarded)(
    'paths were open because they ended like a public one: %s stays closed with such an end',
    async (id) => {
      const { params } = await samples[id]();
      const path = pathOf(id, params);
      for (const end of ['openapi.json', 'docs', 'metrics', 'api/status', 'auth/login'])
        for (const variant of [
          `${path}/${end}`,
          `${path}/..%2f${end}`,
          `${path};/${end}`,
          `${path}%3f/${end}`,
          `/${end}/..${path}`,
          `/${end}/%2e%2e${path}`,
        ]) {
          const { status } = await app.request('GET', variant);
          expect(status, variant).toBeGreaterThanOrEqual(300);
        }
    },
  );

  test('a token limited to some tasks listed the jobs of all: lists, counts and events keep to its tasks', async () => {
    const [mine, theirs] = [await addRunnable(), await addRunnable()];
    for (const { id } of [mine, theirs]) await run(id);
    const { token } = await addIntegrationToken(app.db, app.demo.id, { tasks: [mine.id] });
    const open = allOperations.filter(
      ([, { method, path, permission, response }]) =>
        method === 'GET' &&
        response !== null &&
        !path.includes('{') &&
        !['public', 'bot'].includes(permission),
    );
    for (const [id] of open) {
      const { status, text } = await app.request('GET', pathOf(id), { token });
      if (status === 200) expect(text, id).not.toContain(theirs.id);
      else expect([id, status]).toEqual([id, 403]);
    }
  });

  const ofJobs = allOperations.filter(
    ([, { path, permission }]) =>
      path.startsWith('/job/{id}') && !['secret', 'bot', 'agent'].includes(permission),
  );
  test.each(ofJobs)(
    'logs and results were open where their job was not: %s hides with its job',
    async (id, { method }) => {
      const hidden = await addRunnable({ acls: ['nobody@demo.test'] });
      const job = await run(hidden.id);
      const { params, body } = await samples[id]();
      for (const role of ['viewer', 'user', 'manager'] as const) {
        const { status } = await app.request(method, pathOf(id, { ...params, id: job }), {
          token: app.demo.people[role].token,
          ...(body !== undefined && { body }),
        });
        // a role that may not call it at all is told so before
        expect([403, 404], role).toContain(status);
      }
      const { status } = await app.request('GET', `/job/${job}`, { token: app.demo.people.manager.token });
      expect(status).toBe(404);
    },
  );

  test('people gave away rights they did not have', async () => {
    const { manager } = app.demo.people;
    const member = (credential: string) => ({
      user: { email: 'granted@demo.test', name: 'G', password: 'correct horse battery' },
      credential,
    });
    for (const [token, path, body] of [
      [manager.token, '/member', member('manager')],
      [manager.token, '/member', member('admin')],
      [admin, '/member', member('owner')],
      [admin, '/token', { name: 'higher', role: 'owner' }],
    ] as const) {
      const { status } = await app.request('POST', path, { token, body });
      expect([path, status]).toEqual([path, 403]);
    }
  });

  test('fields that nobody may set were set along with others', async () => {
    const { id } = await addRunnable();
    const before = await fingerprint(app.db);
    for (const field of ['secret', 'secret_hash', 'customer_id', 'execution_count', 'created_at', '_id'])
      for (const method of ['PUT', 'PATCH']) {
        const { status, body } = await app.request(method, `/task/${id}`, {
          token: admin,
          body: { name: 'x', [field]: app.other.id },
        });
        expect([field, status, body.errors[0].field]).toEqual([field, 400, field]);
      }
    expect(await fingerprint(app.db)).toEqual(before);
  });

  test('a bot reported on another bot’s attempt, even another organization’s', async () => {
    using runner = await addRunner();
    const attempt = await runner.start();
    const neighbour = await addHost(app.db, app.demo.id, 'neighbour');
    for (const { credential } of [neighbour, app.other.host]) {
      using stranger = fakeBot({ url: app.url, credential });
      expect(await stranger.finish(attempt, { exit_code: 0 })).toMatchObject({ status: 'stale' });
    }
    const { body } = await app.request('GET', `/job/${attempt.job}`, { token: admin });
    expect(body.finished_at).toBeNull();
    expect(await runner.bot.finish(attempt)).toMatchObject({ status: 'accepted' });
  });
});

describe('secrets', () => {
  const reads = allOperations.filter(
    ([id, { method, response, permission }]) =>
      method === 'GET' && response !== null && permission !== 'bot' && id !== 'getTaskCredentials',
  );
  test.each(reads)(
    'readers were shown what only its maker should see once: %s tells no secret',
    async (id, { permission }) => {
      const { params } = await samples[id]();
      const { token: integration } = await addIntegrationToken(app.db, app.demo.id);
      const token = permission === 'instance_admin' ? app.instanceAdmin.token : app.demo.people.owner.token;
      const { text } = await app.request('GET', pathOf(id, params), { token });
      for (const secret of [
        app.demo.task.secret,
        integration,
        app.demo.host.credential,
        app.demo.people.admin.token,
      ])
        expect(text).not.toContain(secret);
    },
  );

  test('secrets could be computed from the time of their making', async () => {
    const tasks = await Promise.all(Array.from({ length: 20 }, () => addRunnable()));
    const jobs = await Promise.all(
      tasks.map(async ({ id }) => (await app.request('POST', `/task/${id}/job`, { token: admin })).body),
    );
    const secrets = [...tasks.map(({ secret }) => secret), ...jobs.map(({ secret }) => secret as string)];
    expect(new Set(secrets).size).toBe(secrets.length);
    for (const secret of secrets) expect(secret).toMatch(/^[0-9a-f]{64}$/);
    // no part of one is in another
    const starts = new Set(secrets.map((secret) => secret.slice(0, 12)));
    expect(starts.size).toBe(secrets.length);
  });

  test('the token in the address became the script’s argument where there was no body', async () => {
    const { id } = await addRunnable({ task_arguments: [{ order: 0, type: 'input', label: 'Only' }] });
    const { status, text } = await app.request('POST', `/task/${id}/job?access_token=${admin}`);
    expect(status).toBe(400);
    expect(text).not.toContain(admin);
  });
});

describe('what comes from outside', () => {
  test('a name in the address led to a file of the server', async () => {
    const climbs = ['..', '%2e%2e', '%252e%252e', '..%2f..', '..%5c..', '%c0%ae%c0%ae', '.%2e', '..%00'];
    for (const climb of climbs)
      for (const path of [
        `/job/${climb}%2fetc%2fpasswd/log`,
        `/job/${climb}/${climb}/etc/passwd/log`,
        `/script/${climb}%2fetc%2fpasswd/download`,
        `/script/${climb}/download`,
        `/bot/scripts/${climb}%2fetc%2fpasswd`,
        `/task/${climb}`,
      ]) {
        const { status, text } = await app.request('GET', path, { token: admin });
        expect(status, path).toBeGreaterThanOrEqual(400);
        expect(status, path).toBeLessThan(500);
        expect(text).not.toContain('root:');
      }
  });

  test('the files of the page led to other files', async () => {
    await using home = await temporary();
    await mkdir(join(home.path, 'dist/assets'), { recursive: true });
    await writeFile(join(home.path, 'secret-key'), 'not for anybody');
    await writeFile(join(home.path, 'dist/index.html'), '<p>the page</p>');
    await writeFile(join(home.path, 'dist/assets/a.js'), '1');
    await using server = Fastify();
    await serveWebPage(server, join(home.path, 'dist'));
    for (const climb of ['..', '%2e%2e', '..%2f', '%2e%2e%2f', '..%5c', '%252e%252e%252f', '.%00./'])
      for (const path of [
        `/app/${climb}/secret-key`,
        `/app/assets/${climb}/${climb}/secret-key`,
        `/app/${climb}secret-key`,
      ]) {
        const { statusCode, body } = await server.inject(path);
        expect(body, path).not.toContain('not for anybody');
        expect(statusCode, path).toBeLessThan(500);
      }
    expect((await server.inject('/app/assets/a.js')).body).toBe('1');
  });

  test('uploads named files of the server, and the server read them', async () => {
    for (const content of ['@/etc/passwd', 'file:///etc/passwd', '/etc/passwd', '<(cat /etc/passwd)']) {
      const made = await app.request('POST', '/script', {
        token: admin,
        body: { filename: 'x.sh', content },
      });
      const { text } = await app.request('GET', `/script/${made.body.id}/download`, { token: admin });
      expect(text).toBe(content);
    }
    for (const data of ['file:///etc/passwd', '@/etc/passwd', 'http://127.0.0.1/']) {
      const { status } = await app.request('POST', '/script', {
        token: admin,
        body: { filename: 'x.sh', data },
      });
      expect(status, data).toBe(400);
    }
    for (const filename of ['../x.sh', '/etc/cron.d/x', '..', 'a/b', 'a\\b', '-rf', 'x\n.sh']) {
      const { status } = await app.request('POST', '/script', {
        token: admin,
        body: { filename, content: 'x' },
      });
      expect(status, filename).toBe(400);
    }
  });

  test('a field or value of a list’s filter became a part of the statement', async () => {
    const before = await fingerprint(app.db);
    const hostile = ["'", "';drop table jobs;--", "' or 1=1--", '$1', 'name) or (true', '"', '\\', '%27'];
    const escaped = hostile.map((text) => encodeURIComponent(text));
    for (const path of ['/task', '/job', '/audit', '/script'])
      for (const text of escaped)
        for (const query of [
          `where[${text}]=1`,
          `where[name][${text}]=1`,
          `where[name]=${text}`,
          `sort[${text}]=1`,
          `sort[name]=${text}`,
          `include[${text}]=1`,
          `cursor=${text}`,
          `limit=${text}`,
        ]) {
          const { status } = await app.request('GET', `${path}?${query}`, { token: admin });
          expect(status, `${path}?${query}`).toBeLessThan(500);
        }
    for (const field of ['customer_id', 'secret_hash', 'secret', 'secret_cipher', 'env', '$where', '$expr'])
      for (const path of ['/task', '/job']) {
        const { status } = await app.request('GET', `${path}?where[${field}]=1`, { token: admin });
        expect([path, field, status]).toEqual([path, field, 400]);
      }
    expect(await fingerprint(app.db)).toEqual(before);
  });

  test('a pattern of a user held up the server', async () => {
    const { id } = await addRunnable({
      task_arguments: [{ order: 0, type: 'regexp', label: 'Slow', pattern: '^(a+)+$' }],
    });
    const { status } = await app.request('POST', `/task/${id}/job`, {
      token: admin,
      body: [`${'a'.repeat(50_000)}!`],
    });
    expect(status).toBe(400);
  });

  test('a header of the caller decided what the audit says of where he is', async () => {
    const mine = {
      'x-forwarded-for': '203.0.113.9',
      'x-real-ip': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
    };
    await app.request('GET', `/task/${app.demo.task.id}/credentials`, { token: admin, headers: mine });
    await app.app.audit.flush();
    const { body } = await app.request('GET', '/audit?limit=5', { token: admin });
    expect(JSON.stringify(body)).toContain('secret.read');
    expect(JSON.stringify(body)).not.toContain('203.0.113.9');
  });

  const writes = allOperations.filter(
    ([, { method, permission }]) =>
      method !== 'GET' && !['public', 'secret', 'bot', 'agent'].includes(permission),
  );
  test.each(writes)(
    'pages of others wrote with the session of who looked at them: %s refuses them',
    async (id, { method }) => {
      const { params, body } = await samples[id]();
      const before = await fingerprint(app.db);
      const cookie = `argus_session=${app.demo.people.owner.token}`;
      for (const origin of [
        undefined,
        'null',
        'https://evil.example',
        `${app.url}.evil.example`,
        app.url.replace(/\d+$/, '1'),
      ])
        for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
          const { status } = await app.request(method, pathOf(id, params), {
            ...(body !== undefined && { body: JSON.stringify(body) }),
            headers: {
              cookie,
              ...(origin !== undefined && { origin }),
              ...(body !== undefined && { 'content-type': type }),
            },
          });
          expect([400, 403, 415], `${origin} ${type}`).toContain(status);
        }
      expect(await fingerprint(app.db)).toEqual(before);
    },
  );
});

describe('what a script says', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '"><svg/onload=alert(1)>',
    '</style></title><script>alert(1)</script>',
    '\u202Egnp.exe',
  ];

  test('output of a job ran as HTML in the browser of who looked at it', async () => {
    using runner = await addRunner({ name: hostile[0]! });
    const { bot } = runner;
    const attempt = await runner.start();
    const { job } = attempt;
    for (const text of hostile) await bot.log(attempt, `${text}\n`);
    await bot.finish(attempt, {
      result: { file: null, stdout: JSON.stringify({ state: 'success', data: hostile }), stderr: null },
    });
    for (const [name, { method, path, produces }] of allOperations) {
      if (
        method !== 'GET' ||
        !path.startsWith('/job/{id}') ||
        path.includes('secret') ||
        // a page by design: what it shows of a job is text
        path.includes('approval') ||
        name === 'followJobLog'
      )
        continue;
      // a file is one that a job was given, or left
      const params = /\{(file|artifact)\}/.test(path) ? (await samples[name]()).params : { id: job };
      const { headers } = await app.request('GET', pathOf(name, params), {
        token: admin,
        headers: { accept: 'text/html' },
      });
      expect(headers['content-type'], name).not.toContain('html');
      expect(headers['x-content-type-options'], name).toBe('nosniff');
      // what a script wrote comes as it is
      if (produces !== undefined) expect(headers['content-security-policy'], name).toBe('sandbox');
    }
  });

  test('keys of a job’s output were obeyed: they are data', async () => {
    using runner = await addRunner({ acls: [] });
    const { task: id, bot } = runner;
    const attempt = await runner.start();
    const { job } = attempt;
    const before = await fingerprint(app.db);
    await bot.finish(attempt, {
      result: {
        file: null,
        stdout: JSON.stringify({
          state: 'success',
          data: ['x'],
          update_event: { id, acls: ['viewer'] },
          task: { id, acls: ['viewer'], run_as: 'sh -c id' },
          acls: ['viewer'],
          user: { id: app.demo.people.owner.userId },
          lifecycle: 'ready',
          customer: 'other',
          __proto__: { admin: true },
          constructor: { prototype: { admin: true } },
        }),
        stderr: null,
      },
    });
    const { body } = await app.request('GET', `/job/${job}`, { token: admin });
    expect(body).toMatchObject({
      lifecycle: 'finished',
      state: 'success',
      customer: 'demo',
      user: { email: 'admin@demo.test' },
    });
    const after = await fingerprint(app.db);
    const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
    expect(changed.filter((table) => !['jobs', 'attempts', 'hosts'].includes(table))).toEqual([]);
    expect((await app.request('GET', `/job/${job}`, { token: app.demo.people.viewer.token })).status).toBe(
      404,
    );
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  test('parameters of a run became variables of the script, and with them code', async () => {
    using runner = await addRunner({
      task_arguments: [
        { order: 0, type: 'input', label: 'LD_PRELOAD' },
        { order: 1, type: 'input', label: 'NODE_OPTIONS' },
      ],
    });
    for (const field of [
      'env',
      'LD_PRELOAD',
      'PATH',
      'NODE_OPTIONS',
      'BASH_ENV',
      'script_runas',
      'run_as',
      'host_id',
    ]) {
      const { status, body } = await app.request('POST', `/task/${runner.task}/job`, {
        token: admin,
        body: { task_arguments: ['a', 'b'], [field]: 'x' },
      });
      expect([field, status, body.errors[0].field]).toEqual([field, 400, field]);
    }
    const attempt = await runner.start(['/tmp/evil.so', '--require=/tmp/evil.js']);
    expect(attempt.args).toEqual(['/tmp/evil.so', '--require=/tmp/evil.js']);
    expect(Object.keys(attempt.env).filter((name) => !name.startsWith('THEEYE_'))).toEqual([]);
  });

  test('values were pasted into a command line: they arrive whole, whatever they hold', async () => {
    using runner = await addRunner({
      task_arguments: [{ order: 0, type: 'input', label: 'Any' }],
      run_as: 'bash %script%',
    });
    for (const value of [
      '$(id)',
      '`id`',
      "'; id; '",
      '"; id; "',
      '&& id',
      '--upload-pack=id',
      '-rf',
      'a\nb',
      '%script%',
      '@/etc/passwd',
    ]) {
      const attempt = await runner.start([value]);
      expect([attempt.run_as, attempt.args]).toEqual(['bash %script%', [value]]);
      await runner.bot.finish(attempt);
    }
  });

  test('a task’s environment took the names that the system itself sets', async () => {
    const { id } = await addRunnable();
    for (const name of [
      'THEEYE_JOB',
      'THEEYE_ORGANIZATION_NAME',
      'ARGUS_RESULT_FILE',
      'ARGUS_ARTIFACTS_DIR',
      'A B',
      '',
      'A=B',
      '1A',
      'A\nB',
    ]) {
      const { status } = await app.request('PATCH', `/task/${id}`, {
        token: admin,
        body: { env: { [name]: 'x' } },
      });
      expect([name, status]).toEqual([name, 400]);
    }
  });
});

describe('what is answered is true', () => {
  test('a cancel that did nothing was answered like one that did', async () => {
    using runner = await addRunner();
    const attempt = await runner.start();
    const { job } = attempt;
    await runner.bot.finish(attempt);
    const { status, body } = await app.request('PUT', `/job/${job}/cancel`, { token: admin });
    expect([status, body.code]).toEqual([409, 'already_ended']);
  });

  test('a run without the arguments it needs was accepted, and failed later', async () => {
    const { id } = await addRunnable({ task_arguments: [{ order: 0, type: 'input', label: 'Needed' }] });
    for (const body of [undefined, {}, { task_arguments: [] }, [null], ['']]) {
      const { status } = await app.request('POST', `/task/${id}/job`, { token: admin, body });
      expect([JSON.stringify(body), status]).toEqual([JSON.stringify(body), 400]);
    }
    const { body: jobs } = await app.request('GET', `/job?task=${id}`, { token: admin });
    expect(jobs).toEqual([]);
  });

  test('a run that was sent again after a lost answer ran twice', async () => {
    const { id } = await addRunnable();
    const send = () =>
      app.request('POST', `/task/${id}/job`, {
        token: admin,
        body: {},
        headers: { 'idempotency-key': 'one-run' },
      });
    const answers = await Promise.all(Array.from({ length: 10 }, send));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
    const { body: jobs } = await app.request('GET', `/job?task=${id}`, { token: admin });
    expect(jobs).toHaveLength(1);
  });
});

async function temporary(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'argus-failures-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
