import { createHmac } from 'node:crypto';
import type {
  Channel,
  Job,
  MyNotifications,
  Notification,
  NotificationRule,
  RunInstruction,
} from '@argus/contract';
import {
  createTestDatabase,
  fakeBot,
  startHttpSink,
  startMailSink,
  until,
  type FakeBot,
  type HttpSink,
  type MailSink,
  type TestDatabase,
} from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../platform/ids.ts';
import { addHost, addPerson, startSupervisor, startTestApp, type TestApp } from '../../testing/index.ts';
import { createLetters } from './outbox.ts';
import { notificationQueries } from './queries.ts';
import { createPusher } from './push.ts';
import { createSender } from './send.ts';
import { deviceQueries } from './statements/devices.ts';
import { outboxQueries } from './statements/outbox.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let mail: MailSink;
let sink: HttpSink;
let admin: string;
let hostId: string;
let bot: FakeBot;
let made = 0;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  mail = resources.use(await startMailSink());
  app = resources.use(await startTestApp(database.connection, { smtpUrl: mail.url }));
  admin = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  sink = await startHttpSink();
  mail.mode = 'take';
  const host = await addHost(app.db, app.demo.id, `bot-${++made}`);
  hostId = host.id;
  app.keepSecret(host.credential);
  bot = fakeBot({ url: app.url, credential: host.credential });
});
afterEach(async () => {
  bot[Symbol.dispose]();
  // no rule of one test tells of another's ends
  await sql('delete from notification_rules');
  await sql(
    `update notification_deliveries set state = 'suppressed', settled_at = now() where state in ('waiting', 'sending')`,
  );
  await sink[Symbol.asyncDispose]();
});

const sql = (text: string) => app.db.once<Record<string, unknown>>(text, []);
const call = async (method: string, path: string, body?: object, token = admin) =>
  app.request(method, path, { token, ...(body && { body }) });
const ok = async (method: string, path: string, body?: object, token = admin) => {
  const answer = await call(method, path, body, token);
  expect([answer.status, answer.body?.message]).toEqual([answer.status === 201 ? 201 : 200, undefined]);
  return answer.body;
};
const task = async (values: object = {}): Promise<string> => {
  const body = {
    name: `Nightly backup ${made}`,
    host_id: hostId,
    script_id: app.demo.script.id,
    acls: ['viewer', 'user', 'manager'],
    ...values,
  };
  return (await ok('POST', '/task', body)).id;
};
const webhook = async (more: object = {}): Promise<Channel> =>
  ok('POST', '/channel', {
    name: `Hook ${Math.random()}`,
    type: 'webhook',
    url: `${sink.url}/hook/secret-path`,
    ...more,
  });
const rule = async (body: object, token = admin): Promise<NotificationRule> =>
  ok('POST', '/notification-rule', body, token);
const deliveries = async (query: string): Promise<Notification[]> => ok('GET', `/notification?${query}`);
const inbox = async (token: string): Promise<MyNotifications> =>
  ok('GET', '/notification/mine', undefined, token);

/** Runs a task and lets the bot end the job. */
async function endOf(id: string, end: Parameters<FakeBot['finish']>[1] = {}, log?: string): Promise<Job> {
  const job: Job = await ok('POST', `/task/${id}/job`, {});
  const [taken] = await bot.takeRuns();
  await bot.started(taken as RunInstruction);
  if (log !== undefined) await bot.log(taken as RunInstruction, log);
  await bot.finish(taken as RunInstruction, end);
  return job;
}
const FAILED = { exit_code: 3 };

/** A person of this test, whom only `acls` that name them let see a task. */
async function somebody() {
  const person = await addPerson(app.db, app.demo.id, `eve-${Math.random()}@demo.test`, 'viewer');
  app.keepSecret(person.token);
  return person;
}
const settled = async (query: string, count = 1): Promise<Notification[]> =>
  until(async () => {
    const all = await deliveries(query);
    const isOver = all.every(({ state }) => state !== 'waiting' && state !== 'sending');
    return all.length >= count && isOver ? all : undefined;
  });

