import type { Job } from '@argus/contract';
import { createTestDatabase, fakeBot, type FakeBot } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addHost, addScript, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let admin: string;
let host: Awaited<ReturnType<typeof addHost>>;
let bot: FakeBot;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  admin = app.demo.people.admin.token;
  host = await addHost(app.db, app.demo.id, 'trial-bot');
  app.keepSecret(host.credential);
  bot = resources.use(fakeBot({ url: app.url, credential: host.credential }));
});
afterAll(() => resources.disposeAsync());

const call = (method: string, path: string, body?: unknown, token = admin, headers = {}) =>
  app.request(method, path, { token, headers, ...(body !== undefined && { body }) });
const newScript = async () => (await addScript(app.db, app.demo.id)).id;
const tryIt = (id: string, body: object = {}, headers = {}) =>
  call('POST', `/script/${id}/try`, { host_id: host.id, ...body }, admin, headers);
const sourceOf = async (sha256: string) =>
  (await app.request('GET', `/bot/scripts/${sha256}`, { token: host.credential })).bytes.toString();

/** Takes the job that waits, and ends it. */
async function runOne() {
  const [taken] = await bot.takeRuns();
  if (taken === undefined) throw new Error('no job came');
  await bot.started(taken);
  const source = await sourceOf(taken.script.sha256);
  await bot.finish(taken);
  return { ...taken, source };
}

describe('what is tried', () => {
  test('is what was sent, with its arguments, command line and environment, and becomes no version', async () => {
    const id = await newScript();
    const answer = await tryIt(id, {
      content: 'echo "$1"\n',
      task_arguments: ['two\nlines', ''],
      run_as: 'bash -x %script%',
      env: { MODE: 'test' },
      timeout: 30,
    });
    expect(answer.status).toBe(200);
    const job: Job = answer.body;
    expect(job).toMatchObject({ origin: 'trial', script_id: id, script_version: null, timeout: 30 });
    const taken = await runOne();
    expect(taken).toMatchObject({ job: job.id, args: ['two\nlines', ''], run_as: 'bash -x %script%' });
    expect(taken.env).toMatchObject({ MODE: 'test' });
    expect(taken.source).toBe('echo "$1"\n');
    expect((await call('GET', `/job/${job.id}`)).body).toMatchObject({ state: 'success', origin: 'trial' });
    expect((await call('GET', `/script/${id}`)).body.version).toBe(1);
    expect((await call('GET', `/script/${id}/version`)).body).toHaveLength(1);
  });

  test('is the newest version where nothing was sent, and says so', async () => {
    const id = await newScript();
    expect((await tryIt(id)).body).toMatchObject({ script_version: 1 });
    await runOne();
  });

  test('is one job for one Idempotency-Key', async () => {
    const id = await newScript();
    const headers = { 'idempotency-key': `try-${id}` };
    const [first, again] = [await tryIt(id, {}, headers), await tryIt(id, {}, headers)];
    expect(again.body.id).toBe(first.body.id);
    expect((await tryIt(id, { content: 'other' }, headers)).status).toBe(409);
    await runOne();
  });

  test('runs as it was asked for, whoever else tries the same script at that moment', async () => {
    const id = await newScript();
    const lines = ['a', 'b', 'c', 'd'].map((name) => `${name} %script%`);
    const jobs = await Promise.all(lines.map((run_as) => tryIt(id, { run_as, content: `# ${run_as}` })));
    const asked = new Map(jobs.map(({ body }, place) => [body.id, lines[place]]));
    const taken = [];
    while (taken.length < lines.length) taken.push(...(await bot.takeRuns()));
    for (const one of taken) {
      expect(one.run_as).toBe(asked.get(one.job));
      expect(await sourceOf(one.script.sha256)).toBe(`# ${one.run_as}`);
      await bot.started(one);
      await bot.finish(one);
    }
  });

  test.each([
    ['no bot', { host_id: null }, 422],
    ['a bot that is none', { host_id: '000000000000000000000000' }, 400],
    ['a broken command line', { run_as: 'bash "%script%' }, 400],
    ['a variable that is ours', { env: { THEEYE_JOB: 'x' } }, 400],
    ['a name with a path', { filename: '../x.sh' }, 400],
    ['a timeout in milliseconds', { timeout: 600_000 }, 400],
  ])('is refused with %s', async (_name, body, status) => {
    expect((await tryIt(await newScript(), body)).status).toBe(status);
  });
});

