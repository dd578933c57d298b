import type { Job, RunInstruction } from '@argus/contract';
import { createTestDatabase, fakeBot, type FakeBot } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { poolQueries } from './features/pools/index.ts';
import { addHost, addTask, startTestApp, type TestApp } from './testing/index.ts';
import { previousSupervisor, type PreviousJob } from './testing/previous/queue.ts';

// One supervisor of the version before and a new one work on one database, in the middle of an upgrade.
const resources = new AsyncDisposableStack();
let app: TestApp;
let previous: ReturnType<typeof previousSupervisor>;
let token: string;
let hostId: string;
let bot: FakeBot;
let made = 0;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  previous = previousSupervisor(app.db);
  token = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  const host = await addHost(app.db, app.demo.id, `bot-${++made}`);
  app.keepSecret(host.credential);
  hostId = host.id;
  bot = fakeBot({ url: app.url, credential: host.credential });
});
afterEach(() => bot[Symbol.dispose]());

async function taskOf(values: object = {}): Promise<string> {
  const { script } = app.demo;
  return (await addTask(app.platform, app.demo.id, { host_id: hostId, script_id: script.id, ...values })).id;
}
async function previousJob(exclusive = false): Promise<PreviousJob> {
  const { id, sha256, filename, content } = app.demo.script;
  return {
    id: (Date.now() * 1000 + ++made).toString(16).padStart(24, '0'),
    customer_id: app.demo.id,
    task_id: await taskOf({ multitasking: !exclusive }),
    host_id: hostId,
    script: { id, sha256, filename, size: Buffer.byteLength(content) },
    exclusive,
  };
}
const run = async (task: string): Promise<Job> =>
  (await app.request('POST', `/task/${task}/job`, { token, body: {} })).body;
const jobOf = async (id: string): Promise<Job> => (await app.request('GET', `/job/${id}`, { token })).body;
const logOf = async (id: string) => (await app.request('GET', `/job/${id}/log`, { token })).text;

test('a job that the version before made is handed out and ended by the new one', async () => {
  const { id } = await previous.create(await previousJob());
  const exclusive = await previous.create(await previousJob(true));
  const runs = await bot.takeRuns(2);
  expect(runs.map(({ job }) => job).toSorted()).toEqual([id, exclusive.id].toSorted());
  for (const mine of runs) {
    await bot.log(mine, 'hello\n');
    await bot.finish(mine);
    expect(await jobOf(mine.job)).toMatchObject({ state: 'success', attempt: 1 });
    expect(await logOf(mine.job)).toBe('hello\n');
  }
});

test('a run that the version before began goes on with the new one', async () => {
  const mine = await previous.create(await previousJob(), true);
  expect(mine.lifecycle).toBe('assigned');
  expect(await previous.apply(mine, { started: true, text: 'first\n' })).toBe(true);
  // the bot moves over, and names what it runs
  const ref = { job: mine.id, attempt: mine.attempt, lease: mine.lease };
  bot.logEvent(ref, 'first\n');
  const named = [{ ...ref, phase: 'running' as const }];
  expect(await bot.poll({ attempts: named, signal: AbortSignal.timeout(100) }).catch(() => [])).toEqual([]);
  await bot.log(ref, 'second\n');
  await bot.finish(ref);
  expect(await jobOf(mine.id)).toMatchObject({ state: 'success', attempt: 1 });
  expect(await logOf(mine.id)).toBe('first\nsecond\n');
});

test('a job that the new version made is handed out and ended by the version before', async () => {
  const single = await taskOf({ multitasking: false });
  const jobs = [await run(await taskOf()), await run(single), await run(single)];
  const claimed = await previous.claim(hostId);
  // of the task that runs one at a time only one
  expect(claimed.map(({ id }) => id)).toEqual(jobs.slice(0, 2).map(({ id }) => id));
  for (const attempt of claimed) {
    expect(await previous.poll(hostId, [attempt])).toHaveLength(claimed.length);
    await previous.apply(attempt, { started: true, text: 'hello\n' });
  }
  for (const attempt of claimed) {
    expect(await previous.apply(attempt, { finished: true })).toBe(true);
    expect(await jobOf(attempt.id)).toMatchObject({ lifecycle: 'finished', state: 'success', attempt: 1 });
    expect(await logOf(attempt.id)).toBe('hello\n');
  }
  expect((await previous.claim(hostId)).map(({ id }) => id)).toEqual([jobs[2]?.id]);
});

test('a stop at either version is known to the other', async () => {
  const atNew = await previous.create(await previousJob(), true);
  await previous.apply(atNew, { started: true });
  expect((await app.request('PUT', `/job/${atNew.id}/cancel`, { token })).status).toBe(204);
  expect((await previous.poll(hostId, [atNew]))[0]?.stop_requested).not.toBeNull();
  await previous.apply(atNew, { finished: true });

  const atPrevious = await run(await taskOf());
  const [mine] = (await bot.takeRuns()) as [RunInstruction];
  expect(mine.job).toBe(atPrevious.id);
  await bot.started(mine);
  await previous.stop(mine.job);
  expect(await bot.takeCancel(mine)).toMatchObject({ why: 'stopped by somebody' });
  await bot.finish(mine, { ending: 'signaled', exit_code: null, signal: 'SIGTERM', stopped_by: 'cancel' });
  expect(await jobOf(mine.job)).toMatchObject({ lifecycle: 'terminated', state: 'canceled' });
});

test('a bot that the version before gives up has lost its job at the new one too', async () => {
  await run(await taskOf());
  const [mine] = (await bot.takeRuns()) as [RunInstruction];
  await bot.started(mine);
  await app.db.once(`update attempts set renewed_at = renewed_at - interval '121 s' where job_id = $1`, [
    mine.job,
  ]);
  const lost = await previous.endSilent(new Date(0));
  expect(lost.map(({ id }) => id)).toContain(mine.job);
  expect(await jobOf(mine.job)).toMatchObject({ lifecycle: 'terminated', reason_code: 'lost' });
  const { status } = await bot.finish(mine);
  expect(['stale', 'late']).toContain(status);
  expect(await jobOf(mine.job)).toMatchObject({ state: 'error', reason_code: 'lost' });
});

test('the version before leaves alone what it does not know: labels, limits, another attempt', async () => {
  const retried = await run(await taskOf({ policy: '{"retries": {"limit": 1, "delay": 0}}' }));
  const [failing] = (await bot.takeRuns()) as [RunInstruction];
  expect(await bot.finish(failing, { exit_code: 1 })).toEqual({ status: 'accepted' });
  const pool = await poolQueries(app.db).ensure(app.demo.id, ['gpu']);
  const labelled = await run(await taskOf({ host_id: null, pool_id: pool, host_labels: ['gpu'] }));
  const limited = await run(await taskOf({ max_running: 1 }));
  const plain = await run(await taskOf());
  expect((await previous.claim(hostId)).map(({ id }) => id)).toEqual([plain.id]);
  for (const { id } of [retried, labelled, limited])
    expect(await jobOf(id)).toMatchObject({ lifecycle: 'ready' });
  // the new one hands them out, and once more what the version before claimed and told nobody
  const runs = await bot.takeRuns(3);
  expect(runs.map(({ job }) => job).toSorted()).toEqual([retried.id, limited.id, plain.id].toSorted());
});
