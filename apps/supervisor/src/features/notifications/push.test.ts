import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Job, Notification, PushDevice, RunInstruction } from '@argus/contract';
import {
  createTestDatabase,
  fakeBot,
  startPushSink,
  until,
  type FakeBot,
  type PushSink,
  type TestDatabase,
} from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addHost,
  addPerson,
  addSession,
  startSupervisor,
  startTestApp,
  type TestApp,
} from '../../testing/index.ts';
import type { PushText } from './push.ts';
import { deviceQueries } from './statements/devices.ts';

const DEVICES = '/notification-settings/device';
const FAILED = { exit_code: 3 };

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let sink: PushSink;
let hostId: string;
let bot: FakeBot;
let made = 0;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  sink = resources.use(await startPushSink());
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, sink.ca]);
  resources.defer(() => setDefaultCACertificates(trusted));
  app = resources.use(await startTestApp(database.connection));
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  sink.answer = () => ({ status: 201 });
  const host = await addHost(app.db, app.demo.id, `bot-${++made}`);
  hostId = host.id;
  app.keepSecret(host.credential);
  bot = fakeBot({ url: app.url, credential: host.credential });
});
afterEach(async () => {
  bot[Symbol.dispose]();
  await sql('delete from notification_rules');
  await sql(
    `update notification_deliveries set state = 'suppressed', settled_at = now() where state in ('waiting', 'sending')`,
  );
  // whatever a test is about: all that was sent is as the standards say
  expect(sink.wrong).toEqual([]);
});

const sql = (text: string, values: unknown[] = []) => app.db.once<Record<string, unknown>>(text, values);
const call = async (method: string, path: string, body?: object, token = app.demo.people.admin.token) =>
  app.request(method, path, { token, ...(body && { body }) });
const ok = async (method: string, path: string, body?: object, token?: string) => {
  const answer = await call(method, path, body, token);
  expect([answer.status, answer.body?.message]).toEqual([answer.status === 201 ? 201 : 200, undefined]);
  return answer.body;
};

async function somebody() {
  const person = await addPerson(app.db, app.demo.id, `eve-${++made}@demo.test`, 'viewer');
  app.keepSecret(person.token);
  return person;
}
type Somebody = Awaited<ReturnType<typeof somebody>>;

/** A browser of a person in which they turned it on. */
async function turnedOn({ token }: Pick<Somebody, 'token'>, more: object = {}) {
  const subscription = sink.subscribe();
  // who knows it could write there
  app.keepSecret(new URL(subscription.endpoint).pathname.slice('/push/'.length));
  app.keepSecret(subscription.keys.auth);
  const body = { ...subscription, name: 'Chrome, Android', ...more };
  const device: PushDevice = await ok('POST', DEVICES, body, token);
  return { ...subscription, id: device.id };
}
const devicesOf = async ({ token }: Pick<Somebody, 'token'>): Promise<PushDevice[]> =>
  ok('GET', DEVICES, undefined, token);
const task = async (values: object = {}): Promise<string> => {
  const body = { name: `Nightly backup ${made}`, host_id: hostId, script_id: app.demo.script.id };
  return (await ok('POST', '/task', { ...body, acls: ['viewer'], ...values })).id;
};
/** A person is told of a task of this test. */
const wishes = (person: Somebody, id: string, more: object = {}) =>
  ok('POST', '/notification-rule', { emitter: { type: 'task', id }, ...more }, person.token);

async function endOf(id: string, end: Parameters<FakeBot['finish']>[1] = {}): Promise<Job> {
  const job: Job = await ok('POST', `/task/${id}/job`, {});
  const [taken] = await bot.takeRuns();
  await bot.started(taken as RunInstruction);
  await bot.finish(taken as RunInstruction, end);
  return job;
}
const pushesOf = async (job: Job): Promise<Notification[]> =>
  (await ok('GET', `/notification?job=${job.id}`)).filter(({ medium }: Notification) => medium === 'push');
/** What became of the pushes about a job, once none waits any more. */
const settled = (job: Job) =>
  until(async () => {
    const all = await pushesOf(job);
    return all.length > 0 && all.every(({ state }) => !['waiting', 'sending'].includes(state))
      ? all
      : undefined;
  });
/** The one push about a job once it was tried and waits. */
const tried = (job: Job) =>
  until(async () => {
    const [one] = await pushesOf(job);
    return one?.state === 'waiting' && one.reason !== null ? one : undefined;
  });
