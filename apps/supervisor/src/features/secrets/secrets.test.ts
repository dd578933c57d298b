import { createTestDatabase, startHttpSink, until, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  automation,
  inputArgument as input,
  startTestApp,
  type Automation,
  type TestApp,
} from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let at: Automation;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  at = await automation(app);
});
afterEach(() => at[Symbol.dispose]());

let made = 0;
/** Keeps a secret; from then on no answer and no line of the server's log may hold its value. */
async function secret(value: string): Promise<{ id: string; name: string }> {
  const name = `KEY_${++made}`;
  app.keepSecret(value);
  const { status, body } = await at.call('POST', '/secret', { name, value, description: 'for a test' });
  expect(status).toBe(201);
  return { id: body.id as string, name };
}
const taskOf = async (id: string) => (await at.call('GET', `/task/${id}`)).body;
const ended = async (id: string) => {
  await until(async () => (await at.call('GET', `/job/${id}`)).body.finished_at !== null);
  return (await at.call('GET', `/job/${id}`)).body;
};

describe('a secret', () => {
  test('is put where a task names it, and is kept out of the log', async () => {
    const { name } = await secret('pa$$word-of-the-database');
    const task = await at.task('uses', {
      env: { URL: `postgres://app:{secret:${name}}@db/app`, PLAIN: 'as it is' },
      task_arguments: [{ type: 'fixed', value: `--key={secret:${name}}` }],
    });

    const { id } = await at.run(`/task/${task}/job`);

    expect(await at.end()).toMatchObject({
      env: { URL: 'postgres://app:pa$$word-of-the-database@db/app', PLAIN: 'as it is' },
      args: ['--key=pa$$word-of-the-database'],
      masks: ['pa$$word-of-the-database'],
    });
    // the job shows what was asked for, not what it was
    expect((await at.call('GET', `/job/${id}`)).body.task_arguments_values).toEqual([
      `--key={secret:${name}}`,
    ]);
  });

  test('is not put into what a caller gives: who may run a task cannot read secrets with it', async () => {
    const { name } = await secret('not-for-callers');
    const task = await at.task('takes', {
      env: { KEY: `{secret:${name}}` },
      task_arguments: [input('text'), { type: 'fixed', value: 'end' }],
    });

    await at.run(`/task/${task}/job`, { task_arguments: [`{secret:${name}}`] });

    expect((await at.end()).args).toEqual([`{secret:${name}}`, 'end']);
  });

  test('with another value: what is handed out from then on gets that one', async () => {
    const { id, name } = await secret('the-first-value');
    const task = await at.task('rotates', { env: { KEY: `{secret:${name}}` } });
    await at.run(`/task/${task}/job`);
    expect((await at.end()).env['KEY']).toBe('the-first-value');

    app.keepSecret('the-second-value');
    const changed = await at.call('PATCH', `/secret/${id}`, { value: 'the-second-value' });

    expect(changed.body).toMatchObject({ name, description: 'for a test' });
    expect(changed.body.last_use).not.toBeNull();
    await at.run(`/task/${task}/job`);
    expect((await at.end()).env['KEY']).toBe('the-second-value');
  });

  test('is put into the environments of workflows and of their steps', async () => {
    const { name } = await secret('for-every-step');
    const other = await secret('for-one-step');
    const task = await at.task('step');
    const workflow = await at.workflow({
      steps: [{ id: 'one', task, env: { OWN: `{secret:${other.name}}` } }],
      env: { ALL: `{secret:${name}}` },
    });

    await at.run(`/workflow/${workflow}/job`);

    const { env, masks } = await at.end();
    expect(env).toMatchObject({ ALL: 'for-every-step', OWN: 'for-one-step' });
    expect(masks?.toSorted()).toEqual(['for-every-step', 'for-one-step']);
    expect((await at.call('GET', `/secret/${other.id}`)).body.used_by).toMatchObject([
      { type: 'workflow', id: workflow },
    ]);
  });

  test('is put into the request of an HTTP task so that JSON stays JSON, on the server and on a bot', async () => {
    await using sink = await startHttpSink();
    const { name } = await secret('quote " and \\');
    const request = {
      method: 'POST',
      url: sink.url,
      headers: { Authorization: `Bearer {secret:${name}}` },
      body: `{"key": "{secret:${name}}", "text": "{0}"}`,
    };
    const task_arguments = [input('text')];
    const here = await at.task('http', {
      type: 'http',
      host_id: null,
      script_id: null,
      request,
      task_arguments,
    });
    const { id } = await at.run(`/task/${here}/job`, { task_arguments: [`{secret:${name}}`] });
    await ended(id);
    expect(sink.requests[0]?.headers['authorization']).toBe('Bearer quote " and \\');
    expect(JSON.parse(sink.requests[0]?.body ?? '')).toEqual({
      key: 'quote " and \\',
      text: `{secret:${name}}`,
    });

    const there = await at.task('http on a bot', { type: 'http', script_id: null, request, task_arguments });
    await at.run(`/task/${there}/job`, { task_arguments: ['x'] });
    const { env, masks } = await at.end();
    expect(JSON.parse(env['ARGUS_HTTP_REQUEST_0'] ?? '')).toMatchObject({
      headers: { authorization: 'Bearer quote " and \\' },
    });
    expect(masks).toEqual(['quote " and \\']);
  });

  test('is shown by no job of an HTTP task, whatever its address answers', async () => {
    await using sink = await startHttpSink();
    const { name } = await secret('told-to-the-address "only"');
    app.keepSecret('the-pin-of-a-person');
    // an address that repeats what it was asked with, as many do
    sink.answer = ({ headers, body }) => ({
      status: 200,
      headers: { 'x-echo': String(headers['authorization']) },
      body: JSON.stringify({
        headers,
        body,
        basic: Buffer.from(`x:${headers['authorization']}`).toString('base64'),
      }),
    });
    const task = await at.task('echoed', {
      type: 'http',
      host_id: null,
      script_id: null,
      request: { method: 'POST', url: sink.url, headers: { Authorization: `{secret:${name}}` }, body: '{0}' },
      task_arguments: [{ ...input('PIN'), masked: true }],
    });
    const { id } = await at.run(`/task/${task}/job`, { task_arguments: ['the-pin-of-a-person'] });
    const { output, state } = await ended(id);
    expect(state).toBe('success');
    expect(JSON.parse(output[0])).toMatchObject({ headers: { authorization: '***' }, body: '***' });
    expect(JSON.parse(output[1])).toMatchObject({ 'x-echo': '***' });
    expect(JSON.stringify(output)).not.toMatch(/told-to-the-address|dG9sZC10by10aGUtYWRkcmVzcy|the-pin/);
  });

  test('that does not exist keeps its task from running, and says where to keep it; once it is kept the task runs', async () => {
    const task = await at.task('lacks', { env: { KEY: '{secret:TO_COME}' } });
    expect((await taskOf(task)).problems).toEqual([
      'There is no secret TO_COME: keep it under Settings → Secrets.',
    ]);
    const refused = await at.call('POST', `/task/${task}/job`, {});
    expect([refused.status, refused.body.code]).toEqual([422, 'cannot_run']);

    await at.call('POST', '/secret', { name: 'TO_COME', value: 'is here' });

    expect((await taskOf(task)).problems).toEqual([]);
    await at.run(`/task/${task}/job`);
    expect((await at.end()).env['KEY']).toBe('is here');
  });

  test('that is used is not deleted, and says by what; a job that still waits for it then ends with the reason', async () => {
    const { id, name } = await secret('soon-gone');
    const task = await at.task('waits', { env: { KEY: `{secret:${name}}` } });
    const { id: job } = await at.run(`/task/${task}/job`);
    const refused = await at.call('DELETE', `/secret/${id}`);
    expect([refused.status, refused.body.message]).toEqual([
      409,
      expect.stringMatching(/^It is used by waits .*: change them first\.$/),
    ]);
    // the job keeps the version that it was made with
    await at.call('PATCH', `/task/${task}`, { env: {} });
    expect((await at.call('DELETE', `/secret/${id}`)).status).toBe(200);

    const taken = at.bot.takeRuns();

    expect(await ended(job)).toMatchObject({
      lifecycle: 'terminated',
      state: 'error',
      reason_code: 'not_started',
      reason: `needs the secret ${name}, which there is not: keep it under Settings → Secrets`,
    });
    // its bot takes what comes next
    const { id: next } = await at.run(`/task/${task}/job`);
    expect(await taken).toMatchObject([{ type: 'run', job: next }]);
  });

  test('with a name that is taken, or that could not be named, is refused', async () => {
    const { name } = await secret('taken-name');
    const taken = await at.call('POST', '/secret', { name, value: 'another' });
    expect([taken.status, taken.body.message]).toEqual([
      409,
      `There is a secret ${name}: give that one another value.`,
    ]);
    for (const bad of ['', '1A', 'my password', 'a{b', 'ñ', 'x'.repeat(101)])
      expect((await at.call('POST', '/secret', { name: bad, value: 'x' })).status, bad).toBe(400);
    const meant = await at.call('POST', '/task', { name: 'meant', env: { A: '{secret:my password}' } });
    expect(meant.body.errors).toMatchObject([
      { field: 'env.A', message: expect.stringContaining('names no secret') },
    ]);
  });

  test('of another organization does not exist, and its value is nobody’s', async () => {
    const token = app.other.people.owner.token;
    app.keepSecret('of-the-other-one');
    await app.request('POST', '/secret', { token, body: { name: 'SHARED', value: 'of-the-other-one' } });
    const task = await at.task('borrows', { env: { KEY: '{secret:SHARED}' } });

    expect((await taskOf(task)).problems).toHaveLength(1);
    expect((await at.call('GET', '/secret')).body).not.toContainEqual(
      expect.objectContaining({ name: 'SHARED' }),
    );
  });
});
