import type { Job, RunInstruction } from '@argus/contract';
import { createTestDatabase, fakeBot, type FakeBot } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addHost, addTask, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let admin: string;
let hostId: string;
let bot: FakeBot;
let made = 0;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  admin = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  const host = await addHost(app.db, app.demo.id, `bot-${++made}`);
  hostId = host.id;
  app.keepSecret(host.credential);
  bot = fakeBot({ url: app.url, credential: host.credential });
});
afterEach(() => bot[Symbol.dispose]());

const task = async (values: object = {}) => {
  const one = await addTask(app.platform, app.demo.id, {
    host_id: hostId,
    script_id: app.demo.script.id,
    ...values,
  });
  app.keepSecret(one.secret);
  return one.id;
};
const call = async (method: string, path: string, body?: object, token = admin) =>
  app.request(method, path, { token, ...(body && { body }) });
const run = async (id: string, body: object = {}): Promise<Job> =>
  (await call('POST', `/task/${id}/job`, body)).body;
const jobOf = async (id: string): Promise<Job> => (await call('GET', `/job/${id}`)).body;

/** Lets the bot take and end one job. */
async function runOne(): Promise<RunInstruction> {
  const [taken] = await bot.takeRuns();
  if (taken === undefined) throw new Error('no job came');
  await bot.started(taken);
  await bot.finish(taken);
  return taken;
}

describe('a held job', () => {
  test('does not start before it is let go, and says who holds it', async () => {
    const id = await task();
    const held = await run(id);
    const answer = await call('PUT', `/job/${held.id}/hold`);
    expect(answer.body).toMatchObject({
      lifecycle: 'onhold',
      reason_code: 'held',
      reason: 'held by admin@demo.test',
    });
    const later = await run(id);
    expect((await runOne()).job).toBe(later.id);
    expect((await call('PUT', `/job/${held.id}/resume`)).body).toMatchObject({
      lifecycle: 'ready',
      reason: null,
    });
    expect((await runOne()).job).toBe(held.id);
  });

  test('can be made so, and canceled', async () => {
    const id = await task();
    const job = await run(id, { lifecycle: 'onhold' });
    expect(job).toMatchObject({ lifecycle: 'onhold', reason: 'held by admin@demo.test' });
    expect((await call('PUT', `/job/${job.id}/cancel`)).status).toBe(204);
    expect(await jobOf(job.id)).toMatchObject({ lifecycle: 'canceled', reason_code: 'canceled' });
  });

  test.each(['hold', 'resume'])('cannot be an ended one: %s is refused', async (action) => {
    const { id } = await run(await task());
    await call('PUT', `/job/${id}/cancel`);
    expect((await call('PUT', `/job/${id}/${action}`)).status).toBe(409);
  });

  test('cannot be a running one', async () => {
    const { id } = await run(await task());
    await bot.takeRuns();
    expect((await call('PUT', `/job/${id}/hold`)).status).toBe(409);
  });
});

describe('the priority of a waiting job', () => {
  test('is changed by whoever may run its task, and decides what goes first', async () => {
    const id = await task();
    const first = await run(id);
    const second = await run(id);
    const answer = await call('PATCH', `/job/${second.id}`, { priority: 50 });
    expect(answer.body).toMatchObject({ lifecycle: 'ready', priority: 50 });
    const taken = await bot.takeRuns(2);
    expect(taken.map(({ job }) => job)).toEqual([second.id, first.id]);
    expect((await call('PATCH', `/job/${first.id}`, { priority: 1 })).status).toBe(409);
  });
});