const textOf = (push: { text: string } | undefined): PushText => JSON.parse(push?.text ?? 'null');

describe('a device', () => {
  test('is told of a failure, encrypted for it alone, signed with the key that it subscribed with', async () => {
    const me = await somebody();
    const { public_key } = await ok('GET', '/notification-settings/push-key', undefined, me.token);
    const { endpoint } = await turnedOn(me);
    const id = await task();
    await wishes(me, id, { log_lines: 5 });
    const job = await endOf(id, FAILED);
    const [push] = await sink.got(1, endpoint);
    expect(textOf(push)).toEqual({
      title: `[failed] Nightly backup ${made} on bot-${made - 1}`,
      body: 'exit code 3',
      url: `/app/demo/jobs/${job.id}`,
      tag: job.id,
    });
    expect(push?.signedBy).toBe(public_key);
    expect(push?.headers).toMatchObject({ ttl: '86400', urgency: 'high', topic: job.id });
    expect(await settled(job)).toMatchObject([
      { state: 'sent', reason: 'it answered with status 201', to: me.email },
    ]);
    const [device] = await devicesOf(me);
    expect(device?.last_success_at).not.toBeNull();
    expect(device).toMatchObject({ service: new URL(sink.origin).host, last_failure: null });
  });

  test('speaks the language of its browser', async () => {
    const me = await somebody();
    const { endpoint } = await turnedOn(me, { language: 'es' });
    const id = await task();
    await wishes(me, id);
    await endOf(id, FAILED);
    const { title, body } = textOf((await sink.got(1, endpoint))[0]);
    expect([title, body]).toEqual([
      `[falló] Nightly backup ${made} on bot-${made - 1}`,
      'código de salida 3',
    ]);
  });

  test('tells what is no failure without haste, and each device of a person by itself', async () => {
    const me = await somebody();
    const devices = [await turnedOn(me), await turnedOn(me)];
    const id = await task();
    await wishes(me, id, { events: ['success'] });
    const job = await endOf(id);
    for (const { endpoint } of devices) {
      const [push] = await sink.got(1, endpoint);
      expect(push?.headers).toMatchObject({ urgency: 'normal' });
    }
    expect(await settled(job)).toHaveLength(2);
  });

  test('is told of an approval that waits for its person without any further wish, and not how to decide it', async () => {
    const me = await somebody();
    const { endpoint } = await turnedOn(me);
    const approval = await ok('POST', '/task', {
      type: 'approval',
      name: 'Release to production',
      approval: { who: 'fixed', people: [me.email], message: 'Looks good?' },
    });
    const job: Job = await ok('POST', `/task/${approval.id}/job`, {});
    const [push] = await sink.got(1, endpoint);
    const text = textOf(push);
    expect(text.title).toBe('Release to production asks for your approval');
    expect(text.url).toBe(`/app/demo/jobs/${job.id}`);
    expect(push?.text).not.toContain('http');
    expect(push?.headers['urgency']).toBe('high');
  });

  test('is another person’s once they turn it on there, and nobody removes what is not theirs', async () => {
    const [me, other] = [await somebody(), await somebody()];
    const { id, endpoint, keys } = await turnedOn(me);
    const ofOthers = async (method: string, path: string) =>
      (await call(method, path, undefined, other.token)).status;
    expect(await ofOthers('DELETE', `${DEVICES}/${id}`)).toBe(404);
    expect(await ofOthers('POST', `${DEVICES}/${id}/test`)).toBe(404);
    expect((await call('PUT', DEVICES, { endpoint, keys }, other.token)).status).toBe(404);
    expect(await devicesOf(other)).toEqual([]);
    const theirs = await ok('POST', DEVICES, { endpoint, keys, name: 'Shared' }, other.token);
    expect(theirs.id).not.toBe(id);
    expect(await devicesOf(me)).toEqual([]);
    expect(await ok('DELETE', `${DEVICES}/${theirs.id}`, undefined, other.token)).toEqual({ numRemoved: 1 });
    expect(await devicesOf(other)).toEqual([]);
  });

  test('goes on under a new address and with a new session, and keeps its name', async () => {
    const me = await somebody();
    const old = await turnedOn(me);
    const again = sink.subscribe();
    const session = await addSession(app.db, app.demo.id, me.userId);
    app.keepSecret(session);
    const renewed = await ok('PUT', DEVICES, { ...again, before: old.endpoint }, session);
    expect(renewed).toMatchObject({ id: old.id, name: 'Chrome, Android' });
    // the session that it began with says nothing about it any more
    expect((await call('POST', '/auth/logout', undefined, me.token)).status).toBeLessThan(300);
    expect((await ok('POST', `${DEVICES}/${old.id}/test`, undefined, session)).sent).toBe(true);
    await sink.got(1, again.endpoint);
    expect((await call('PUT', DEVICES, { ...old, id: undefined }, session)).status).toBe(404);
  });

  test('that goes on under an address which is known already is one device afterwards', async () => {
    const me = await somebody();
    const [old, again] = [await turnedOn(me), await turnedOn(me)];
    const { endpoint, keys } = again;
    const renewed = await ok('PUT', DEVICES, { endpoint, keys, before: old.endpoint }, me.token);
    expect(renewed.id).toBe(again.id);
    expect((await devicesOf(me)).map(({ id }) => id)).toEqual([again.id]);
    // somebody else's stays theirs
    const other = await somebody();
    const theirs = await turnedOn(other);
    const taken = { endpoint: theirs.endpoint, keys: theirs.keys, before: endpoint };
    expect((await call('PUT', DEVICES, taken, me.token)).status).toBe(404);
    expect((await devicesOf(other)).map(({ id }) => id)).toEqual([theirs.id]);
  });

  test('is kept sealed, and its address is never shown', async () => {
    const me = await somebody();
    const { endpoint } = await turnedOn(me);
    const rows = JSON.stringify(await sql('select * from push_devices where user_id = $1', [me.userId]));
    const key = JSON.stringify(await sql(`select value from settings where key = 'push_key'`));
    expect(rows).not.toContain(Buffer.from(endpoint).toString('hex').slice(20));
    expect(rows + JSON.stringify(await devicesOf(me))).not.toContain(new URL(endpoint).pathname);
    expect(key).not.toMatch(/"d"|kty/);
  });

  test('says how a test went, and is gone where its browser took it back', async () => {
    const me = await somebody();
    const { id, endpoint } = await turnedOn(me);
    const tests = () => ok('POST', `${DEVICES}/${id}/test`, undefined, me.token);
    expect(await tests()).toEqual({ sent: true, answer: 'it answered with status 201' });
    expect(textOf((await sink.got(1, endpoint))[0])).toMatchObject({
      title: 'This is how Argus tells you',
      url: '/app/demo/settings/my-notifications',
    });
    sink.answer = () => ({ status: 403, body: 'no such VAPID key' });
    const refused = 'it answered with status 403: no such VAPID key';
    expect(await tests()).toEqual({ sent: false, answer: refused });
    expect((await devicesOf(me))[0]?.last_failure).toBe(refused);
    sink.unsubscribe(endpoint);
    expect((await tests()).answer).toMatch(/does not know the device any more/);
    expect(await devicesOf(me)).toEqual([]);
  });

  test('is refused where its address or its keys are none, or where there are too many', async () => {
    const me = await somebody();
    const { endpoint, keys } = sink.subscribe();
    const bad = async (more: object) =>
      (await call('POST', DEVICES, { endpoint, keys, name: 'x', ...more }, me.token)).body.message;
    expect(await bad({ endpoint: endpoint.replace('https:', 'http:') })).toMatch(/^endpoint/);
    expect(await bad({ endpoint: 'https://user:password@push.example.com/x' })).toMatch(/^endpoint/);
    expect(await bad({ keys: { ...keys, auth: 'c2hvcnQ' } })).toMatch(/^keys.auth/);
    expect(await bad({ keys: { ...keys, p256dh: keys.auth } })).toMatch(/^keys.p256dh/);
    for (let count = 0; count < 20; count++) await turnedOn(me);
    expect(await bad({})).toMatch(/20 devices/);
    expect(await devicesOf(me)).toHaveLength(20);
  });

  test('whose address leads inside is never called', async () => {
    const me = await somebody();
    const inside = sink.subscribe();
    const endpoint = 'https://10.1.2.3/push/x';
    const { id } = await ok('POST', DEVICES, { ...inside, endpoint, name: 'x' }, me.token);
    const { sent, answer } = await ok('POST', `${DEVICES}/${id}/test`, undefined, me.token);
    expect([sent, answer]).toEqual([false, expect.stringContaining('private or special network')]);
  });
});

