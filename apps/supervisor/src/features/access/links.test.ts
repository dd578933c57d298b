import type { LinkSent, Role } from '@argus/contract';
import { createTestDatabase, startMailSink, until, type MailSink } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addPerson,
  addSession,
  linkToken,
  PASSWORD,
  startTestApp,
  type Answer,
  type TestApp,
} from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
/** Without a mail server, and with one. */
let app: TestApp;
let mailing: TestApp;
let sink: MailSink;
beforeAll(async () => {
  sink = resources.use(await startMailSink());
  app = resources.use(await startTestApp(resources.use(await createTestDatabase()).connection));
  mailing = resources.use(
    await startTestApp(resources.use(await createTestDatabase()).connection, { smtpUrl: sink.url }),
  );
});
afterAll(() => resources.disposeAsync());

const NEW = 'a password of my own';
let people = 0;
const unique = () => `person-${++people}@demo.test`;

interface Invited {
  id: string;
  email: string;
  invitation: LinkSent;
}

async function invite(on: TestApp, email = unique(), credential: Role = 'user', more = {}): Promise<Invited> {
  const { status, body } = await on.request('POST', '/member', {
    token: on.demo.people.admin.token,
    body: { user: { email, ...more }, credential },
  });
  expect(status).toBe(201);
  return { id: body.id, email, invitation: body.invitation };
}

const login = (on: TestApp, email: string, password: string) =>
  on.request('POST', '/auth/login', { body: { email, password } });
const accept = (on: TestApp, token: string, more = {}) =>
  on.request('POST', '/auth/invitation', { body: { token, password: NEW, ...more } });
const reset = (on: TestApp, token: string, password = NEW) =>
  on.request('POST', '/auth/password/reset', { body: { token, password } });
const signedIn = async (on: TestApp, token: string) =>
  (await on.request('GET', '/auth/profile', { token })).status === 200;
const makeReset = (on: TestApp, memberId: string, token = on.demo.people.admin.token) =>
  on.request('POST', `/member/${memberId}/reset`, { token });

/** The token of the link that a mail brings. */
function tokenIn(text: string): string {
  const [, token] = /\/app\/(?:invitation|reset)#(\S+)/.exec(text) ?? [];
  return token ?? '';
}

function expectDead({ status, body }: Answer): void {
  expect([status, body.code]).toEqual([403, 'wrong_link']);
}

