import { createTestDatabase, startHttpSink, until, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  automation,
  inputArgument as input,
  lastLine,
  startSupervisor,
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

const jobOf = async (id: string) => (await at.call('GET', `/job/${id}`)).body;
const ended = async (id: string) => {
  await until(async () => (await jobOf(id)).finished_at !== null);
  return jobOf(id);
};
const http = (request: object, more: object = {}) =>
  at.task('http', { type: 'http', host_id: null, script_id: null, request, ...more });

describe('an HTTP task', () => {
  test('sends its request with the arguments of the job, and puts out body, headers and status', async () => {
    await using other = await startHttpSink();
    other.answer = () => ({ status: 201, headers: { 'x-answer': 'yes' }, body: '{"id": 7}' });
    const id = await http(
      {
        method: 'POST',
        url: `${other.url}/orders?for={Name}`,
        headers: { 'X-Team': '{Team}' },
        body: '{"name": "{0}", "amount": 1}',
        expect_pattern: '"id"',
      },
      { task_arguments: [input('Name'), input('Team')] },
    );
    const after = await at.task('after', {
      triggers: [{ task: id, event: 'success' }],
      task_arguments: [input('body'), input('headers'), input('status')],
    });

    const job = await at.run(`/task/${id}/job`, { task_arguments: ['A "B" & C', 'ops\r\nx-evil: 1'] });

    const done = await ended(job.id);
    expect(done).toMatchObject({
      lifecycle: 'finished',
      state: 'success',
      reason: 'answered with status 201',
      hostname: null,
    });
    expect(other.requests).toMatchObject([
      {
        method: 'POST',
        path: '/orders?for=A%20%22B%22%20%26%20C',
        headers: { 'x-team': 'ops x-evil: 1' },
      },
    ]);
    expect(other.requests[0]?.headers).not.toHaveProperty('x-evil');
    expect(JSON.parse(other.requests[0]?.body ?? '')).toEqual({ name: 'A "B" & C', amount: 1 });
    const { args } = await at.end();
    expect([args[0], JSON.parse(args[1] as string), args[2]]).toEqual([
      '{"id": 7}',
      expect.objectContaining({ 'x-answer': 'yes' }),
      '201',
    ]);
    expect(await at.jobsOf(after)).toHaveLength(1);
  });

  test.each([
    ['another status', { expect_status: '200' }, 'answered with status 503, expected 200'],
    ['a body that does not match', { expect_status: '5xx', expect_pattern: 'fine' }, 'does not match fine'],
  ])('fails by %s', async (_by, expected, reason) => {
    await using other = await startHttpSink();
    other.answer = () => ({ status: 503, body: 'out of order' });
    const id = await http({ url: other.url, ...expected });
    const job = await at.run(`/task/${id}/job`);
    expect(await ended(job.id)).toMatchObject({
      state: 'failure',
      reason: expect.stringContaining(reason),
      output: ['out of order', expect.any(String), '503'],
    });
  });

  test('is tried again as its task says', async () => {
    await using other = await startHttpSink();
    other.answer = () => ({ status: other.requests.length < 3 ? 500 : 200 });
    const id = await http({ url: other.url }, { retries: { limit: 3, delay: 0 } });
    const job = await at.run(`/task/${id}/job`);
    expect(await ended(job.id)).toMatchObject({ state: 'success', attempt: 3 });
  });

  test('ends at its timeout, and when somebody stops it', async () => {
    await using other = await startHttpSink();
    other.answer = () => 'hang';
    const slow = await http({ url: other.url }, { timeout: 1 });
    expect(await ended((await at.run(`/task/${slow}/job`)).id)).toMatchObject({
      lifecycle: 'terminated',
      state: 'timeout',
    });
    const stopped = await http({ url: other.url });
    const job = await at.run(`/task/${stopped}/job`);
    await until(async () => (await jobOf(job.id)).lifecycle === 'started');
    expect((await at.call('PUT', `/job/${job.id}/cancel`)).status).toBe(204);
    expect(await jobOf(job.id)).toMatchObject({ lifecycle: 'terminated', state: 'canceled' });
    await until(() => other.left === 2);
  });

  test('reaches nothing inside: not by its address, not by a redirect', async () => {
    await using other = await startHttpSink();
    other.answer = () => ({ status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data' } });
    for (const url of ['http://10.0.0.1/', 'http://[::1]:1/', other.url]) {
      const id = await http({ url });
      const job = await at.run(`/task/${id}/job`);
      expect(await ended(job.id)).toMatchObject({
        state: 'failure',
        reason_code: 'remote_failed',
        reason: expect.stringContaining('private or special network'),
      });
    }
  });

  test('takes no key along to another host that it is sent on to, whatever header it is in', async () => {
    await using first = await startHttpSink();
    await using other = await startHttpSink();
    first.answer = ({ path }) => ({
      status: 307,
      headers: { location: path === '/' ? '/again' : other.url },
    });
    const id = await http({
      url: first.url,
      headers: { 'X-Api-Key': 'top secret', Authorization: 'Bearer x', Accept: 'text/csv' },
    });
    const job = await at.run(`/task/${id}/job`);
    expect(await ended(job.id)).toMatchObject({ state: 'success' });
    const [, again] = first.requests;
    expect(again?.headers).toMatchObject({ 'x-api-key': 'top secret', authorization: 'Bearer x' });
    const [sunk] = other.requests;
    expect(sunk?.headers).toMatchObject({ accept: 'text/csv' });
    expect(sunk?.headers).not.toHaveProperty('x-api-key');
    expect(sunk?.headers).not.toHaveProperty('authorization');
  });

  test('whose supervisor died ends as lost, and says so', async () => {
    await using other = await startHttpSink();
    other.answer = () => 'hang';
    const id = await http({ url: other.url });
    const job = await at.run(`/task/${id}/job`);
    await until(async () => (await jobOf(job.id)).lifecycle === 'started');
    // as another one has it that does not answer any more
    await app.db.once(
      `update jobs set attempt = attempt + 1, lease_until = now() - interval '1 second' where id = $1`,
      [job.id],
    );
    await using second = await startSupervisor(database.connection);
    expect((await second.request('GET', '/api/status')).status).toBe(200);
    await until(async () => {
      await app.db.once(`update jobs set lease_until = now() - interval '1 second' where id = $1`, [job.id]);
      return (await jobOf(job.id)).finished_at !== null;
    });
    expect(await jobOf(job.id)).toMatchObject({
      lifecycle: 'terminated',
      state: 'error',
      reason_code: 'lost',
    });
  });

  test('ends as it went though the database is away at that moment', async () => {
    await using other = await startHttpSink();
    other.answer = () => ({ status: 200, body: 'all went well' });
    const id = await http({ url: other.url });
    // a sequence counts on though its transaction is undone: what ends this task is refused twice
    await app.db.once('create sequence tries', []);
    await app.db.once(
      `create function away() returns trigger language plpgsql as $$ begin
         if nextval('tries') <= 2 then raise exception using errcode = '57P03', message = 'is starting up'; end if;
         return new;
       end $$`,
      [],
    );
    await app.db.once(
      `create trigger away before update on jobs for each row when (new.task_id = '${id}' and new.finished_at is not null)
       execute function away()`,
      [],
    );
    const job = await at.run(`/task/${id}/job`);
    expect(await ended(job.id)).toMatchObject({ state: 'success', reason: 'answered with status 200' });
    expect(other.requests).toHaveLength(1);
  });

  test('that is answered with bytes that are no text ends as it went', async () => {
    await using other = await startHttpSink();
    other.answer = () => ({ status: 200, body: 'PNG\0\0\0\rIHDR' });
    const job = await at.run(`/task/${await http({ url: other.url })}/job`);
    const done = await ended(job.id);
    expect(done).toMatchObject({ state: 'success', reason: 'answered with status 200' });
    expect(done.output[0]).toBe('PNG\uFFFD\uFFFD\uFFFD\rIHDR');
  });

  test.each([
    [{ url: 'ftp://example.org' }, 'request.url'],
    [{ url: 'http://example.org', expect_status: 'fine' }, 'request.expect_status'],
    [{ url: 'http://example.org', expect_pattern: '(' }, 'request.expect_pattern'],
  ])('with %j is refused by the name of its field', async (request, field) => {
    const answer = await at.call('POST', '/task', { name: 'x', type: 'http', request });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });
});

describe('a notification', () => {
  test('puts its message with the arguments of the job, and ends when it is settled', async () => {
    const before = await at.task('before');
    const id = await at.task('tells', {
      type: 'notification',
      host_id: null,
      script_id: null,
      task_arguments: [input('Amount'), input('Who')],
      notification: {
        subject: '{Amount} paid',
        body: '{1} was paid {0}.',
        recipients: [app.demo.people.user.email],
      },
      triggers: [{ task: before, event: 'success' }],
    });
    await at.run(`/task/${before}/job`);
    await at.end(lastLine('["250", "Ada"]'));
    await until(async () => (await at.jobsOf(id)).length === 1);
    const [job] = await at.jobsOf(id);
    const done = await ended(job!.id);
    expect(done).toMatchObject({ state: 'success', reason: expect.stringMatching(/^sent to \d of \d/) });
    const { body: mine } = await at.call('GET', '/notification/mine', undefined, app.demo.people.user.token);
    expect(JSON.stringify(mine)).toContain('250 paid');
    expect(JSON.stringify(mine)).toContain('Ada was paid 250.');
  });

  test('to nobody fails, and says so', async () => {
    const id = await at.task('tells', {
      type: 'notification',
      host_id: null,
      script_id: null,
      notification: { subject: 'x', recipients: ['nobody:here'] },
    });
    const job = await at.run(`/task/${id}/job`);
    expect(await ended(job.id)).toMatchObject({
      state: 'failure',
      reason: expect.stringContaining('nobody to tell'),
    });
  });
});

test('what a task is never changes, and settings of another type are refused', async () => {
  const id = await http({ url: 'http://example.org' });
  expect(await at.call('PATCH', `/task/${id}`, { type: 'script' })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'type' }] },
  });
  expect(await at.call('PATCH', `/task/${id}`, { approval: { people: ['admin'] } })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'approval' }] },
  });
});
