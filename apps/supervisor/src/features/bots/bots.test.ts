import type { BotHealth, BotInfo } from '@argus/contract';
import { createTestDatabase, enrollFakeBot, fakeBot, until, type TestDatabase } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addHost, addTask, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let token: string;
let made = 0;

beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
  token = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

const get = async (path: string, as = token) => (await app.request('GET', path, { token: as })).body;
const disable = (id: string, disabled: boolean) =>
  app.request('PATCH', `/host/${id}`, { token, body: { disabled } });

const shown = {
  version: '0.1.0',
  os: 'linux',
  release: '6.1',
  arch: 'x64',
  run_user: 'argus-run',
  interpreters: { bash: '5.2.15' },
};
const info: BotInfo = { hostname: 'a machine', ...shown };

const health: BotHealth = {
  cpu_percent: 12.4,
  cpu_count: 4,
  load: 0.52,
  memory_total_bytes: 8e9,
  memory_available_bytes: 5e9,
  disk_total_bytes: 100e9,
  disk_free_bytes: 40e9,
  disk_min_free_bytes: 64 * 2 ** 20,
};

/** A bot that was enrolled by its credential, and a task that runs on it. */
async function newBot(protocol?: number) {
  const { id, credential } = await addHost(app.db, app.demo.id, `bot-${++made}`);
  app.keepSecret(credential);
  const task = await addTask(app.platform, app.demo.id, { host_id: id, script_id: app.demo.script.id });
  const bot = fakeBot({ url: app.url, credential, ...(protocol !== undefined && { protocol }) });
  const start = async () => (await app.request('POST', `/task/${task.id}/job`, { token, body: [] })).body.id;
  return { id, bot, start, [Symbol.dispose]: () => bot[Symbol.dispose]() };
}

describe('an enrolment', () => {
  test('that waits is listed with who made it, without its code, and is worth nothing once revoked', async () => {
    const { body } = await app.request('POST', '/host/enrollment', { token, body: { hostname: 'later-1' } });
    const list = await app.request('GET', '/host/enrollment', { token });
    expect(list.body).toContainEqual({
      id: body.id,
      hostname: 'later-1',
      created_by: 'admin@demo.test',
      created_at: expect.any(String),
      expires: body.expires,
    });
    expect(list.text).not.toContain(body.code);
    const revoke = () => app.request('DELETE', `/host/enrollment/${body.id}`, { token });
    expect((await revoke()).status).toBe(204);
    expect((await revoke()).status).toBe(404);
    const enrol = { code: body.code, hostname: 'later-1' };
    expect((await app.request('POST', '/bot/enroll', { body: enrol })).status).toBe(401);
    expect((await app.request('GET', '/host/enrollment', { token })).text).not.toContain(body.id);
  });

  test('says which bot came of it: waiting, enrolled, connected', async () => {
    const { body } = await app.request('POST', '/host/enrollment', { token, body: {} });
    const state = () => get(`/host/enrollment/${body.id}`);
    expect(await state()).toMatchObject({ state: 'waiting', expires: body.expires, host: null });

    const { credential, host_id } = await enrollFakeBot(app.url, body.code, 'new-1');
    app.keepSecret(credential);
    expect(await state()).toMatchObject({ state: 'enrolled', host: { id: host_id, hostname: 'new-1' } });

    using bot = fakeBot({ url: app.url, credential });
    await bot.poll({ info, draining: true });
    expect(await state()).toMatchObject({ state: 'connected', host: { status: 'draining', info: shown } });
  });

  test('that takes over a bot that was there shows that bot only once the new machine has called', async () => {
    using old = await newBot();
    await old.bot.poll({ draining: true });
    const { hostname } = await get(`/host/${old.id}`);
    const { body } = await app.request('POST', '/host/enrollment', { token, body: { hostname } });
    app.keepSecret((await enrollFakeBot(app.url, body.code, hostname)).credential);
    expect(await get(`/host/enrollment/${body.id}`)).toMatchObject({
      state: 'enrolled',
      host: { id: old.id },
    });
  });

  test('is seen by admins of its organization alone', async () => {
    const { body } = await app.request('POST', '/host/enrollment', { token, body: {} });
    const path = `/host/enrollment/${body.id}`;
    expect(await get(path, app.other.people.admin.token)).toMatchObject({ statusCode: 404 });
    expect(await get(path, app.demo.people.manager.token)).toMatchObject({ statusCode: 403 });
    // the id of a credential of another kind is none of an enrolment
    const { body: made } = await app.request('POST', '/token', { token, body: { name: 'a token' } });
    expect(await get(`/host/enrollment/${made.id}`)).toMatchObject({ statusCode: 404 });
  });
});