describe('an invitation', () => {
  test('is made for who has no password, lets them choose one, and signs them in', async () => {
    const { id, email, invitation } = await invite(app);
    expect(invitation).toMatchObject({
      mailed: false,
      link: expect.stringContaining(`${app.url}/app/invitation#`),
    });
    const days = (Date.parse(invitation.expires) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThanOrEqual(7);
    const token = linkToken(invitation);
    const read = await app.request('POST', '/auth/link', { body: { token } });
    expect(read.body).toMatchObject({
      kind: 'invitation',
      email,
      customer: 'demo',
      role: 'user',
      created_by: 'admin@demo.test',
    });
    const listed = async () =>
      (await app.request('GET', '/member', { token: app.demo.people.admin.token })).body.find(
        (member: { id: string }) => member.id === id,
      );
    expect(await listed()).toMatchObject({ active: false, invited_until: invitation.expires });

    const accepted = await accept(app, token, { name: 'Eve' });
    expect(accepted.body).toMatchObject({ customer: 'demo' });
    expect(String(accepted.headers['set-cookie'])).toMatch(/argus_session=.*HttpOnly/);
    expect(await signedIn(app, accepted.body.access_token)).toBe(true);
    expect((await login(app, email, NEW)).status).toBe(200);
    expect(await listed()).toMatchObject({ active: true, invited_until: null, user: { name: 'Eve' } });
    expectDead(await accept(app, token));
    expectDead(await app.request('POST', '/auth/link', { body: { token } }));
  });

  test('is not made for who brings a password, or has one', async () => {
    expect((await invite(app, unique(), 'user', { password: NEW })).invitation).toBeNull();
    expect((await invite(app, 'viewer@other.test')).invitation).toBeNull();
  });

  test('is dead once there is a newer one', async () => {
    const first = await invite(app);
    const { body, status } = await app.request('POST', `/member/${first.id}/invitation`, {
      token: app.demo.people.manager.token,
    });
    expect(status).toBe(200);
    expectDead(await accept(app, linkToken(first.invitation)));
    expect((await accept(app, linkToken(body))).status).toBe(200);
    const again = await app.request('POST', `/member/${first.id}/invitation`, {
      token: app.demo.people.manager.token,
    });
    expect([again.status, again.body.code]).toEqual([409, 'conflict']);
  });

  test('is dead after its time, and with the membership', async () => {
    const late = await invite(app);
    await app.db.kysely.updateTable('one_time_links').set({ expires_at: new Date() }).execute();
    expectDead(await accept(app, linkToken(late.invitation)));
    const removed = await invite(app);
    await app.request('DELETE', `/member/${removed.id}`, { token: app.demo.people.admin.token });
    expectDead(await accept(app, linkToken(removed.invitation)));
  });

  test('is given by nobody who may not give its role', async () => {
    const { id } = await invite(app, unique(), 'admin');
    for (const role of ['manager', 'user', 'viewer'] as const)
      expect(
        (await app.request('POST', `/member/${id}/invitation`, { token: app.demo.people[role].token }))
          .status,
      ).toBe(403);
  });

  test('works once, also where two come at the same moment', async () => {
    const token = linkToken((await invite(app)).invitation);
    const answers = await Promise.all([1, 2, 3, 4].map(() => accept(app, token)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403, 403, 403]);
  });

  test('of somebody whom two organizations invite is shown to the first alone', async () => {
    const email = unique();
    const first = await invite(app, email);
    const second = await app.request('POST', '/member', {
      token: app.other.people.admin.token,
      body: { user: { email, password: 'a password of the second' }, credential: 'user' },
    });
    expect(second.body).toMatchObject({ active: false, invitation: null });
    const more = await app.request('POST', `/member/${second.body.id}/invitation`, {
      token: app.other.people.admin.token,
    });
    expect([more.status, more.body.message]).toEqual([409, expect.stringContaining('ARGUS_SMTP_URL')]);
    expect((await login(app, email, 'a password of the second')).status).toBe(401);
    expect((await accept(app, linkToken(first.invitation))).status).toBe(200);
  });

  test('is no token for anything else', async () => {
    const token = linkToken((await invite(app)).invitation);
    expect((await app.request('GET', '/task', { token })).status).toBe(401);
    expectDead(await reset(app, token));
  });
});

describe('a link to a new password', () => {
  test('sets it once, and ends every session and every other link', async () => {
    const person = await addPerson(app.db, app.demo.id, unique(), 'user');
    const elsewhere = await addSession(app.db, app.demo.id, person.userId);
    const former = linkToken((await makeReset(app, person.memberId)).body);
    const { body } = await makeReset(app, person.memberId);
    expect(body.link).toContain('/app/reset#');
    expect(Date.parse(body.expires) - Date.now()).toBeLessThanOrEqual(3_600_000);
    expectDead(await reset(app, former));
    expect((await reset(app, linkToken(body))).status).toBe(204);
    expect([await signedIn(app, person.token), await signedIn(app, elsewhere)]).toEqual([false, false]);
    expect((await login(app, person.email, PASSWORD)).status).toBe(401);
    expect((await login(app, person.email, NEW)).status).toBe(200);
    expectDead(await reset(app, linkToken(body)));
  });

  test('is not used up by a password that is refused', async () => {
    const person = await addPerson(app.db, app.demo.id, unique(), 'user');
    const token = linkToken((await makeReset(app, person.memberId)).body);
    expect((await reset(app, token, 'short')).body.errors[0].field).toBe('password');
    expect((await reset(app, token)).status).toBe(204);
  });

  test('is made by admins, for whom they may change, and not for themselves', async () => {
    const { people: all } = app.demo;
    expect((await makeReset(app, all.viewer.memberId, all.manager.token)).status).toBe(403);
    expect((await makeReset(app, all.owner.memberId)).status).toBe(403);
    expect((await makeReset(app, all.admin.memberId)).status).toBe(409);
    expect((await makeReset(app, (await invite(app)).id)).status).toBe(409);
    expect((await makeReset(app, app.other.people.viewer.memberId)).status).toBe(404);
  });

  test('is not shown of a person of another organization, or of who administers the server', async () => {
    const shared = await addPerson(app.db, app.demo.id, 'user@other.test', 'viewer');
    for (const memberId of [shared.memberId, app.instanceAdmin.memberId]) {
      const { status, body, text } = await makeReset(app, memberId);
      expect([status, body.message]).toEqual([409, expect.stringContaining('ARGUS_SMTP_URL')]);
      expect(text).not.toContain('#');
    }
    expect(
      await app.db.kysely
        .selectFrom('one_time_links')
        .where('user_id', '=', shared.userId)
        .select('id')
        .execute(),
    ).toEqual([]);
  });

  test('is shown to who administers the server', async () => {
    const both = await addPerson(app.db, app.demo.id, 'manager@other.test', 'viewer');
    const admin = await addPerson(app.db, app.demo.id, unique(), 'owner', { instanceAdmin: true });
    expect((await makeReset(app, both.memberId, admin.token)).body.link).toContain('#');
  });
});

describe('changing the own password', () => {
  const change = (on: TestApp, token: string, password: string, next = NEW) =>
    on.request('POST', '/auth/password/change', { token, body: { password, new_password: next } });

  test('ends the other sessions and open links, and keeps this session', async () => {
    const person = await addPerson(app.db, app.demo.id, unique(), 'user');
    const other = await addSession(app.db, app.demo.id, person.userId);
    const link = linkToken((await makeReset(app, person.memberId)).body);
    expect((await change(app, person.token, PASSWORD)).status).toBe(204);
    expect([await signedIn(app, person.token), await signedIn(app, other)]).toEqual([true, false]);
    expectDead(await reset(app, link));
    expect((await login(app, person.email, NEW)).status).toBe(200);
  });

  test('needs the present one, and a session', async () => {
    const person = await addPerson(app.db, app.demo.id, unique(), 'admin');
    const wrong = await change(app, person.token, 'wrong');
    expect([wrong.status, wrong.body.code, wrong.body.errors[0].field]).toEqual([
      401,
      'wrong_login',
      'password',
    ]);
    expect((await change(app, person.token, PASSWORD, 'short')).body.errors[0].field).toBe('new_password');
    const { body: made } = await app.request('POST', '/token', { token: person.token, body: { name: 'x' } });
    expect((await change(app, made.token, PASSWORD)).status).toBe(403);
    expect((await login(app, person.email, PASSWORD)).status).toBe(200);
  });

  test('is no way to find it out: wrong ones are counted', async () => {
    const person = await addPerson(app.db, app.demo.id, unique(), 'user');
    const codes = [];
    for (let index = 0; index < 6; index++)
      codes.push((await change(app, person.token, `wrong ${index}`)).status);
    expect(codes).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await change(app, person.token, PASSWORD)).status).toBe(429);
  });
});