describe('a rule', () => {
  test('tells a channel of a failure with the end of its log, and not of a success', async () => {
    const id = await task();
    const channel = await webhook();
    const { id: ruleId } = await rule({
      emitter: { type: 'task', id },
      channels: [channel.id],
      log_lines: 2,
    });

    await endOf(id);
    const job = await endOf(id, FAILED, 'one\ntwo\n\u001b[31mthree\u001b[0m\n');

    const [request] = await sink.got(1);
    const { type, data } = JSON.parse(request?.body ?? '');
    expect(type).toBe('task.failure');
    expect(data).toMatchObject({
      subject: `[failed] Nightly backup ${made} on bot-${made}`,
      reason: 'exit code 3',
      job_id: job.id,
      link: `${app.url}/app/demo/jobs/${job.id}`,
      log: ['two', 'three'],
    });
    expect(await settled(`rule=${ruleId}`)).toMatchObject([
      { state: 'sent', job_id: job.id, attempts: 1, medium: 'webhook', to: channel.name },
    ]);
  });

  test('that wants changes alone tells of the first failure and of the recovery', async () => {
    const id = await task();
    const channel = await webhook();
    const changes = { only_first_failure: true, recovered: true };
    await rule({ emitter: { type: 'task', id }, channels: [channel.id], ...changes });
    for (const end of [{}, FAILED, FAILED, {}, {}, FAILED]) await endOf(id, end);
    await sink.got(3);
    await settled(`channel=${channel.id}`, 3);
    const words = sink.requests.map(({ body }) => /\[(\w+)\]/.exec(body)?.[1] ?? '');
    expect(words.toSorted()).toEqual(['failed', 'failed', 'recovered']);
  });

  test('about every task tells of those with its tag, also of one that is made later', async () => {
    const channel = await webhook();
    await rule({ channels: [channel.id], tag: `team-${made}` });
    await endOf(await task(), FAILED);
    await endOf(await task({ name: 'Tagged', tags: [`TEAM-${made}`] }), FAILED);
    const [request] = await sink.got(1);
    expect(JSON.parse(request?.body ?? '').data.emitter.name).toBe('Tagged');
  });

  test('hears what a script calls its end', async () => {
    const id = await task();
    const channel = await webhook();
    await rule({ emitter: { type: 'task', id }, channels: [channel.id], events: ['approved'] });
    const stdout = '{"state":"success","event_name":"approved"}';
    await endOf(id, { result: { file: null, stdout, stderr: null } });
    const [request] = await sink.got(1);
    const { type, data } = JSON.parse(request?.body ?? '');
    expect([type, data.subject.slice(0, 10)]).toEqual(['task.approved', '[approved]']);
  });

  test('that is off, or was deleted, tells nothing, and nobody listens to the task any more', async () => {
    const id = await task();
    const channel = await webhook();
    const watched = async () => (await sql(`select watched from tasks where id = '${id}'`))[0]?.['watched'];
    const { id: ruleId } = await rule({ emitter: { type: 'task', id }, channels: [channel.id] });
    expect(await watched()).toBe(true);
    await ok('PATCH', `/notification-rule/${ruleId}`, { enabled: false });
    expect(await watched()).toBe(false);
    await ok('PATCH', `/notification-rule/${ruleId}`, { enabled: true });
    expect(await watched()).toBe(true);
    await ok('DELETE', `/notification-rule/${ruleId}`);
    expect(await watched()).toBe(false);
    expect(await sql(`select * from subscriptions where subscriber_id = '${ruleId}'`)).toEqual([]);
  });

  test('goes with its task', async () => {
    const id = await task();
    const channel = await webhook();
    const { id: ruleId } = await rule({ emitter: { type: 'task', id }, channels: [channel.id] });
    await ok('DELETE', `/task/${id}`);
    expect((await call('GET', `/notification-rule/${ruleId}`)).status).toBe(404);
  });

  test('tells once of each emission, however often that is carried out', async () => {
    const id = await task();
    const channel = await webhook();
    await rule({ emitter: { type: 'task', id }, channels: [channel.id] });
    const job = await endOf(id, FAILED);
    await settled(`channel=${channel.id}`);
    const [row] = await sql(
      `select once_key from notification_deliveries where channel_id = '${channel.id}'`,
    );
    const emission = /^e(\d+):/.exec(String(row?.['once_key']))?.[1];
    // as if its supervisor had died before it deleted the emission
    await sql(
      `insert into emissions (id, customer_id, emitter_id, name, emitter_name, job_id, output, depth) overriding system value
       values (${emission}, '${app.demo.id}', '${id}', 'failure', 'Nightly backup', '${job.id}', '[]', 0)`,
    );
    await until(async () => (await sql(`select 1 from emissions where id = ${emission}`)).length === 0);
    expect(await deliveries(`channel=${channel.id}`)).toHaveLength(1);
  });

  test('about everything tells of a run of a workflow that is gone by then', async () => {
    const channel = await webhook();
    await rule({ channels: [channel.id], events: ['failure'] });
    const workflow = newId();
    await sql(
      `insert into emissions (customer_id, emitter_type, emitter_id, name, emitter_name, run_id, output, depth)
       values ('${app.demo.id}', 'workflow', '${workflow}', 'failure', 'Release', '${newId()}', '[]', 0)`,
    );
    const [request] = await sink.got(1);
    const { type, data } = JSON.parse(request?.body ?? '');
    expect([type, data.subject, data.link]).toEqual(['workflow.failure', '[failed] Release', null]);
  });

  test('about a webhook is for admins', async () => {
    const { token } = await somebody();
    const { id } = (await call('POST', '/webhook', { name: 'Orders' })).body;
    const emitter = { type: 'webhook', id };
    expect((await call('POST', '/notification-rule', { emitter }, token)).status).toBe(400);
    expect(await rule({ emitter, channels: [(await webhook()).id] })).toMatchObject({ events: ['trigger'] });
  });

  test('names what is wrong with it', async () => {
    const id = await task();
    const channel = await webhook();
    const bad = async (body: object) => (await call('POST', '/notification-rule', body)).body.message;
    const ofTask = { channels: [channel.id], emitter: { type: 'task', id } };
    expect(await bad({})).toMatch(/^channels: name who is told/);
    expect(await bad({ channels: [id] })).toBe('channels[0]: there is no such channel');
    expect(await bad({ members: ['nobody@demo.test'] })).toMatch(/^members\[0\]: is no member/);
    expect(await bad({ ...ofTask, emitter: { type: 'task', id: app.other.task.id } })).toBe(
      'emitter.id: there is no such task',
    );
    expect(await bad({ ...ofTask, tag: 'x' })).toMatch(/^tag:/);
    expect(await bad({ ...ofTask, events: [] })).toMatch(/events/);
  });
});

