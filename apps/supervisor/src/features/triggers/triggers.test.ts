import type { Event, Job, RunInstruction, Schedule } from '@argus/contract';
import { CHAIN_MAX } from '@argus/contract';
import { createTestDatabase, fakeBot, until, type FakeBot, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addHost, addTask, startSupervisor, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let admin: string;
let hostId: string;
let bot: FakeBot;
let made = 0;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
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

const sql = (text: string) => app.db.once<Record<string, unknown>>(text, []);
const call = async (method: string, path: string, body?: object, token = admin) =>
  app.request(method, path, { token, ...(body && { body }) });
const run = async (id: string, body: object = {}): Promise<Job> =>
  (await call('POST', `/task/${id}/job`, body)).body;
const jobsOf = async (id: string): Promise<Job[]> => (await call('GET', `/job?where[task_id]=${id}`)).body;
const schedulesOf = async (id: string): Promise<Schedule[]> =>
  (await call('GET', `/task/${id}/schedule`)).body;
/** A task on the bot of this test; `name` is its own within it. */
const task = async (name: string, values: object = {}) => {
  const body = { name: `${name} ${made}`, host_id: hostId, script_id: app.demo.script.id, ...values };
  const { body: created } = await call('POST', '/task', body);
  return created.id as string;
};
const input = (label: string, more: object = {}) => ({ type: 'input', label, ...more });
const lastLine = (stdout: string) => ({ result: { file: null, stdout, stderr: null } });

/** Runs a task, lets the bot end the job, and gives what the bot gets next. */
async function endOf(id: string, end: Parameters<FakeBot['finish']>[1] = {}): Promise<Job> {
  const job = await run(id);
  const [taken] = await bot.takeRuns();
  await bot.started(taken as RunInstruction);
  await bot.finish(taken as RunInstruction, end);
  return job;
}

test('events are found by a part of their name or of what they are of, and by what that is', async () => {
  const backup = await task('Nightly Backup');
  const other = await task('100% other');
  const workflow = (
    await call('POST', '/workflow', { name: `After the backup ${made}`, steps: [{ id: 'a', task: other }] })
  ).body.id as string;
  const found = async (query: string) => {
    const rows = (await call('GET', `/event?${query}`)).body as Event[];
    return new Set(rows.map(({ emitter_id }) => emitter_id));
  };
  expect(await found(`q=BACKUP%20${made}`)).toEqual(new Set([backup, workflow]));
  expect(await found(`q=backup%20${made}&emitter_type=workflow`)).toEqual(new Set([workflow]));
  expect(await found(`q=success&emitter_id=${other}`)).toEqual(new Set([other]));
  expect(await found(`q=${encodeURIComponent('% o')}`)).toEqual(new Set([other]));
  expect(await found('q=')).toEqual(await found(''));
  expect(await found('q=no%20such%20thing')).toEqual(new Set());
  expect((await call('GET', '/event?emitter_type=host')).status).toBe(400);
});

describe('a task that lists an event', () => {
  test('starts when a job ends with it, with the outputs as its arguments and its cause', async () => {
    const first = await task('first');
    const second = await task('second', {
      triggers: [{ task: first, event: 'success' }],
      task_arguments: [input('a'), { type: 'fixed', value: 'between' }, input('b')],
    });

    const cause = await endOf(first, lastLine('["one", {"two": 2}]'));

    const [taken] = await bot.takeRuns();
    expect(taken).toMatchObject({ args: ['one', 'between', '{"two":2}'] });
    const [job] = await jobsOf(second);
    expect(job).toMatchObject({
      origin: 'trigger',
      cause: { type: 'trigger', event: 'success', emitter_id: first, job_id: cause.id },
    });
    const events: Event[] = (await call('GET', '/event')).body;
    expect(job?.triggered_by).toBe(
      events.find(({ emitter_id, name }) => emitter_id === first && name === 'success')?.id,
    );
  });

  test.each([
    ['failure', { exit_code: 3 }],
    [
      'timeout',
      { stopped_by: 'timeout' as const, exit_code: null, signal: 'SIGTERM', ending: 'signaled' as const },
    ],
    ['approved', lastLine('{"state":"success","event_name":"approved"}')],
  ])('starts on %s alone', async (event, end) => {
    const first = await task('first');
    const listens = await task('listens', { triggers: [{ task: first, event }] });
    const other = await task('other', { triggers: [{ task: first, event: 'success' }] });

    await endOf(first, end);

    await until(async () => (await jobsOf(listens)).length === 1);
    expect(await jobsOf(other)).toEqual([]);
  });

  test('starts on the cancelation of a job that never ran', async () => {
    const first = await task('first');
    const listens = await task('listens', { triggers: [{ task: first, event: 'canceled' }] });
    const job = await run(first);
    await call('PUT', `/job/${job.id}/cancel`);
    await until(async () => (await jobsOf(listens)).length === 1);
  });

  test('that is added while a job runs starts at its end, and one that is taken away does not', async () => {
    const first = await task('first');
    const early = await task('early', { triggers: [{ task: first, event: 'success' }] });
    await run(first);
    const [taken] = await bot.takeRuns();
    await bot.started(taken as RunInstruction);
    const late = await task('late', { triggers: [{ task: first, event: 'success' }] });
    await call('PATCH', `/task/${early}`, { triggers: [] });

    await bot.finish(taken as RunInstruction);

    await until(async () => (await jobsOf(late)).length === 1);
    expect(await jobsOf(early)).toEqual([]);
    await call('PATCH', `/task/${late}`, { triggers: [] });
    expect(await sql(`select watched from tasks where id = '${first}'`)).toEqual([{ watched: false }]);
  });

  test('gets arguments by a mapping, and what is not mapped keeps its default', async () => {
    const first = await task('first');
    await task('second', {
      triggers: [
        {
          task: first,
          event: 'success',
          arguments: {
            Name: { from: 'output[0].customer.name' },
            '1': { from: 'output[-1]' },
            Level: { value: 'high' },
          },
        },
      ],
      task_arguments: [input('Name'), input('Last'), input('Level'), input('Kept', { value: 'as it was' })],
    });

    await endOf(first, lastLine('[{"customer": {"name": "Ada"}}, "end"]'));

    expect((await bot.takeRuns())[0]).toMatchObject({ args: ['Ada', 'end', 'high', 'as it was'] });
  });

  test('that cannot start leaves a job that says why, whose own failure is an event as well', async () => {
    const first = await task('first');
    const needs = await task('needs', {
      triggers: [{ task: first, event: 'success' }],
      task_arguments: [input('Amount')],
    });
    const alarm = await task('alarm', { triggers: [{ task: needs, event: 'failure' }] });

    await endOf(first, lastLine('[]'));

    await until(async () => (await jobsOf(alarm)).length === 1);
    expect((await jobsOf(needs))[0]).toMatchObject({
      lifecycle: 'terminated',
      state: 'error',
      reason_code: 'not_startable',
      reason: expect.stringContaining('Amount'),
    });
  });

  test('with an output too large for an argument is not started with a part of it', async () => {
    const first = await task('first');
    const second = await task('second', {
      triggers: [{ task: first, event: 'success' }],
      task_arguments: [input('All')],
    });
    await endOf(first, lastLine(JSON.stringify(['x'.repeat(900_000)])));
    await until(async () => (await jobsOf(second)).length === 1);
    expect((await jobsOf(second))[0]).toMatchObject({ state: 'error', reason_code: 'not_startable' });
  });

  test('that nobody listens to leaves nothing to be acted upon', async () => {
    const first = await task('first');
    await endOf(first);
    const rows = await sql('select * from emissions');
    expect(rows).toEqual([]);
  });
});

describe('what would go round in circles', () => {
  test('is refused when it is saved, with the way that it would take', async () => {
    const a = await task('a');
    const b = await task('b', { triggers: [{ task: a, event: 'success' }] });
    const c = await task('c', { triggers: [{ task: b, event: 'failure' }] });

    const answer = await call('PATCH', `/task/${a}`, { triggers: [{ task: c, event: 'success' }] });

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(answer.body.message).toContain(`"b ${made}", which starts "c ${made}"`);
  });

  test('ends at a depth, with a job that says so', async () => {
    const a = await task('a');
    const b = await task('b', { triggers: [{ task: a, event: 'success' }] });
    const job = await run(a);
    await sql(`update jobs set depth = ${CHAIN_MAX} where id = '${job.id}'`);
    const [taken] = await bot.takeRuns();
    await bot.started(taken as RunInstruction);
    await bot.finish(taken as RunInstruction);
    await until(async () => (await jobsOf(b)).length === 1);
    expect((await jobsOf(b))[0]).toMatchObject({
      state: 'error',
      reason: expect.stringContaining('taken for a loop'),
    });
  });
});

describe('mappings', () => {
  test.each([
    ['an argument that is not there', { Nobody: { from: 'output[0]' } }, 'is no argument'],
    ['a path that is none', { Name: { from: 'output[0' } }, 'is no path'],
    ['a call in place of a path', { Name: { from: 'process.exit()' } }, 'is no path'],
  ])('of %s are refused', async (_name, mapping, message) => {
    const first = await task('first');
    const answer = await call('POST', '/task', {
      name: 'x',
      task_arguments: [input('Name')],
      triggers: [{ task: first, event: 'success', arguments: mapping }],
    });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(message);
  });

  test('go with their trigger', async () => {
    const first = await task('first');
    const second = await task('second', {
      task_arguments: [input('Name')],
      triggers: [{ task: first, event: 'success', arguments: { Name: { value: 'x' } } }],
    });
    const { body } = await call('PATCH', `/task/${second}`, { triggers: [] });
    expect(body).toMatchObject({ triggers: [], trigger_arguments: {} });
  });
});

describe('a grace time', () => {
  test('keeps a triggered run waiting, with its arguments and its cause, until it is over', async () => {
    const first = await task('first');
    const second = await task('second', {
      grace_time: 300,
      triggers: [{ task: first, event: 'success' }],
      task_arguments: [input('a'), input('b', { masked: true })],
    });
    const cause = await endOf(first, lastLine('["one", "hidden"]'));
    await until(async () => (await schedulesOf(second)).length === 1);
    const [waiting] = await schedulesOf(second);
    expect(waiting).toMatchObject({
      kind: 'grace',
      task_arguments: ['one', null],
      cause: { type: 'trigger', event: 'success', job_id: cause.id },
      created_by: `first ${made}: success`,
    });
    const left = Date.parse(waiting?.nextRunAt ?? '') - Date.now();
    expect(left).toBeGreaterThan(290_000);
    expect(left).toBeLessThanOrEqual(301_000);
    expect(await jobsOf(second)).toEqual([]);

    await sql(`update schedules set next_run_at = now(), run_date = now() where id = '${waiting?.id}'`);

    expect((await bot.takeRuns())[0]).toMatchObject({ args: ['one', 'hidden'] });
    const [job] = await jobsOf(second);
    expect(job).toMatchObject({ origin: 'trigger', cause: { type: 'trigger', job_id: cause.id } });
    await until(async () => (await schedulesOf(second)).length === 0);
  });

  test('ends without a run where somebody who may run the task deletes it', async () => {
    const first = await task('first');
    const second = await task('second', {
      grace_time: 300,
      acls: ['user'],
      triggers: [{ task: first, event: 'success' }],
    });
    await endOf(first);
    await until(async () => (await schedulesOf(second)).length === 1);
    const [waiting] = await schedulesOf(second);
    const answer = await call('DELETE', `/scheduler/${waiting?.id}`, undefined, app.demo.people.user.token);
    expect(answer).toMatchObject({ status: 200, body: { numRemoved: 1 } });
    expect(await schedulesOf(second)).toEqual([]);
    expect(await jobsOf(second)).toEqual([]);
    const { body: audit } = await call('GET', '/audit?action=schedule.delete');
    expect(audit[0]).toMatchObject({ action: 'schedule.delete', details: { task: second, kind: 'grace' } });
  });

  test('is for triggered runs alone', async () => {
    const id = await task('waits', { grace_time: 300 });
    await run(id);
    await bot.takeRuns();
    expect(await schedulesOf(id)).toEqual([]);
  });
});

test('one job that ends starts a thousand tasks, each once, whoever acts upon it', async () => {
  await using other = await startSupervisor(database.connection);
  expect((await other.request('GET', '/api/status')).status).toBe(200);
  const first = await task('first');
  const [event] = (await call('GET', '/event')).body.filter(
    ({ emitter_id, name }: Event) => emitter_id === first && name === 'success',
  ) as [Event];
  const ids: string[] = [];
  for (let place = 0; place < 1000; place++)
    ids.push(
      (
        await addTask(app.platform, app.demo.id, {
          host_id: hostId,
          script_id: app.demo.script.id,
          triggers: [event.id],
        })
      ).id,
    );
  await endOf(first);
  const count = async () =>
    (
      await sql(
        `select count(*)::int as n, count(distinct task_id)::int as tasks from jobs where task_id = any('{${ids.join(',')}}')`,
      )
    )[0];
  await until(async () => Number((await count())?.['n']) >= ids.length);
  await until(async () => (await sql('select 1 from emissions')).length === 0);
  expect(await count()).toEqual({ n: ids.length, tasks: ids.length });
});
