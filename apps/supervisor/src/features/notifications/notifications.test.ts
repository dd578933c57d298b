import type { Channel, Job, MyNotifications, Notification, NotificationRule, RunInstruction } from '@argus/contract';
import {
  createTestDatabase,
  fakeBot,
  startHttpSink,
  startMailSink,
  until,
  type FakeBot,
  type HttpSink,
  type MailSink,
} from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addHost, addPerson, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let mail: MailSink;
let sink: HttpSink;
let admin: string;
let hostId: string;
let bot: FakeBot;
let made = 0;
beforeAll(async () => {
  const database = resources.use(await createTestDatabase());
  mail = resources.use(await startMailSink());
  app = resources.use(await startTestApp(database.connection, { smtpUrl: mail.url }));
  admin = app.demo.people.admin.token;
});
afterAll(() => { console.log(app.logged.filter((l) => /"level":(40|50)/.test(l)).map((l) => l.slice(0, 900)).join('\n')); return resources.disposeAsync(); });
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
  await sql(`update notification_deliveries set state = 'suppressed', settled_at = now() where state in ('waiting', 'sending')`);
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
  ok('POST', '/channel', { name: `Hook ${Math.random()}`, type: 'webhook', url: `${sink.url}/hook/secret-path`, ...more });
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

describe('a rule', () => {
  test('tells a channel of a failure, and not of a success', async () => {
    const id = await task();
    const channel = await webhook();
    const { id: ruleId } = await rule({ emitter: { type: 'task', id }, channels: [channel.id], log_lines: 2 });

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
    await until(async () => (await deliveries(`rule=${ruleId}`))[0]?.state === 'sent');
    expect(await deliveries(`rule=${ruleId}`)).toMatchObject([
      { state: 'sent', job_id: job.id, attempts: 1, medium: 'webhook', to: channel.name },
    ]);
  });
});

describe('my own', () => {
  test('inbox counts what is unread', async () => {
    const me = await addPerson(app.db, app.demo.id, `me-${made}@demo.test`, 'viewer');
    app.keepSecret(me.token);
    const id = await task();
    await rule({ personal: true, emitter: { type: 'task', id } }, me.token);
    await endOf(id, FAILED);
    await until(async () => (await inbox(me.token)).unread === 1);
    const [got] = (await inbox(me.token)).notifications;
    expect(got).toMatchObject({ is_failure: true, read_at: null });
    const letter = await mail.mailTo(me.email);
    expect(letter.subject).toBe(`[failed] Nightly backup ${made} on bot-${made}`);
    expect(await ok('POST', '/notification/read', {}, me.token)).toEqual({ unread: 0 });
  });
});
