import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addTask, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let task: { id: string; secret: string };
let token: string;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  token = app.demo.people.user.token;
  task = await addTask(app.platform, app.demo.id, {
    host_id: app.demo.host.id,
    script_id: app.demo.script.id,
    task_arguments: [{ order: 0, type: 'input', label: 'Text' }],
  });
  app.keepSecret(task.secret);
});
afterAll(() => resources.disposeAsync());

const run = (key: string, value: string, options: { token?: string; path?: string } = {}) =>
  app.request('POST', options.path ?? `/task/${task.id}/job`, {
    ...(options.path === undefined && { token: options.token ?? token }),
    body: { task: task.id, task_arguments: [value] },
    headers: { 'idempotency-key': key },
  });
const made = async () =>
  Number((await app.db.once<{ count: string }>('select count(*)::integer as count from jobs', []))[0]?.count);

describe('an Idempotency-Key', () => {
  test('answers the same job again, with its secret', async () => {
    const first = await run('same', 'a');
    const before = await made();
    const second = await run('same', 'a');
    expect([second.status, second.body.id, second.body.secret]).toEqual([
      200,
      first.body.id,
      first.body.secret,
    ]);
    expect(await made()).toBe(before);
  });

  test('with another body is refused', async () => {
    await run('other', 'a');
    const { status, body } = await run('other', 'b');
    expect([status, body.code]).toEqual([409, 'idempotency_mismatch']);
  });

  test('makes one job of many calls at the same moment', async () => {
    const before = await made();
    const answers = await Promise.all(Array.from({ length: 20 }, () => run('burst', 'a')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await made()).toBe(before + 1);
  });

  test('is of who sent it: another caller’s is another', async () => {
    const mine = await run('shared', 'a');
    const theirs = await run('shared', 'a', { token: app.demo.people.manager.token });
    const anonymous = await run('shared', 'a', { path: `/task/${task.id}/secret/${task.secret}/job` });
    const again = await run('shared', 'a', { path: `/job/secret/${task.secret}?customer=demo` });
    expect(new Set([mine.body.id, theirs.body.id, anonymous.body.id]).size).toBe(3);
    expect(again.body.id).toBe(anonymous.body.id);
  });

  test('whose job was never made, because the server died in between, makes it at the repetition', async () => {
    const id = 'ffffffffffffffffffffffff';
    await run('crash', 'a');
    // as it is after a crash between the key and the job
    await app.db.once(`update idempotency_keys set job_id = $1 where key = 'crash'`, [id]);
    expect((await run('crash', 'a')).body.id).toBe(id);
    expect((await run('crash', 'a')).body.id).toBe(id);
  });

  test('of a call that was refused is free again', async () => {
    const refused = await app.request('POST', `/task/${task.id}/job`, {
      token,
      body: { task_arguments: [] },
      headers: { 'idempotency-key': 'refused' },
    });
    expect(refused.status).toBe(400);
  });

  test('is forgotten after a day', async () => {
    const first = await run('old', 'a');
    await app.db.once(
      `update idempotency_keys set created_at = now() - interval '25 hours' where key = 'old'`,
      [],
    );
    expect((await run('old', 'b')).body.id).not.toBe(first.body.id);
  });

  test('holds for a repetition too', async () => {
    const { body: job } = await run('for repeat', 'a');
    const repeat = () =>
      app.request('POST', `/job/${job.id}/repeat`, { token, headers: { 'idempotency-key': 'r' } });
    const [one, two] = [await repeat(), await repeat()];
    expect(one.body.id).toBe(two.body.id);
    expect(one.body.repeat_of).toBe(job.id);
  });

  test.each(['', 'x'.repeat(256), 'with space', 'ümlaut'])('%j is refused', async (key) => {
    const { status } = await run(key, 'a');
    expect(status).toBe(400);
  });
});