describe('removing a bot', () => {
  test('takes its name from what it ended, and locks it only when nothing is left to do', async () => {
    using one = await newBot();
    const job = await one.start();
    const [run] = await one.bot.takeRuns();
    expect(await one.bot.finish(run!)).toEqual({ status: 'accepted' });

    // somebody holds what is to forget it
    const held = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holding = app.db.hotTransaction(async (query) => {
      await query('lock_job', 'select 1 from jobs where id = $1 for update', [job]);
      locked.resolve();
      await held.promise;
    });
    await locked.promise;
    const removed = app.request('DELETE', `/host/${one.id}`, { token });
    const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    try {
      await until(async () => (await app.db.once(waits, [])).length > 0);
      // polls and claims lock it too
      const lock = 'select id from hosts where id = $1 for no key update nowait';
      expect(await app.db.once(lock, [one.id])).toHaveLength(1);
    } finally {
      held.resolve();
      await holding;
    }
    expect((await removed).status).toBe(204);
    expect(await get(`/job/${job}`)).toMatchObject({ state: 'success', host_id: null });
    expect(await get(`/host/${one.id}`)).toMatchObject({ statusCode: 404 });
  });
});

describe('a bot', () => {
  test('shows what it says of itself, as it changes', async () => {
    using one = await newBot();
    await one.bot.poll({ info, draining: true });
    expect(await get(`/host/${one.id}`)).toMatchObject({
      info: { ...shown, protocol: 2, capabilities: {}, problem: null },
    });
    const more = { capabilities: { tree: 'cgroup v2' }, problem: 'its disk is full' };
    await one.bot.poll({ info: { ...info, ...more }, draining: true });
    await one.bot.poll({ draining: true });
    expect(await get(`/host/${one.id}`)).toMatchObject({ info: more });
  });

  test('shows how its machine was when it told last, in numbers that a script can use', async () => {
    using one = await newBot();
    expect(await get(`/host/${one.id}`)).toMatchObject({ health: null });
    await one.bot.poll({ info, health, draining: true });
    const first = await get(`/host/${one.id}`);
    expect(first.health).toEqual({ at: first.last_seen_at, ...health });
    // a poll that tells nothing of it is no news of it
    await one.bot.poll({ draining: true });
    const later = await get(`/host/${one.id}`);
    expect(later.health).toEqual(first.health);
    expect(later.last_seen_at > first.last_seen_at).toBe(true);
    const none = { cpu_percent: null, load: null, disk_total_bytes: null, disk_free_bytes: null };
    await one.bot.poll({ health: { ...health, ...none }, draining: true });
    const [listed] = (await get('/host')).filter(({ id }: { id: string }) => id === one.id);
    expect(listed.health).toMatchObject({ ...none, memory_total_bytes: 8e9 });
  });

  test('that is disabled is draining while it runs jobs, then disabled, and runs again when enabled', async () => {
    using one = await newBot();
    const job = await one.start();
    const [run] = await one.bot.takeRuns(1);
    await one.bot.started(run!);
    expect((await disable(one.id, true)).body).toMatchObject({ status: 'draining', running: 1 });
    const waiting = await one.start();
    await one.bot.finish(run!);
    expect(await get(`/host/${one.id}`)).toMatchObject({ status: 'disabled', running: 0 });
    expect(await get(`/job/${job}`)).toMatchObject({ state: 'success' });
    expect(await get(`/job/${waiting}`)).toMatchObject({ lifecycle: 'ready' });

    await disable(one.id, false);
    expect(await one.bot.takeRuns(1)).toMatchObject([{ job: waiting }]);
  });

  test('that drains and holds nothing is told so at once, and what was handed to it before is told first', async () => {
    using one = await newBot();
    expect(await one.bot.poll({ draining: true })).toEqual([]);
    const job = await one.start();
    // handed out, and the answer was lost
    await one.bot.poll({ lost: true });
    expect(await one.bot.poll({ draining: true })).toMatchObject([{ type: 'run', job }]);
  });

  test('of protocol 1 runs jobs to their ends, and is cancelled, as ever', async () => {
    using one = await newBot(1);
    const done = await one.start();
    const [run] = await one.bot.takeRuns(1, { info });
    expect(await one.bot.started(run!)).toEqual({ status: 'accepted' });
    await one.bot.log(run!, 'hello\n');
    await one.bot.finish(run!, { exit_code: 3 });
    expect(await get(`/job/${done}`)).toMatchObject({ state: 'failure', exit_code: 3, log_bytes: 6 });
    expect(await get(`/host/${one.id}`)).toMatchObject({ info: { protocol: 1, capabilities: {} } });

    const stopped = await one.start();
    const [again] = await one.bot.takeRuns(1);
    await one.bot.started(again!);
    await app.request('PUT', `/job/${stopped}/cancel`, { token });
    await one.bot.takeCancel(again!);
    await one.bot.finish(again!, {
      ending: 'signaled',
      exit_code: null,
      signal: 'SIGTERM',
      stopped_by: 'cancel',
    });
    expect(await get(`/job/${stopped}`)).toMatchObject({ state: 'canceled', lifecycle: 'terminated' });
  });
});

test('a bot that is disabled says who did it and why, until it is enabled', async () => {
  using one = await newBot();
  const patch = async (body: object) =>
    (await app.request('PATCH', `/host/${one.id}`, { token, body })).body.disabled_note;
  expect(await patch({ disabled: true, reason: 'Its disk is replaced.' })).toMatchObject({
    by: 'admin@demo.test',
    reason: 'Its disk is replaced.',
  });
  expect(await patch({ max_slots: 2 })).toMatchObject({ reason: 'Its disk is replaced.' });
  expect(await patch({ disabled: false })).toBeNull();
});
