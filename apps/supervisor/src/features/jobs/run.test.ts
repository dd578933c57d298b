import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addTask, startTestApp, type RequestOptions, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let two: { id: string; secret: string };
let one: { id: string; secret: string };
let user: string;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  user = app.demo.people.user.token;
  const runnable = { host_id: app.demo.host.id, script_id: app.demo.script.id };
  const input = (order: number, label: string) => ({ order, type: 'input', label });
  two = await addTask(app.platform, app.demo.id, {
    ...runnable,
    task_arguments: [input(0, 'First'), input(1, 'Second')],
  });
  one = await addTask(app.platform, app.demo.id, { ...runnable, task_arguments: [input(0, 'Only')] });
  for (const { secret } of [one, two]) app.keepSecret(secret);
});
afterAll(() => resources.disposeAsync());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const ARGS = ['arg1', 'arg 2 & more'];

/** All the ways to send two arguments, given the fields that go beside them. */
const ways: [string, (beside: Record<string, string>) => RequestOptions][] = [
  ['a JSON object', (beside) => ({ body: { ...beside, task_arguments: ARGS } })],
  ['a form', (beside) => ({ body: form(beside), headers: FORM })],
  [
    'a form under a JSON type',
    (beside) => ({ body: form(beside), headers: { 'content-type': 'application/json' } }),
  ],
  ['a form without a type', (beside) => ({ body: form(beside), headers: { 'content-type': 'text/plain' } })],
  [
    'spaces around =',
    (beside) => ({
      body: form(beside).replaceAll('=', '%20=%20'.replaceAll('%20', ' ')),
      headers: { 'content-type': 'application/json' },
    }),
  ],
];

function form(beside: Record<string, string>): string {
  const fields = new URLSearchParams(beside);
  for (const value of ARGS) fields.append('task_arguments[]', value);
  return fields.toString();
}