describe('a webhook', () => {
  test('is signed as Standard Webhooks does, with a secret that admins can read, audited', async () => {
    const id = await task();
    const channel = await webhook();
    const { secret } = await ok('GET', `/channel/${channel.id}/credentials`);
    await rule({ emitter: { type: 'task', id }, channels: [channel.id] });
    await endOf(id, FAILED);
    const [request] = await sink.got(1);
    const headers = request?.headers ?? {};
    const [messageId, at] = [headers['webhook-id'], headers['webhook-timestamp']].map(String);
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    expect(key).toHaveLength(32);
    const expected = createHmac('sha256', key).update(`${messageId}.${at}.${request?.body}`).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(Math.abs(Number(at) - Date.now() / 1000)).toBeLessThan(60);
    const audit = await ok('GET', `/audit?target=${channel.id}`);
    expect(audit.map(({ action }: { action: string }) => action)).toContain('secret.read');
    expect((await ok('POST', `/channel/${channel.id}/secret`)).secret).not.toBe(secret);
  });

  test('that is busy is tried again with the same id, and what it asks for is honoured', async () => {
    const id = await task();
    const channel = await webhook();
    await rule({ emitter: { type: 'task', id }, channels: [channel.id] });
    sink.answer = () => ({ status: 503, headers: { 'retry-after': '120' }, body: 'busy' });
    await endOf(id, FAILED);
    const waiting = await until(async () => {
      const [one] = await deliveries(`channel=${channel.id}`);
      return one?.state === 'waiting' && one.attempts === 1 ? one : undefined;
    });
    expect(waiting.reason).toBe('it answered with status 503: busy');
    const inMs = Date.parse(waiting.next_try_at ?? '') - Date.now();
    expect(inMs).toBeGreaterThan(100_000);
    expect(inMs).toBeLessThan(121_000);
    sink.answer = () => ({ status: 200 });
    await sql(`update notification_deliveries set due_at = now() where id = '${waiting.id}'`);
    await settled(`channel=${channel.id}`);
    const ids = (await sink.got(2)).map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([waiting.id, waiting.id]);
  });

  test('that refuses is not tried again, until somebody asks for it', async () => {
    const id = await task();
    const channel = await webhook();
    await rule({ emitter: { type: 'task', id }, channels: [channel.id] });
    sink.answer = () => ({ status: 404, body: 'no such hook' });
    await endOf(id, FAILED);
    const [failed] = await settled(`channel=${channel.id}`);
    const reason = 'it answered with status 404: no such hook';
    expect(failed).toMatchObject({ state: 'failed', attempts: 1, reason });
    expect(await deliveries(`state=failed&channel=${channel.id}`)).toHaveLength(1);
    sink.answer = () => ({ status: 204 });
    await ok('POST', `/notification/${failed?.id}/retry`);
    expect((await settled(`channel=${channel.id}`))[0]?.state).toBe('sent');
    expect((await call('POST', `/notification/${failed?.id}/retry`)).status).toBe(409);
  });

  test('follows no redirect, and its address is refused where it leads inside', async () => {
    const channel = await webhook();
    sink.answer = ({ path }) =>
      path === '/elsewhere' ? { status: 200 } : { status: 307, headers: { location: '/elsewhere' } };
    const tested = await ok('POST', `/channel/${channel.id}/test`);
    expect(tested.sent).toBe(false);
    expect(tested.results[0].answer).toContain('it redirects (status 307)');
    const inside = await webhook({ url: 'http://10.1.2.3/inside' });
    const refused = await ok('POST', `/channel/${inside.id}/test`);
    expect(refused.results[0].answer).toContain('private or special network');
    expect(sink.requests).toHaveLength(1);
  });
});

