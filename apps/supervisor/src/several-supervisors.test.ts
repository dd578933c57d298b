import type { Job, RunInstruction } from '@argus/contract';
import { createTestDatabase, fakeBot, until, type FakeBot, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addHost,
  addTask,
  followLog,
  startSupervisor,
  startTestApp,
  type TestApp,
  type TestSupervisor,
} from './testing/index.ts';

// Two supervisors on one database: people talk to `here`, the bot hangs on `there`.
const resources = new AsyncDisposableStack();
let database: TestDatabase;
let here: TestApp;
let there: TestSupervisor;
let token: string;
let hostId: string;
let credential: string;
let bot: FakeBot;
let made = 0;

const knowEachOther = async (...supervisors: TestSupervisor[]) => {
  await until(() =>
    supervisors.every(({ platform }) => platform.supervisors.others() === supervisors.length - 1),
  );
};
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  here = resources.use(await startTestApp(database.connection));
  there = resources.use(await startSupervisor(database.connection));
  token = here.demo.people.admin.token;
  await knowEachOther(here, there);
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  ({ id: hostId, credential } = await addHost(here.db, here.demo.id, `bot-${++made}`));
  here.keepSecret(credential);
  bot = fakeBot({ url: there.url, credential });
});
afterEach(() => bot[Symbol.dispose]());

const run = async (body: object = {}): Promise<Job & { secret: string }> => {
  const { id } = await addTask(here.platform, here.demo.id, {
    host_id: hostId,
    script_id: here.demo.script.id,
  });
  return (await here.request('POST', `/task/${id}/job`, { token, body })).body;
};
const jobAt = async (at: TestSupervisor, id: string): Promise<Job> =>
  (await at.request('GET', `/job/${id}`, { token })).body;
const isWaiting = async (at: TestSupervisor) => {
  const { body } = await at.request('GET', `/host/${hostId}`, { token });
  return body.status === 'online';
};

/** A job that the bot holds at the other supervisor. */
async function held(): Promise<RunInstruction> {
  await run();
  const [instruction] = await bot.takeRuns();
  return instruction as RunInstruction;
}

test('the status says which supervisor answers', async () => {
  const [one, other] = [await here.request('GET', '/api/status'), await there.request('GET', '/api/status')];
  expect(one.body.supervisor).toMatch(/^[0-9a-f]{24}$/);
  expect(other.body.supervisor).not.toBe(one.body.supervisor);
  const { text } = await here.request('GET', '/metrics');
  expect(text).toContain('argus_supervisors 2');
});

describe('at one supervisor, about a bot that hangs on another', () => {
  test('a run is handed to it, and its result is waited for', async () => {
    const waiting = bot.takeRuns();
    await until(() => isWaiting(here));
    const job = await run();
    const result = here.request('GET', `/job/${job.id}/secret/${job.secret}/result?timeout=9`);
    const [mine] = await waiting;
    expect(mine?.job).toBe(job.id);
    await bot.finish(mine as RunInstruction, {
      result: { file: null, stdout: '["done"]', stderr: null },
    });
    expect(await result).toMatchObject({ status: 200, body: 'done' });
  });

  test('a log is followed as it is written', async () => {
    const mine = await held();
    await bot.started(mine);
    await bot.log(mine, 'first\n');
    let text = '';
    for await (const { event, data } of followLog(here.url, mine.job, { token })) {
      if (event !== 'log') continue;
      text += data.text;
      // each piece is sent once the one before it was read at the other supervisor
      if (text === 'first\n') await bot.log(mine, 'second\n');
      else await bot.finish(mine);
    }
    expect(text).toBe('first\nsecond\n');
  });

  test('a stop reaches it', async () => {
    const mine = await held();
    await bot.started(mine);
    const told = bot.takeCancel(mine);
    await until(() => isWaiting(here));
    expect((await here.request('PUT', `/job/${mine.job}/cancel`, { token })).status).toBe(204);
    expect(await told).toMatchObject({ job: mine.job, attempt: mine.attempt });
    await bot.finish(mine, { ending: 'signaled', exit_code: null, signal: 'SIGTERM', stopped_by: 'cancel' });
    expect(await jobAt(here, mine.job)).toMatchObject({ lifecycle: 'terminated', state: 'canceled' });
  });

  test('a stop reaches it also where no supervisor calls the other', async () => {
    const mine = await held();
    await bot.started(mine);
    const told = bot.takeCancel(mine);
    await until(() => isWaiting(here));
    // as somebody does whose call gets lost: the database alone knows
    await here.db.once(
      `update jobs set stop_requested = jsonb_build_object('at', now(), 'by', 'somebody', 'why', 'x') where id = $1`,
      [mine.job],
    );
    expect(await told).toMatchObject({ job: mine.job, why: 'stopped by somebody' });
    await bot.finish(mine);
  });

  test('what was handed to a connection that was already dead is handed to the one that lives', async () => {
    // the link of the first poll broke without a word: this supervisor believes that the bot still waits here
    using dead = fakeBot({ url: here.url, credential });
    const nobody = dead.poll({ lost: true, attempts: [] });
    await until(async () => (await here.request('GET', '/metrics')).text.includes('argus_bots_waiting 1'));
    const waiting = bot.takeRuns();
    await until(async () => (await there.request('GET', '/metrics')).text.includes('argus_bots_waiting 1'));
    const job = await run();
    expect(await nobody).toMatchObject([{ type: 'run', job: job.id }]);
    const [mine] = await waiting;
    expect(mine).toMatchObject({ job: job.id, attempt: 1 });
    expect(await bot.finish(mine as RunInstruction)).toEqual({ status: 'accepted' });
  });
});

test('a supervisor that stops answers what waits, and sends bots and callers on', async () => {
  await using third = await startSupervisor(database.connection);
  await knowEachOther(here, there, third);
  using moving = fakeBot({ url: third.url, credential });
  const poll = moving.poll();
  await until(async () => (await third.request('GET', '/metrics')).text.includes('argus_bots_waiting 1'));
  const job = await run({ lifecycle: 'onhold' });
  const address = `/job/${job.id}/secret/${job.secret}/result`;
  const held = third.request('GET', `${address}?timeout=9&limit=2&counter=1`);
  const unlimited = third.request('GET', `${address}?timeout=9`);
  // what waits there does so once it has looked
  await until(async () => (await third.request('GET', '/api/status')).status === 200);
  third.stop();
  expect(await poll).toEqual([]);
  // the same address again, not a try less
  expect((await held).headers['location']).toContain('counter=1');
  expect(await unlimited).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  const refused = await third.request('POST', '/bot/poll', {
    token: credential,
    body: { protocol: 1, boot: 'b'.repeat(24), slots: 1, attempts: [] },
  });
  expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '0', connection: 'close' } });
});