describe('running a task', () => {
  test.each(ways)('by its path and a token, with %s', async (_way, send) => {
    const { status, body } = await app.request('POST', `/demo/task/${two.id}/job`, {
      token: user,
      ...send({}),
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      lifecycle: 'ready',
      state: 'in_progress',
      origin: 'api',
      task_arguments_values: ARGS,
      task_id: two.id,
      user: { email: 'user@demo.test' },
    });
  });

  test.each(ways)('by POST /job and a token, with %s', async (_way, send) => {
    const { body } = await app.request('POST', '/job', {
      token: user,
      ...send({ task: two.id, customer: '"demo"' }),
    });
    expect(body).toMatchObject({ task_arguments_values: ARGS });
  });

  test.each(ways)('by its secret alone, with %s', async (_way, send) => {
    const long = await app.request('POST', `/demo/task/${two.id}/secret/${two.secret}/job`, send({}));
    const short = await app.request(
      'POST',
      `/job/secret/${two.secret}`,
      send({ task: two.id, customer: 'demo' }),
    );
    for (const { body } of [long, short])
      expect(body).toMatchObject({ task_arguments_values: ARGS, origin: 'secret', user: {} });
  });

  test('with a bare array of arguments', async () => {
    for (const path of [`/task/${two.id}/job`, `/job?task=${two.id}`]) {
      const { body } = await app.request('POST', path, { token: user, body: ARGS });
      expect(body.task_arguments_values).toEqual(ARGS);
    }
    const { body } = await app.request('POST', `/task/${two.id}/secret/${two.secret}/job`, { body: ARGS });
    expect(body.task_arguments_values).toEqual(ARGS);
  });

  test('many times at once, alike or not, makes as many jobs, each with its own task, values and priority', async () => {
    const calls = Array.from({ length: 40 }, (_, n) => ({
      task: n % 2 === 0 ? one : two,
      task_arguments: n % 2 === 0 ? [`value ${n % 3}`] : ARGS,
      priority: n % 5,
    }));
    const made = await Promise.all(
      calls.map(({ task: { id }, ...body }) => app.request('POST', `/task/${id}/job`, { token: user, body })),
    );
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(calls.length);
    const stored = await Promise.all(
      made.map(({ body: { id } }) => app.request('GET', `/job/${id}`, { token: user })),
    );
    expect(
      stored.map(({ body }) => [body.id, body.task_id, body.task_arguments_values, body.priority]),
    ).toEqual(
      calls.map(({ task, task_arguments, priority }, n) => [
        made[n]?.body.id,
        task.id,
        task_arguments,
        priority,
      ]),
    );
  });

  test('with everything in the address, as the integration example sends it', async () => {
    const path = `/job?access_token=${user}&customer=demo&task=${app.demo.task.id}`;
    expect((await app.request('POST', path, { body: { task_arguments: [] } })).status).toBe(200);
  });

  test('with any JSON object for a task of one argument', async () => {
    const event = { action: 'opened', number: 7 };
    const { body } = await app.request('POST', `/task/${one.id}/secret/${one.secret}/job`, { body: event });
    expect(body.task_arguments_values.map(JSON.parse)).toEqual([event]);
  });

  test('with values by label, as JSON and as a form', async () => {
    const path = `/task/${two.id}/job`;
    const byLabel = await app.request('POST', path, {
      token: user,
      body: { task_arguments: { second: ARGS[1], First: ARGS[0] } },
    });
    expect(byLabel.body.task_arguments_values).toEqual(ARGS);
    const form = await app.request('POST', path, {
      token: user,
      body: 'task_arguments[First]=a&task_arguments[Second]=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form.body.task_arguments_values).toEqual(['a', 'b']);
    const unknown = await app.request('POST', path, {
      token: user,
      body: { task_arguments: { Third: 'x' } },
    });
    expect([unknown.status, unknown.body.errors]).toEqual([
      400,
      [
        {
          field: 'task_arguments.Third',
          message: 'no argument is called so: there are "First", "Second"',
        },
      ],
    ]);
  });

  test('with a multipart form', async () => {
    const body = [
      '--b',
      'content-disposition: form-data; name="task_arguments[]"',
      '',
      'x',
      '--b--',
      '',
    ].join('\r\n');
    const answer = await app.request('POST', `/task/${one.id}/job`, {
      token: user,
      body,
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    });
    expect(answer.body.task_arguments_values).toEqual(['x']);
  });

  test('names the argument that is wrong, and makes no job', async () => {
    const count = async () => (await app.request('GET', `/job?task=${two.id}`, { token: user })).body.length;
    const before = await count();
    const { status, body } = await app.request('POST', `/task/${two.id}/job`, {
      token: user,
      body: ['a', null],
    });
    expect([status, body.code]).toEqual([400, 'invalid_arguments']);
    expect(body.message).toContain('"Second" is required');
    expect(await count()).toBe(before);
  });

  test('that has no bot or script yet says what is missing', async () => {
    const { id } = await addTask(app.platform, app.demo.id, {});
    const { status, body } = await app.request('POST', `/task/${id}/job`, { token: user });
    expect([status, body.code]).toEqual([422, 'cannot_run']);
    expect(body.message).toContain('no bot');
  });
});

describe('a secret key', () => {
  test('that is wrong and an id that is unknown are answered alike', async () => {
    const wrong = '0'.repeat(64);
    const answers = [
      await app.request('POST', `/task/${two.id}/secret/${wrong}/job`),
      await app.request('POST', `/task/${'f'.repeat(24)}/secret/${two.secret}/job`),
      await app.request('POST', `/task/nonsense/secret/${two.secret}/job`),
      await app.request('POST', `/task/${one.id}/secret/${two.secret}/job`),
      await app.request('POST', `/job/secret/${wrong}`, { body: { task: two.id } }),
      await app.request('POST', `/job/secret/${two.secret}`, { body: { task: one.id } }),
      await app.request('POST', `/job/secret/${two.secret}`, { body: {} }),
      await app.request('POST', `/other/job/secret/${two.secret}`, { body: { task: two.id } }),
      await app.request('POST', `/job/secret/${two.secret}`, { body: { task: two.id, customer: 'nobody' } }),
    ];
    for (const { status, body } of answers) expect([status, body]).toEqual([403, answers[0]?.body]);
  });

  test('is read by admins alone, audited, and opens nothing but its task', async () => {
    const path = `/task/${two.id}/credentials`;
    expect((await app.request('GET', path, { token: app.demo.people.manager.token })).status).toBe(403);
    const { body } = await app.request('GET', path, { token: app.demo.people.admin.token });
    expect(body).toEqual({ id: two.id, secret: two.secret });
    expect((await app.request('GET', '/task', { token: two.secret })).status).toBe(401);
  });
});

describe('a job', () => {
  test('is seen with the access list of its task, and by who started it', async () => {
    const hidden = await addTask(app.platform, app.demo.id, {
      host_id: app.demo.host.id,
      script_id: app.demo.script.id,
      acls: ['user'],
    });
    const { body: job } = await app.request('POST', `/task/${hidden.id}/job`, { token: user });
    await app.request('PATCH', `/task/${hidden.id}`, {
      token: app.demo.people.admin.token,
      body: { acls: [] },
    });
    const seen = async (token: string) => {
      const single = (await app.request('GET', `/job/${job.id}`, { token })).status;
      const list = (await app.request('GET', '/job', { token })).body.some(
        ({ id }: { id: string }) => id === job.id,
      );
      return [single, list];
    };
    expect(await seen(user)).toEqual([200, true]);
    expect(await seen(app.demo.people.admin.token)).toEqual([200, true]);
    expect(await seen(app.demo.people.viewer.token)).toEqual([404, false]);
    expect(await seen(app.other.people.owner.token)).toEqual([404, false]);
  });

  test('never shows a masked value again, neither when it is made nor later', async () => {
    const value = 'a password that nobody is shown';
    const { id } = await addTask(app.platform, app.demo.id, {
      host_id: app.demo.host.id,
      script_id: app.demo.script.id,
      task_arguments: [
        { order: 0, type: 'input', label: 'Name' },
        { order: 1, type: 'input', label: 'Password', masked: true },
      ],
    });
    const token = app.demo.people.owner.token;
    const made = await app.request('POST', `/task/${id}/job`, { token, body: ['me', value] });
    const read = await app.request('GET', `/job/${made.body.id}`, { token });
    const listed = await app.request('GET', `/job?task=${id}`, { token });
    for (const job of [made.body, read.body]) expect(job.task_arguments_values).toEqual(['me', null]);
    for (const { body } of [made, read, listed]) expect(JSON.stringify(body)).not.toContain(value);
  });

  test('that waits is canceled at once, and only once', async () => {
    const { body: job } = await app.request('POST', `/task/${two.id}/job`, { token: user, body: ARGS });
    expect((await app.request('PUT', `/job/${job.id}/cancel`, { token: user })).status).toBe(204);
    const { body } = await app.request('GET', `/job/${job.id}`, { token: user });
    expect(body).toMatchObject({
      lifecycle: 'canceled',
      state: 'canceled',
      reason: 'canceled by user@demo.test before it started',
    });
    const again = await app.request('PUT', `/job/${job.id}/cancel`, { token: user });
    expect([again.status, again.body.code]).toEqual([409, 'already_ended']);
  });

  test('is listed by task, lifecycle and state, newest first', async () => {
    const { body } = await app.request('GET', `/job?task=${two.id}&lifecycle=canceled&state=canceled`, {
      token: user,
    });
    expect(body.length).toBeGreaterThan(0);
    const ids = body.map(({ id }: { id: string }) => id);
    expect(ids).toEqual([...ids].sort((a: string, b: string) => (a < b ? 1 : -1)));
  });
});