describe('an ended job', () => {
  const masked = {
    task_arguments: [
      { order: 0, type: 'input', label: 'Who' },
      { order: 1, type: 'input', label: 'Password', masked: true },
    ],
  };

  test.each([
    ['restarted', 'PUT', 'restart'],
    ['repeated', 'POST', 'repeat'],
  ])('is %s as a new job with the same values, masked ones too', async (_name, method, action) => {
    app.keepSecret('a password that nobody sees');
    const job = await run(await task(masked), { task_arguments: ['me', 'a password that nobody sees'] });
    expect((await runOne()).args).toEqual(['me', 'a password that nobody sees']);
    const again = await call(method, `/job/${job.id}/${action}`);
    expect(again.body).toMatchObject({
      lifecycle: 'ready',
      repeat_of: job.id,
      task_arguments_values: ['me', null],
    });
    expect(again.body.id).not.toBe(job.id);
    expect((await runOne()).args).toEqual(['me', 'a password that nobody sees']);
    expect((await jobOf(job.id)).lifecycle).toBe('finished');
  });

  test('keeps a masked value encrypted where it is stored', async () => {
    const job = await run(await task(masked), { task_arguments: ['me', 'a password that nobody sees'] });
    const [row] = await app.db.once<{ text: string }>(
      `select row_to_json(j)::text as text from jobs j where id = $1`,
      [job.id],
    );
    expect(row?.text).toContain('"masked"');
    expect(row?.text).not.toContain('a password that nobody sees');
  });

  test('is restarted with other values where they are sent', async () => {
    const job = await run(await task(masked), { task_arguments: ['me', 'x'] });
    await runOne();
    await call('PUT', `/job/${job.id}/restart`, { task_arguments: ['you', 'y'] });
    expect((await runOne()).args).toEqual(['you', 'y']);
  });

  test('cannot be repeated once its task takes other arguments', async () => {
    const id = await task(masked);
    const job = await run(id, { task_arguments: ['me', 'x'] });
    await call('PATCH', `/task/${id}`, { task_arguments: [{ type: 'input' }] });
    expect((await call('POST', `/job/${job.id}/repeat`)).status).toBe(409);
  });

  test.each([
    ['in another order', [masked.task_arguments[1], masked.task_arguments[0]]],
    ['without a mask', [masked.task_arguments[0], { type: 'input', label: 'Password' }]],
    ['of another type', [{ type: 'json', label: 'Who' }, masked.task_arguments[1]]],
    [
      'of which two changed places',
      [
        { type: 'input', label: 'Shown' },
        { type: 'input', label: 'Who', masked: true },
      ],
    ],
  ])(
    'is not repeated where its task takes its arguments %s: no masked value comes to light',
    async (_name, changed) => {
      const id = await task(masked);
      const job = await run(id, { task_arguments: ['me', 'x'] });
      await runOne();
      const task_arguments = (changed as object[]).map((one, order) => ({ ...one, order }));
      expect((await call('PATCH', `/task/${id}`, { task_arguments })).status).toBe(200);
      expect((await call('POST', `/job/${job.id}/repeat`)).status).toBe(409);
      expect((await call('PUT', `/job/${job.id}/restart`)).status).toBe(409);
      expect((await call('PUT', `/job/${job.id}/restart`, { task_arguments: ['{}', 'y'] })).status).toBe(200);
      await runOne();
    },
  );

  test('is repeated after a change that leaves its arguments what they are', async () => {
    const id = await task(masked);
    const job = await run(id, { task_arguments: ['me', 'x'] });
    await runOne();
    const [who, password] = masked.task_arguments;
    await call('PATCH', `/task/${id}`, {
      task_arguments: [{ ...who, label: 'Whom', help: 'A name' }, password],
    });
    expect((await call('POST', `/job/${job.id}/repeat`)).status).toBe(200);
    expect((await runOne()).args).toEqual(['me', 'x']);
  });

  test('is the only one to be restarted, while any can be repeated', async () => {
    const job = await run(await task());
    expect((await call('PUT', `/job/${job.id}/restart`)).status).toBe(409);
    expect((await call('POST', `/job/${job.id}/repeat`)).body.repeat_of).toBe(job.id);
  });
});

describe('an emptied queue', () => {
  test('has no waiting job any more, and the history says why; what runs is left alone', async () => {
    const id = await task();
    const running = await run(id);
    await bot.takeRuns();
    const waiting = await run(id);
    const held = await run(id, { lifecycle: 'onhold' });
    const elsewhere = await run(await task());
    expect((await call('DELETE', `/demo/task/${id}/job`)).body).toEqual({ deletedCount: 2 });
    for (const job of [waiting, held])
      expect(await jobOf(job.id)).toMatchObject({
        lifecycle: 'canceled',
        reason_code: 'queue_emptied',
        reason: 'the queue was emptied by admin@demo.test',
      });
    expect((await jobOf(running.id)).lifecycle).toBe('assigned');
    expect((await jobOf(elsewhere.id)).lifecycle).toBe('ready');
  });

  test('loses the ended jobs that lifecycle[] names too, with their logs', async () => {
    const id = await task();
    const finished = await run(id);
    const [taken] = await bot.takeRuns();
    await bot.log(taken as RunInstruction, 'hello\n');
    await bot.finish(taken as RunInstruction);
    const canceled = await run(id);
    await call('PUT', `/job/${canceled.id}/cancel`);
    const waiting = await run(id);
    const answer = await call('DELETE', `/task/${id}/job?lifecycle[]=finished&lifecycle[]=ready`);
    expect(answer.body).toEqual({ deletedCount: 2 });
    expect((await call('GET', `/job/${finished.id}`)).status).toBe(404);
    expect((await jobOf(canceled.id)).lifecycle).toBe('canceled');
    expect((await jobOf(waiting.id)).lifecycle).toBe('canceled');
    const chunks = await app.db.once(`select 1 from log_chunks where job_id = $1`, [finished.id]);
    expect(chunks).toEqual([]);
    // the one canceled by the queue stays even where canceled ones go
    const last = await run(id);
    expect((await call('DELETE', `/task/${id}/job?lifecycle[]=canceled`)).body).toEqual({ deletedCount: 3 });
    expect((await jobOf(last.id)).reason_code).toBe('queue_emptied');
  });

  test.each(['assigned', 'started', 'completed', 'x'])('cannot lose %s jobs', async (lifecycle) => {
    const id = await task();
    const waiting = await run(id);
    expect((await call('DELETE', `/task/${id}/job?lifecycle[]=${lifecycle}`)).status).toBe(400);
    expect((await jobOf(waiting.id)).lifecycle).toBe('ready');
  });
});

