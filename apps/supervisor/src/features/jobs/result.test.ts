import type { FinishedEvent, Job } from '@argus/contract';
import { createTestDatabase, fakeBot, type FakeBot } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addTask, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let bot: FakeBot;
let token: string;
let task: { id: string; secret: string };
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  bot = resources.use(fakeBot({ url: app.url, credential: app.demo.host.credential }));
  token = app.demo.people.user.token;
  task = await addTask(app.platform, app.demo.id, {
    host_id: app.demo.host.id,
    script_id: app.demo.script.id,
    acls: ['user'],
  });
  app.keepSecret(task.secret);
});
afterAll(() => resources.disposeAsync());

const says = (line: string): Partial<FinishedEvent> => ({
  result: { file: null, stdout: line, stderr: null },
});

/** Takes the next job and ends it. */
async function runOne(end: Partial<FinishedEvent> = {}): Promise<void> {
  const [run] = await bot.takeRuns();
  if (run === undefined) throw new Error('no job came');
  await bot.started(run);
  await bot.finish(run, end);
}

const post = (path: string, options: object = {}) => app.request('POST', path, options);
const locationOf = (answer: { headers: NodeJS.Dict<string | string[]> }) =>
  String(answer.headers['location']);

/** Runs the task and follows every redirect, as `curl -L` does. */
async function runAndFollow(query: string, end?: Partial<FinishedEvent>) {
  const made = await post(`/demo/task/${task.id}/job?wait_result=true&${query}`, { token });
  expect(made.status).toBe(303);
  const running = runOne(end);
  let answer = await app.request('GET', locationOf(made));
  while (answer.status === 303) answer = await app.request('GET', locationOf(answer));
  await running;
  return answer;
}

describe('a run that waits for its result', () => {
  test('answers the job and where its result will be, by its own secret and without the token', async () => {
    const made = await post(`/task/${task.id}/job?wait_result=true&limit=3&parse&access_token=${token}`);
    expect(made.status).toBe(303);
    expect(made.body).toMatchObject({ lifecycle: 'ready', task_id: task.id });
    expect(locationOf(made)).toBe(
      `/job/${made.body.id}/secret/${made.body.secret}/result?parse=&timeout=10&limit=3&counter=0`,
    );
    expect(locationOf(made)).not.toContain(token);
    await runOne();
  });

  test.each([
    ['in the query', '?wait_result=true', {}],
    ['as 1', '?wait_result=1', {}],
    ['in a JSON body', '', { body: { wait_result: true, task_arguments: [] } }],
    [
      'in a form',
      '',
      { body: 'wait_result=true', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
  ])('says so %s, with a token or with the secret key', async (_way, query, options) => {
    for (const [path, who] of [
      [`/task/${task.id}/job`, { token }],
      [`/task/${task.id}/secret/${task.secret}/job`, {}],
    ] as const) {
      expect((await post(`${path}${query}`, { ...who, ...options })).status).toBe(303);
      await runOne();
    }
  });

  test('ends with the parsed output as soon as the job has ended', async () => {
    const answer = await runAndFollow('', says('{"state":"success","data":{"answer":42}}'));
    expect([answer.status, answer.body]).toEqual([200, { answer: 42 }]);
    expect(answer.headers).toMatchObject({
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    });
  });

  test('has the status that the script says', async () => {
    const answer = await runAndFollow('', says('{"state":"failure","data":{"statusCode":418}}'));
    expect(answer.status).toBe(418);
  });

  test.each([
    ['output', (body: unknown) => expect(body).toEqual(['a', '{"b":1}'])],
    ['result', (body: unknown) => expect(body).toMatchObject({ state: 'success', code: 0, killed: false })],
    [
      'full',
      (body: unknown) => expect(body).toMatchObject({ lifecycle: 'finished', output: ['a', '{"b":1}'] }),
    ],
    ['parse=1', (body: unknown) => expect(body).toEqual({ b: 1 })],
  ])('answers %s', async (wish, check) => {
    const answer = await runAndFollow(wish, says('["a",{"b":1}]'));
    expect(answer.status).toBe(200);
    check(answer.body);
    expect(answer.text).not.toContain(task.secret);
  });

  test('of a failed job is 500 where the script says nothing else', async () => {
    const answer = await app.request('POST', `/task/${task.id}/job?wait_result=true`, { token });
    const running = runOne({ exit_code: 3 });
    const { status } = await app.request('GET', `${locationOf(answer)}&full`);
    await running;
    expect(status).toBe(500);
  });

  test('redirects while the job runs, as often as the limit says, and then answers 408', async () => {
    const made = await post(`/task/${task.id}/job?wait_result=true&limit=1&timeout=1`, { token });
    const second = await app.request('GET', locationOf(made));
    expect(second.status).toBe(303);
    expect(locationOf(second)).toContain('counter=1');
    const last = await app.request('POST', locationOf(second), { body: '{"repeated":"body"}' });
    expect([last.status, last.body.code]).toEqual([408, 'request_timeout']);
    await runOne();
  });

  test('asked for without a limit waits once', async () => {
    const { body: job } = await post(`/task/${task.id}/job`, { token });
    const { status } = await app.request('GET', `/job/${job.id}/result?timeout=1`, { token });
    expect(status).toBe(408);
    await runOne();
    expect((await app.request('GET', `/job/${job.id}/result?full`, { token })).body.state).toBe('success');
  });
});

describe('a job’s own secret', () => {
  test('reads its result, and nothing else', async () => {
    const { body: job } = await post(`/task/${task.id}/job`, { token });
    await runOne();
    const { body: other } = await post(`/task/${task.id}/job`, { token });
    await runOne();
    const at = (id: string, secret: string) =>
      app.request('GET', `/demo/job/${id}/secret/${secret}/result?full`);
    expect((await at(job.id, job.secret)).status).toBe(200);
    for (const [id, secret] of [
      [other.id, job.secret],
      [job.id, other.secret],
      [job.id, task.secret],
      [job.id, job.secret.slice(1)],
      ['0'.repeat(24), job.secret],
      ['x', job.secret],
    ])
      expect([id, (await at(id, secret)).status]).toEqual([id, 403]);
    expect((await app.request('GET', `/job/${job.id}`, { token: job.secret })).status).toBe(401);
    expect((await post(`/task/${task.id}/secret/${job.secret}/job`)).status).toBe(403);
  });

  test('is shown when the job is made, and never again', async () => {
    const { body: job } = await post(`/task/${task.id}/job`, { token });
    expect(job.secret).toMatch(/^[0-9a-f]{64}$/);
    await runOne();
    const read: Job = (await app.request('GET', `/job/${job.id}`, { token })).body;
    expect(read.secret).toBeUndefined();
  });
});