describe('with a mail server', () => {
  test('an invitation goes to who is invited, and is not shown', async () => {
    await mailing.request('PATCH', '/customer/demo', {
      token: mailing.instanceAdmin.token,
      body: { display_name: '<b>Demo</b>\r\n\r\nhttps://evil.example' },
    });
    const { email, invitation } = await invite(mailing);
    expect(invitation).toMatchObject({ link: null, mailed: true });
    const mail = await sink.mailTo(email);
    expect(mail.to).toEqual([email]);
    // a name is text on its line, and begins no line of its own
    expect(mail.text).toContain('the organization <b>Demo</b> https://evil.example on Argus');
    expect(mail.text).not.toMatch(/^https:\/\/evil/m);
    mailing.keepSecret(tokenIn(mail.text));
    expect((await accept(mailing, tokenIn(mail.text))).status).toBe(200);
  });

  test('an invitation that is not taken is shown instead', async () => {
    sink.mode = 'refuse';
    try {
      const { invitation } = await invite(mailing);
      expect(invitation.mailed).toBe(false);
      expect((await accept(mailing, linkToken(invitation))).status).toBe(200);
    } finally {
      sink.mode = 'take';
    }
  });

  test('who forgot their password is answered before the mail server answers', async () => {
    const { email } = await addPerson(mailing.db, mailing.demo.id, unique(), 'user');
    const release = sink.hold();
    try {
      expect((await mailing.request('POST', '/auth/password/forgot', { body: { email } })).status).toBe(204);
    } finally {
      release();
    }
    const token = tokenIn((await sink.mailTo(email)).text);
    mailing.keepSecret(token);
    // it would have been given up, and its link with it, had that answer waited for it
    expect((await reset(mailing, token)).status).toBe(204);
  });

  test('a mail server that never answers fails no answer', async () => {
    sink.mode = 'hang';
    try {
      const { body } = await mailing.request('POST', '/member', {
        token: mailing.demo.people.admin.token,
        body: { user: { email: unique() }, credential: 'user' },
      });
      expect(body.invitation).toMatchObject({ mailed: false, link: expect.stringContaining('#') });
    } finally {
      sink.mode = 'take';
    }
  });

  test('a person of two organizations gets their link by mail alone', async () => {
    const shared = await addPerson(mailing.db, mailing.demo.id, 'user@other.test', 'viewer');
    expect((await makeReset(mailing, shared.memberId)).body).toMatchObject({ link: null, mailed: true });
    const mail = await sink.mailTo('user@other.test');
    mailing.keepSecret(tokenIn(mail.text));
    sink.mode = 'refuse';
    const refused = await makeReset(mailing, shared.memberId);
    sink.mode = 'take';
    expect(refused.status).toBe(409);
    expect(refused.text).not.toContain('#');
  });

  test('who forgot their password gets a link, and is told when it was changed', async () => {
    const person = await addPerson(mailing.db, mailing.demo.id, unique(), 'user');
    const forgot = await mailing.request('POST', '/auth/password/forgot', {
      body: { email: person.email.toUpperCase() },
    });
    expect(forgot.status).toBe(204);
    const mail = await sink.mailTo(person.email);
    mailing.keepSecret(tokenIn(mail.text));
    expect(await signedIn(mailing, person.token)).toBe(true);
    expect((await reset(mailing, tokenIn(mail.text))).status).toBe(204);
    expect((await sink.mailTo(person.email, 1)).subject).toBe('Your Argus password was changed');
    const { body } = await login(mailing, person.email, NEW);
    const change = { password: NEW, new_password: 'yet another password' };
    await mailing.request('POST', '/auth/password/change', { token: body.access_token, body: change });
    expect((await sink.mailTo(person.email, 2)).text).toContain('127.0.0.1');
  });

  test('an unknown address is answered alike, and gets nothing; nobody is sent more than three', async () => {
    const person = await addPerson(mailing.db, mailing.demo.id, unique(), 'user');
    const last = await addPerson(mailing.db, mailing.demo.id, unique(), 'user');
    const forgot = (email: string) => mailing.request('POST', '/auth/password/forgot', { body: { email } });
    const { email: invited } = await invite(mailing);
    const before = sink.mails.length;
    for (let index = 0; index < 6; index++) expect((await forgot(person.email)).status).toBe(204);
    const unknown = await forgot('nobody@demo.test');
    expect([unknown.status, unknown.text]).toEqual([204, '']);
    expect((await forgot(invited)).status).toBe(204);
    await forgot(last.email);
    await sink.mailTo(last.email);
    await until(() => sink.mails.length >= before + 4);
    const sentTo = sink.mails.slice(before).map(({ to }) => to[0]);
    expect(sentTo.filter((to) => to === person.email)).toHaveLength(3);
    expect(sentTo.filter((to) => to !== person.email)).toEqual([last.email]);
    for (const { text } of sink.mails.slice(before)) mailing.keepSecret(tokenIn(text));
  });
});

test('without a mail server, who forgot their password is answered alike', async () => {
  const { status } = await app.request('POST', '/auth/password/forgot', {
    body: { email: 'user@demo.test' },
  });
  expect(status).toBe(204);
});