describe('Slack and Teams', () => {
  test('get what they show, in which nobody can mention or link', async () => {
    const name = 'A <!channel> & ```b';
    const id = await task({ name });
    const slack = await webhook({ type: 'slack' });
    const teams = await webhook({ type: 'teams' });
    // keeps its method and body over a redirect
    sink.answer = ({ path }) =>
      path === '/elsewhere' ? { status: 200 } : { status: 307, headers: { location: '/elsewhere' } };
    await rule({ emitter: { type: 'task', id }, channels: [slack.id, teams.id] });
    const job = await endOf(id, FAILED);
    await sink.got(4);
    const bodies = sink.requests
      .filter(({ path }) => path === '/elsewhere')
      .map(({ body }) => JSON.parse(body));
    const slackBody = bodies.find((body) => 'blocks' in body);
    const teamsBody = bodies.find((body) => 'attachments' in body);
    const link = `${app.url}/app/demo/jobs/${job.id}`;
    const title = `[failed] ${name} on bot-${made}`;
    const buttons = [
      ['Open the job', link],
      ['Open the log', `${link}#log`],
    ];
    // complete by itself, for what shows no blocks
    const [first, , ...lines] = (slackBody.text as string).split('\n');
    expect(first).toBe(`\`[failed] A &lt;!channel&gt; &amp; '''b on bot-${made}\``);
    expect(lines).toContain('Reason:     exit code 3');
    expect(lines.slice(-2)).toEqual(buttons.map(([text, url]) => `${text}: ${url}`));
    const [header, known, actions] = slackBody.blocks;
    expect(header.text).toEqual({ type: 'plain_text', text: title, emoji: false });
    expect(known.text.text).toBe('exit code 3');
    expect(known.fields.slice(0, 2).map((one: { text: string }) => one.text)).toEqual([
      '*Bot*',
      `bot-${made}`,
    ]);
    type Element = { text: { text: string }; url: string };
    expect(actions.elements.map(({ text, url }: Element) => [text.text, url])).toEqual(buttons);
    const card = teamsBody.attachments[0].content;
    expect(card.type).toBe('AdaptiveCard');
    expect(card.actions.map((one: { title: string; url: string }) => [one.title, one.url])).toEqual(buttons);
    expect(card.body[1].inlines.map((one: { text: string }) => one.text)).toEqual([
      'Reason: ',
      'exit code 3',
    ]);
    expect(card.body[0].inlines[0]).toMatchObject({ type: 'TextRun', text: title });
    expect(sink.requests.filter(({ headers }) => 'webhook-signature' in headers)).toEqual([]);
  });
});