describe('ended jobs', () => {
  test('are deleted by an admin, of one task or until a time; others stay', async () => {
    const id = await task();
    const done = await run(id);
    await runOne();
    const waiting = await run(id);
    const past = new Date(Date.now() - 3_600_000).toISOString();
    expect((await call('DELETE', `/job/finished?task=${id}&before=${past}`)).body.deletedCount).toBe(0);
    expect((await call('DELETE', `/job/finished?task=${id}`)).body.deletedCount).toBe(1);
    expect((await call('GET', `/job/${done.id}`)).status).toBe(404);
    expect((await jobOf(waiting.id)).lifecycle).toBe('ready');
  });
});

describe('reading a job piece by piece', () => {
  test('answers lifecycle, output and input', async () => {
    const id = await task({ task_arguments: [{ order: 0, type: 'input', label: 'Who', masked: true }] });
    const job = await run(id, { task_arguments: ['me'] });
    const lifecycle = await call('GET', `/demo/job/${job.id}/lifecycle`);
    expect([lifecycle.text, lifecycle.body]).toEqual(['"ready"', 'ready']);
    expect((await call('GET', `/job/${job.id}/input`)).body).toEqual([null]);
    expect((await call('GET', `/job/${job.id}/input?include_definitions`)).body).toMatchObject({
      task_arguments_values: [null],
      task: { task_arguments: [{ label: 'Who', masked: true }] },
    });
    const [taken] = await bot.takeRuns();
    await bot.finish(taken as RunInstruction, { result: { file: null, stdout: '["a",1]', stderr: null } });
    expect((await call('GET', `/job/${job.id}/output`)).body).toEqual(['a', '1']);
    expect((await call('GET', `/job/${job.id}/lifecycle`)).body).toBe('finished');
  });

  test('lists and counts what has not ended, of the tasks that the caller may see', async () => {
    const id = await task();
    const hidden = await task({ acls: [] });
    const once = await task({ multitasking: false });
    const running = await run(id);
    await bot.takeRuns();
    const others = [
      await run(id, { lifecycle: 'onhold' }),
      await run(id),
      await run(once),
      await run(hidden),
    ];
    const ended = await run(id);
    await call('PUT', `/job/${ended.id}/cancel`);
    const of = async (token: string) =>
      (await call('GET', '/job/running', undefined, token)).body
        .map((job: Job) => job.id)
        .filter((one: string) => [running, ended, ...others].some((job) => job.id === one));
    expect(await of(admin)).toEqual([...others.map((job) => job.id).reverse(), running.id]);
    expect(await of(app.demo.people.viewer.token)).not.toContain(others[3]?.id);
    const counts = (await call('GET', '/job/running_count')).body as {
      _id: { task: string };
      count: number;
    }[];
    expect(counts.find(({ _id }) => _id.task === id)?.count).toBe(3);
    expect(counts.find(({ _id }) => _id.task === hidden)?.count).toBe(1);
  });

  test('lists by filters of existing clients', async () => {
    const id = await task({ name: 'Filter me' });
    const first = await run(id);
    const second = await run(id);
    await call('PUT', `/job/${first.id}/cancel`);
    const listed = async (query: string) =>
      (await call('GET', `/demo/job?where[task_id]=${id}&${query}`)).body.map((job: Job) => job.id);
    expect(await listed('')).toEqual([second.id, first.id]);
    expect(await listed('where[lifecycle]=canceled')).toEqual([first.id]);
    expect(await listed('where[lifecycle][$in][]=ready&where[lifecycle][$in][]=onhold')).toEqual([second.id]);
    expect(await listed('sort[creation_date]=1')).toEqual([first.id, second.id]);
    expect(await listed('sort[creation_date]=1&skip=1')).toEqual([second.id]);
    expect(await listed('where[name][$regex]=^filter&where[name][$options]=i&limit=1')).toEqual([second.id]);
    expect(await listed('where[name][$regex]=^filter')).toEqual([]);
    const [slim] = (await call('GET', `/job?where[task_id]=${id}&include[state]=1`)).body;
    expect(slim).toEqual({ id: second.id, state: 'in_progress' });
  });
});