describe('a push', () => {
  test('that the service is too busy for is tried again when it says, under the same topic', async () => {
    const me = await somebody();
    const { endpoint } = await turnedOn(me);
    const id = await task();
    await wishes(me, id);
    sink.answer = () => ({ status: 429, headers: { 'retry-after': '120' } });
    const job = await endOf(id, FAILED);
    const waiting = await tried(job);
    expect(waiting).toMatchObject({ attempts: 1, reason: 'it answered with status 429' });
    const inMs = Date.parse(waiting.next_try_at ?? '') - Date.now();
    expect(inMs).toBeGreaterThan(100_000);
    expect(inMs).toBeLessThan(121_000);
    expect((await devicesOf(me))[0]?.last_failure).toBe('it answered with status 429');
    sink.answer = () => ({ status: 201 });
    await sql('update notification_deliveries set due_at = now() where id = $1', [waiting.id]);
    expect((await settled(job))[0]?.state).toBe('sent');
    const topics = (await sink.got(2, endpoint)).map(({ headers }) => headers['topic']);
    expect(topics).toEqual([job.id, job.id]);
  });

  test.each([404, 410])(
    'to a device that the service answers %i for removes it, and fails nothing',
    async (status) => {
      const me = await somebody();
      const { endpoint } = await turnedOn(me);
      const other = await turnedOn(me);
      const id = await task();
      await wishes(me, id);
      sink.answer = ({ path }) => ({ status: endpoint.endsWith(path) ? status : 201 });
      const job = await endOf(id, FAILED);
      const states = (await settled(job)).map(({ state, reason }) => [state, reason]);
      expect(states.toSorted(([one], [other]) => String(one).localeCompare(String(other)))).toEqual([
        ['sent', 'it answered with status 201'],
        ['suppressed', 'its push service does not know the device any more: it was removed'],
      ]);
      expect((await devicesOf(me)).map((device) => device.id)).toEqual([other.id]);
    },
  );

  test('waits for the end of quiet hours, and is not sent once its person turned devices off', async () => {
    const me = await somebody();
    const { endpoint } = await turnedOn(me);
    const now = Temporal.Now.zonedDateTimeISO('UTC');
    const clock = (hours: number) => now.add({ hours }).toPlainTime().toString({ smallestUnit: 'minute' });
    const quiet = { from: clock(-2), to: clock(2), days: [1, 2, 3, 4, 5, 6, 7], failures_pass: false };
    const wanted = { email: true, browser: true, timezone: 'UTC', quiet };
    expect(await ok('PUT', '/notification-settings', wanted, me.token)).toMatchObject({ push: true });
    const id = await task();
    await wishes(me, id);
    const job = await endOf(id, FAILED);
    const waiting = await tried(job);
    expect(waiting).toMatchObject({ attempts: 0, reason: 'waits for the end of quiet hours' });
    await ok('PUT', '/notification-settings', { ...wanted, quiet: null, push: false }, me.token);
    // who does not name it leaves it as it is
    expect(await ok('PUT', '/notification-settings', { ...wanted, quiet: null }, me.token)).toMatchObject({
      push: false,
    });
    await sql('update notification_deliveries set due_at = now() where id = $1', [waiting.id]);
    expect(await settled(job)).toMatchObject([
      { state: 'suppressed', reason: 'the recipient turned off notifications on their devices' },
    ]);
    expect(sink.pushes.filter(({ path }) => endpoint.endsWith(path))).toEqual([]);
    const next = await endOf(id, FAILED);
    await until(async () => (await ok('GET', `/notification?job=${next.id}`)).length > 0);
    expect(await pushesOf(next)).toEqual([]);
  });

  test('is not sent to who may not see the task by then', async () => {
    const me = await somebody();
    const { endpoint } = await turnedOn(me);
    const id = await task({ acls: [me.email] });
    await wishes(me, id);
    await ok('PATCH', `/task/${id}`, { acls: [] });
    const job = await endOf(id, FAILED);
    expect(await settled(job)).toMatchObject([
      { state: 'suppressed', reason: 'the recipient may not see what it tells of' },
    ]);
    expect(sink.pushes.filter(({ path }) => endpoint.endsWith(path))).toEqual([]);
  });

  test('is not sent to who left the organization, or was locked out, while it waited', async () => {
    for (const leave of [
      'delete from members where id = $1',
      'update members set disabled_at = now() where id = $1',
    ]) {
      const me = await somebody();
      const { endpoint } = await turnedOn(me);
      const id = await task();
      const ofAll = { name: `For ${me.email}`, emitter: { type: 'task', id }, members: [me.email] };
      await ok('POST', '/notification-rule', ofAll);
      sink.answer = () => ({ status: 503 });
      const job = await endOf(id, FAILED);
      const waiting = await tried(job);
      sink.answer = () => ({ status: 201 });
      await sql(leave, [me.memberId]);
      await sql('update notification_deliveries set due_at = now() where id = $1', [waiting.id]);
      expect(await settled(job)).toMatchObject([
        { state: 'suppressed', reason: 'the recipient is no member any more' },
      ]);
      expect(sink.pushes.filter(({ path }) => endpoint.endsWith(path))).toHaveLength(1);
    }
  });

  test('of a server that tells no devices is not sent, and nothing is asked of browsers', async () => {
    const me = await somebody();
    const device = await turnedOn(me);
    await using mute = await startSupervisor(database.connection, { push: false });
    const ask = async (method: string, path: string, body?: object) =>
      (await mute.request(method, path, { token: me.token, ...(body && { body }) })).body;
    const refusal = 'This server tells no devices: its administrator sets ARGUS_PUSH.';
    expect((await ask('GET', '/notification-settings/push-key')).message).toBe(refusal);
    expect((await ask('POST', `${DEVICES}/${device.id}/test`)).message).toBe(refusal);
    expect((await ask('POST', DEVICES, { ...sink.subscribe(), name: 'x' })).message).toBe(refusal);
    expect(await ask('GET', '/notification-settings')).toMatchObject({ push_configured: false });
    // what one turned on can be taken back nevertheless
    expect(await ask('DELETE', `${DEVICES}/${device.id}`)).toEqual({ numRemoved: 1 });
  });
});