describe('a channel', () => {
  test('shows of its address the host and its end, and keeps the rest sealed', async () => {
    const url = `${sink.url}/services/T000/B000/abcdefgh`;
    const channel = await webhook({ type: 'slack', url });
    expect(channel.url).toBe(`${new URL(url).host} …efgh`);
    const rows = await sql(`select * from notification_channels where id = '${channel.id}'`);
    expect(JSON.stringify(rows)).not.toContain('T000');
    const name = `Renamed ${made}`;
    expect(await ok('PATCH', `/channel/${channel.id}`, { ...channel, name })).toMatchObject({
      name,
      url: channel.url,
    });
    expect(await ok('POST', `/channel/${channel.id}/test`)).toMatchObject({ sent: true });
    expect(sink.requests[0]?.path).toBe('/services/T000/B000/abcdefgh');
    expect((await call('GET', `/channel/${channel.id}/credentials`)).status).toBe(409);
  });

  test('of e-mail writes to each of its addresses, and says which did not take it', async () => {
    const addresses = [`a-${made}@demo.test`, `b-${made}@demo.test`];
    const channel = await ok('POST', '/channel', { name: `Mail ${made}`, type: 'email', addresses });
    const id = await task();
    await rule({ emitter: { type: 'task', id }, channels: [channel.id] });
    const job = await endOf(id, FAILED);
    const letter = await mail.mailTo(addresses[0] as string);
    await mail.mailTo(addresses[1] as string);
    expect(letter.subject).toBe(`[failed] Nightly backup ${made} on bot-${made}`);
    expect(letter.text).toContain('Reason:     exit code 3');
    expect(letter.text).toContain(`${app.url}/app/demo/jobs/${job.id}`);
    expect(letter.raw).toMatch(/^Message-ID: <[0-9a-f]{24}@argus.test>/im);
    expect((await settled(`channel=${channel.id}`, 2)).map(({ state }) => state)).toEqual(['sent', 'sent']);
    mail.mode = 'refuse';
    const { results } = await ok('POST', `/channel/${channel.id}/test`);
    expect(results.map(({ to, answer }: { to: string; answer: string }) => [to, /550/.test(answer)])).toEqual(
      addresses.map((to) => [to, true]),
    );
  });

  test.each([
    ['refuse', 'failed'],
    ['later', 'waiting'],
  ] as const)('of e-mail whose server says %s: %s', async (mode, state) => {
    const addresses = ['x@demo.test'];
    const channel = await ok('POST', '/channel', { name: `Mail ${mode}`, type: 'email', addresses });
    const id = await task();
    await rule({ emitter: { type: 'task', id }, channels: [channel.id] });
    mail.mode = mode;
    await endOf(id, FAILED);
    const tried = await until(async () => {
      const [one] = await deliveries(`channel=${channel.id}`);
      return one?.attempts === 1 && one.state !== 'sending' ? one : undefined;
    });
    expect(tried.state).toBe(state);
  });

  test('that a rule sends by is not deleted', async () => {
    const channel = await webhook();
    const { id: ruleId } = await rule({ name: 'Mine', channels: [channel.id], events: ['approved'] });
    const refused = await call('DELETE', `/channel/${channel.id}`);
    expect(refused.status).toBe(409);
    expect(refused.body.message).toContain('"Mine"');
    await ok('DELETE', `/notification-rule/${ruleId}`);
    await ok('DELETE', `/channel/${channel.id}`);
  });

  test('names what is wrong with it', async () => {
    const bad = async (body: object) => (await call('POST', '/channel', { name: 'x', ...body })).body.message;
    expect(await bad({ type: 'email' })).toMatch(/^addresses: name at least one/);
    expect(await bad({ type: 'email', addresses: ['a b@c'] })).toMatch(/addresses/);
    expect(await bad({ type: 'email', addresses: ['a@b.test'], url: 'https://x.test' })).toMatch(/^url:/);
    expect(await bad({ type: 'slack' })).toMatch(/^url: is required/);
    expect(await bad({ type: 'slack', url: 'ftp://x.test' })).toMatch(/^url: must be an address/);
  });

  test('of e-mail says so where the server sends none', async () => {
    await using mute = await startSupervisor(database.connection);
    const addresses = ['x@demo.test'];
    const channel = await ok('POST', '/channel', { name: `Mute ${made}`, type: 'email', addresses });
    const { body } = await mute.request('GET', `/channel/${channel.id}`, { token: admin });
    expect(body.problem).toContain('ARGUS_SMTP_URL');
    const tested = await mute.request('POST', `/channel/${channel.id}/test`, { token: admin });
    expect(tested.body.results[0].answer).toContain('ARGUS_SMTP_URL');
  });
});