describe('a trial leaves no task behind', () => {
  test('in no list, at no address, among no users of the script, and with no event', async () => {
    const id = await newScript();
    const { body: job } = await tryIt(id);
    await runOne();
    const { body: tasks } = await call('GET', '/task?unassigned=true');
    expect(tasks.map((one: { id: string }) => one.id)).not.toContain(job.task_id);
    for (const path of ['', '/recipe', '/credentials'])
      expect((await call('GET', `/task/${job.task_id}${path}`)).status).toBe(404);
    expect((await call('POST', `/task/${job.task_id}/job`, {})).status).toBe(404);
    expect((await call('DELETE', `/task/${job.task_id}`)).status).toBe(404);
    expect((await call('GET', `/script/${id}/task`)).body).toEqual([]);
    expect((await call('GET', `/script/${id}`)).body.used_by).toBe(0);
    const { body: events } = await call('GET', '/event');
    expect(JSON.stringify(events)).not.toContain(job.task_id);
  });

  test('and its end starts nothing, even where somebody listens to the whole organization', async () => {
    const id = await newScript();
    const { body: job } = await tryIt(id);
    await app.db.once('update jobs set watched = true where id = $1', [job.id]);
    await app.db.once(
      `insert into subscriptions (emitter_id, name, subscriber_id, customer_id, subscriber_type) values ($1, 'success', $2, $1, 'rule')`,
      [app.demo.id, job.id],
    );
    await runOne();
    const emitted = await app.db.once('select 1 from emissions where job_id = $1', [job.id]);
    expect(emitted).toEqual([]);
    await app.db.once('delete from subscriptions where subscriber_id = $1', [job.id]);
  });

  test('and nothing runs it again but another try', async () => {
    const { body: job } = await tryIt(await newScript());
    await runOne();
    for (const [method, action] of [
      ['PUT', 'restart'],
      ['POST', 'repeat'],
    ] as const) {
      const answer = await call(method, `/job/${job.id}/${action}`, {});
      expect(answer.body.message).toBe('It was a trial of a script: try the script again.');
    }
  });

  test('goes with its script, once nothing of it runs', async () => {
    const id = await newScript();
    const { body: job } = await tryIt(id);
    const [taken] = await bot.takeRuns();
    if (taken === undefined) throw new Error('no job came');
    await bot.started(taken);
    const refused = await call('DELETE', `/script/${id}`);
    expect(refused.status).toBe(409);
    expect(refused.body.message).toBe('A trial of this script runs: stop it first.');
    await bot.finish(taken);
    expect((await call('DELETE', `/script/${id}`)).status).toBe(204);
    expect((await call('GET', `/job/${job.id}`)).status).toBe(404);
  });
});

describe('a script that somebody else saved meanwhile', () => {
  test('is not overwritten by who names the version that was edited', async () => {
    const id = await newScript();
    const put = (body: object) => call('PUT', `/script/${id}`, body);
    expect((await put({ content: 'mine', base_version: 1 })).body).toMatchObject({
      version: 2,
      changed_by: 'admin@demo.test',
    });
    const late = await put({ content: 'theirs', base_version: 1 });
    expect(late.status).toBe(409);
    expect(late.body.message).toContain('There is a version 2 by now');
    expect((await put({ content: 'theirs', base_version: 2 })).body.version).toBe(3);
  });
});