describe('who ends a session', () => {
  const remaining = async (userId: string) =>
    (await sql('select 1 from push_devices where user_id = $1', [userId])).length;

  test('by signing out is told nothing more in that browser, and goes on being told in the others', async () => {
    const me = await somebody();
    await turnedOn(me);
    const elsewhere = await addSession(app.db, app.demo.id, me.userId);
    app.keepSecret(elsewhere);
    const { id } = await turnedOn({ token: elsewhere });
    await call('POST', '/auth/logout', undefined, me.token);
    expect((await devicesOf({ token: elsewhere })).map((device) => device.id)).toEqual([id]);
  });

  test('everywhere else ends what is told there', async () => {
    const me = await somebody();
    const mine = await turnedOn(me);
    const elsewhere = await addSession(app.db, app.demo.id, me.userId);
    app.keepSecret(elsewhere);
    await turnedOn({ token: elsewhere });
    await ok('DELETE', '/auth/session', undefined, me.token);
    expect((await devicesOf(me)).map(({ id }) => id)).toEqual([mine.id]);
  });

  test('which runs out by itself goes on telling, until a new password is set', async () => {
    const me = await somebody();
    await turnedOn(me);
    await sql(`update tokens set expires_at = now() - interval '1 minute' where user_id = $1`, [me.userId]);
    await sql('delete from tokens where user_id = $1', [me.userId]);
    expect(await remaining(me.userId)).toBe(1);
    await sql(`update users set name = 'Eve' where id = $1`, [me.userId]);
    expect(await remaining(me.userId)).toBe(1);
    await sql(`update users set password_hash = 'another' where id = $1`, [me.userId]);
    expect(await remaining(me.userId)).toBe(0);
  });
});

test('a device on which nobody opened the page for ninety days is forgotten', async () => {
  const me = await somebody();
  const [old, young] = [await turnedOn(me), await turnedOn(me)];
  await sql(`update push_devices set seen_at = now() - interval '91 days' where id = $1`, [old.id]);
  await deviceQueries(app.db).trim(90 * 24 * 3_600_000);
  expect((await devicesOf(me)).map(({ id }) => id)).toEqual([young.id]);
});

test('supervisors that ask at once have one key, which none of them changes', async () => {
  await sql(`delete from settings where key = 'push_key'`);
  const supervisors = await Promise.all([1, 2, 3].map(() => startSupervisor(database.connection)));
  const keys = await Promise.all(
    supervisors.map(async (one) => {
      const { token } = app.demo.people.admin;
      return (await one.request('GET', '/notification-settings/push-key', { token })).body.public_key;
    }),
  );
  expect(new Set(keys).size).toBe(1);
  for (const one of supervisors) await one[Symbol.asyncDispose]();
});