describe('a person', () => {
  test('has themselves told of a task, by mail and on the page, and of no other’s rule', async () => {
    const me = await somebody();
    const id = await task();
    const mine = await rule({ emitter: { type: 'task', id } }, me.token);
    expect(mine).toMatchObject({ personal: true, members: [me.userId] });
    await endOf(id, FAILED);
    await until(async () => (await inbox(me.token)).unread === 1);
    const [got] = (await inbox(me.token)).notifications;
    expect(got).toMatchObject({ is_failure: true, read_at: null });
    const letter = await mail.mailTo(me.email);
    expect(letter.text).toContain(`${app.url}/app/demo/account/notifications`);
    expect(await ok('POST', '/notification/read', { ids: [got?.id] }, me.token)).toEqual({ unread: 0 });

    const other = await somebody();
    const path = `/notification-rule/${mine.id}`;
    expect((await call('GET', path, undefined, other.token)).status).toBe(404);
    expect((await call('DELETE', path, undefined, other.token)).status).toBe(404);
    expect(await ok('GET', '/notification-rule', undefined, other.token)).toEqual([]);
    expect((await inbox(other.token)).notifications).toEqual([]);
  });

  test('below admin tells nobody else', async () => {
    const { token } = await somebody();
    const channel = await webhook();
    const status = async (body: object) => (await call('POST', '/notification-rule', body, token)).status;
    expect(await status({ channels: [channel.id] })).toBe(403);
    expect(await status({ members: [app.demo.people.admin.email] })).toBe(403);
    expect(await status({ personal: false })).toBe(403);
    const hidden = await task({ acls: [] });
    expect(await status({ emitter: { type: 'task', id: hidden } })).toBe(400);
  });

  test('is not told of a task that was hidden from them before it is sent', async () => {
    const me = await somebody();
    const id = await task({ acls: [me.email] });
    await rule({ emitter: { type: 'task', id } }, me.token);
    await ok('PATCH', `/task/${id}`, { acls: [] });
    const job = await endOf(id, FAILED);
    const told = await settled(`job=${job.id}`, 2);
    const expected = ['suppressed', 'the recipient may not see what it tells of'];
    expect(told.map(({ state, reason }) => [state, reason])).toEqual([expected, expected]);
    expect((await inbox(me.token)).unread).toBe(0);
  });

  test('who left is told nothing more', async () => {
    const me = await somebody();
    const channels = [(await webhook()).id];
    const { id } = await rule({ members: [me.email], channels, events: ['approved'] });
    const own = await rule({ personal: true, events: ['approved'] }, me.token);
    expect((await call('DELETE', `/member/${me.memberId}`)).status).toBe(204);
    expect((await ok('GET', `/notification-rule/${id}`)).members).toEqual([]);
    expect((await call('GET', `/notification-rule/${own.id}`)).status).toBe(404);
  });

  test('gets mail or not as they want, and what is no failure after their quiet hours', async () => {
    const me = await somebody();
    const now = Temporal.Now.zonedDateTimeISO('UTC');
    const clock = (hours: number) => now.add({ hours }).toPlainTime().toString({ smallestUnit: 'minute' });
    const quiet = { from: clock(-2), to: clock(2), days: [1, 2, 3, 4, 5, 6, 7], failures_pass: true };
    const settings = { email: false, browser: true, timezone: 'UTC', quiet };
    expect(await ok('PUT', '/notification-settings', settings, me.token)).toEqual({
      ...settings,
      push: true,
      mail_configured: true,
      push_configured: true,
    });
    const id = await task();
    await rule({ emitter: { type: 'task', id }, events: ['success', 'failure'] }, me.token);
    const success = await endOf(id);
    const failure = await endOf(id, FAILED);
    expect(await settled(`job=${failure.id}`)).toMatchObject([{ state: 'sent', medium: 'browser' }]);
    const waiting = await until(async () => {
      const [one] = await deliveries(`job=${success.id}`);
      return one?.reason === 'waits for the end of quiet hours' ? one : undefined;
    });
    expect(waiting).toMatchObject({ state: 'waiting', attempts: 0 });
    const inMs = Date.parse(waiting.next_try_at ?? '') - now.epochMilliseconds;
    expect(Math.abs(inMs - 2 * 3_600_000)).toBeLessThan(120_000);
    expect((await inbox(me.token)).notifications).toHaveLength(1);
  });

  test('cannot be quiet all day, nor in a zone that does not exist', async () => {
    const me = await somebody();
    const put = async (more: object) => {
      const body = { email: true, browser: true, timezone: 'UTC', quiet: null, ...more };
      return (await call('PUT', '/notification-settings', body, me.token)).body.message;
    };
    const quiet = { from: '22:00', to: '22:00', days: [1], failures_pass: true };
    expect(await put({ quiet })).toMatch(/^quiet.to:/);
    expect(await put({ timezone: 'Mars/Base' })).toMatch(/^timezone:/);
    expect(await put({ quiet: { ...quiet, to: '24:00' } })).toMatch(/quiet/);
  });
});

describe('the outbox', () => {
  const letters = () =>
    createLetters(app.platform, {
      queries: notificationQueries(app.db),
      can: { mail: true, push: true },
      kick: () => undefined,
    });
  const letterTo = (to: string, once: string) => ({
    customerId: app.demo.id,
    once,
    to: { addresses: [to] },
    subject: `A subject\r\nBcc: eve@demo.test ${made}`,
    body: 'What somebody wrote.',
    forJobId: once,
  });

  test('takes a message once for its key, and tells how it ended', async () => {
    const id = newId();
    const to = `letter-${made}@demo.test`;
    expect(await letters().put(letterTo(to, id))).toHaveLength(1);
    expect(await letters().put(letterTo(to, id))).toEqual([]);
    const result = await until(async () => {
      const now = await letters().resultOf(id);
      return now.isSettled ? now : undefined;
    });
    expect(result).toMatchObject({ counts: { sent: 1, failed: 0 }, reasons: [] });
    const letter = await mail.mailTo(to);
    expect(letter.subject).toBe(`A subject Bcc: eve@demo.test ${made}`);
    expect(letter.text.trimEnd()).toBe('What somebody wrote.');
    expect(mail.mails.flatMap((one) => one.to)).not.toContain('eve@demo.test');
  });

  test('calls who waits for the deliveries of a job', async () => {
    const called: string[] = [];
    const devices = deviceQueries(app.db);
    await using sender = createSender(app.platform, {
      devices,
      pusher: createPusher(app.platform, { devices, configured: true }),
      queries: notificationQueries(app.db),
      settled: (job) => void called.push(job),
    });
    // the supervisor of these tests may be quicker: then nobody calls here
    await until(async () => {
      const id = newId();
      await letters().put(letterTo(`called-${made}@demo.test`, id));
      sender.kick();
      await until(async () => (await letters().resultOf(id)).isSettled);
      return called.includes(id);
    });
  });

  test('takes nothing from a transaction that is undone', async () => {
    const id = newId();
    const undone = app.db.hotTransaction(async (query) => {
      expect(await letters().put(letterTo('undone@demo.test', id), query)).toHaveLength(1);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await letters().resultOf(id)).toMatchObject({ isSettled: true, counts: { sent: 0, waiting: 0 } });
  });

  test('gives what a dead supervisor had taken to another after its lease, which then has the say', async () => {
    const id = newId();
    const to = `lease-${made}@demo.test`;
    const outbox = outboxQueries(app.db);
    // as of a supervisor that took it and died: nobody else may have it before its lease is over
    const [delivery = ''] = await app.db.hotTransaction(async (query) => {
      const ids = await letters().put(letterTo(to, id), query);
      await query(
        'a_test_takes_it',
        `update notification_deliveries set state = 'sending', claim = 'dead', attempts = 1, first_tried_at = now(),
           due_at = now() + interval '1 hour' where id = any($1)`,
        [ids],
      );
      return ids;
    });
    expect(await outbox.claim(['email'], { busy: [], limit: 5, claim: 'other' })).toEqual([]);
    await sql(`update notification_deliveries set due_at = now() where id = '${delivery}'`);
    await mail.mailTo(to);
    await until(async () => (await letters().resultOf(id)).counts.sent === 1);
    const late = { id: delivery, claim: 'dead', state: 'failed', reason: 'late' } as const;
    expect(await outbox.settle(late)).toBe(false);
    expect((await letters().resultOf(id)).counts).toMatchObject({ sent: 1, failed: 0 });
    expect(mail.mails.filter((one) => one.to.includes(to))).toHaveLength(1);
  });

  test('of two supervisors sends each message once', async () => {
    await using second = await startSupervisor(database.connection, { smtpUrl: mail.url });
    const channel = await webhook();
    const id = await task();
    await rule({ emitter: { type: 'task', id }, channels: [channel.id] });
    for (let count = 0; count < 20; count++) await endOf(id, FAILED);
    await settled(`channel=${channel.id}`, 20);
    const ids = sink.requests.map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([20, 20]);
    expect(second.url).not.toBe(app.url);
  });

  test('tells a storm of one rule together', async () => {
    const channel = await webhook();
    const id = await task();
    const storm = await rule({ name: 'A storm', emitter: { type: 'task', id }, channels: [channel.id] });
    // thirty were sent a moment ago
    await sql(
      `insert into notification_deliveries (id, customer_id, once_key, rule_id, medium, channel_id, target, subject, facts, state)
       select lpad(to_hex(n), 24, 'd'), '${app.demo.id}', 'storm' || n, '${storm.id}', 'webhook', '${channel.id}',
         '${channel.id}', 'before', '{}', 'sent' from generate_series(1, 30) n`,
    );
    for (let count = 0; count < 3; count++) await endOf(id, FAILED);
    const gathered = await until(async () => {
      const all = await deliveries(`state=waiting&rule=${storm.id}`);
      return all.length === 3 ? all : undefined;
    });
    expect(Math.min(...gathered.map((one) => Date.parse(one.next_try_at ?? '')))).toBeGreaterThan(
      Date.now() + 500_000,
    );
    expect(sink.requests).toEqual([]);
    await sql(
      `update notification_deliveries set due_at = now() where rule_id = '${storm.id}' and state = 'waiting'`,
    );
    const [request] = await sink.got(1);
    await until(async () => (await deliveries(`state=suppressed&rule=${storm.id}`)).length === 2);
    const { type, data } = JSON.parse(request?.body ?? '');
    expect([type, data.count, data.subject]).toEqual(['digest', 3, '[3 messages] A storm']);
    expect(sink.requests).toHaveLength(1);
    await sql(`delete from notification_deliveries where rule_id = '${storm.id}'`);
  });

  test('holds up neither jobs nor other ways where a mail server hangs', async () => {
    const channel = await webhook();
    const addresses = Array.from({ length: 12 }, (_none, index) => `hang-${index}@demo.test`);
    const slow = await ok('POST', '/channel', { name: `Hangs ${made}`, type: 'email', addresses });
    const id = await task();
    await rule({ emitter: { type: 'task', id }, channels: [channel.id, slow.id] });
    mail.mode = 'hang';
    await endOf(id, FAILED);
    await sink.got(1);
    await endOf(id, FAILED);
    await sink.got(2);
    // no mail was given up yet, which takes eight seconds
    const mails = await deliveries(`channel=${slow.id}`);
    expect(mails).toHaveLength(2 * addresses.length);
    expect(mails.filter(({ attempts, state }) => attempts > 0 && state !== 'sending')).toEqual([]);
  });

  test('forgets what is older than thirty days', async () => {
    const old = '019000000000000000000001';
    await sql(
      `insert into notification_deliveries (id, customer_id, once_key, medium, target, subject, facts, state)
       values ('${old}', '${app.demo.id}', 'old', 'browser', 'x', 'old', '{}', 'sent')`,
    );
    await notificationQueries(app.db).trim(30 * 24 * 3_600_000);
    expect(await sql(`select 1 from notification_deliveries where id = '${old}'`)).toEqual([]);
  });
});
