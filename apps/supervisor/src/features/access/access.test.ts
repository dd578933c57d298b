import type { MemberAccess, Session } from '@argus/contract';
import { createTestDatabase, until } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addIntegrationToken,
  addPerson,
  addSession,
  addTask,
  followLog,
  PASSWORD,
  startJob,
  startTestApp,
  type TestApp,
} from '../../testing/index.ts';
import { hashToken } from '../../platform/crypto.ts';
import { accessQueries, deleteEnded } from './index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let admin: string;
let owner: string;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  admin = app.demo.people.admin.token;
  owner = app.demo.people.owner.token;
});
afterAll(() => resources.disposeAsync());

const basic = (email: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${email}:${password}`).toString('base64')}`,
});
const profile = (token: string) => app.request('GET', '/auth/profile', { token });

describe('signing in', () => {
  test.each([
    ['JSON', () => ({ body: { email: 'user@demo.test', password: PASSWORD } })],
    ['another case of the address', () => ({ body: { email: 'USER@Demo.test', password: PASSWORD } })],
    ['HTTP Basic', () => ({ headers: basic('user@demo.test', PASSWORD) })],
    [
      'a form',
      () => ({
        body: `email=user%40demo.test&password=${encodeURIComponent(PASSWORD)}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ],
  ])('works with %s and answers a token that works', async (_way, options) => {
    const { status, body, headers } = await app.request('POST', '/auth/login', options());
    expect(status).toBe(200);
    expect(body.customer).toBe('demo');
    expect(String(headers['set-cookie'])).toMatch(/argus_session=.*HttpOnly.*SameSite=Lax/);
    expect((await profile(body.access_token)).body).toMatchObject({ email: 'user@demo.test', role: 'user' });
  });

  test('answers a wrong password, an unknown account and another organization alike', async () => {
    const answers = await Promise.all([
      app.request('POST', '/auth/login', { body: { email: 'user@demo.test', password: 'wrong' } }),
      app.request('POST', '/auth/login', { body: { email: 'nobody@demo.test', password: PASSWORD } }),
      app.request('POST', '/auth/login', { headers: basic('user@demo.test', 'wrong') }),
      app.request('POST', '/auth/login', {
        body: { email: 'user@demo.test', password: PASSWORD, customer: 'other' },
      }),
    ]);
    for (const { status, body, headers } of answers) {
      expect(status).toBe(401);
      expect(body).toEqual(answers[0]?.body);
      expect(headers['set-cookie']).toBeUndefined();
    }
  });

  test('ends with the logout at once', async () => {
    const token = await addSession(app.db, app.demo.id, app.demo.people.user.userId);
    expect((await profile(token)).status).toBe(200);
    expect((await app.request('POST', '/auth/logout', { token })).status).toBe(204);
    expect((await profile(token)).status).toBe(401);
  });

  test('with the cookie writes only from a page of ours', async () => {
    const token = await addSession(app.db, app.demo.id, app.demo.people.user.userId);
    const path = `/task/${app.demo.task.id}/job`;
    const from = (origin?: string) =>
      app.request('POST', path, { headers: { cookie: `argus_session=${token}`, ...(origin && { origin }) } });
    expect(
      (await app.request('GET', '/task', { headers: { cookie: `argus_session=${token}` } })).status,
    ).toBe(200);
    expect((await from()).body.code).toBe('wrong_origin');
    expect((await from('https://evil.example')).body.code).toBe('wrong_origin');
    expect((await from('null')).body.code).toBe('wrong_origin');
    expect((await from(app.url)).body).toMatchObject({ origin: 'user' });
  });
});

describe('integration tokens', () => {
  const create = (body: object, token = admin) => app.request('POST', '/token', { token, body });

  test('are shown once, work in header, query and body, and die at once when revoked', async () => {
    const { body: made, status } = await create({ name: 'ci' });
    expect(status).toBe(201);
    expect((await profile(made.token)).body).toMatchObject({
      kind: 'integration',
      role: 'admin',
      name: 'token "ci"',
    });
    expect((await app.request('GET', `/task?access_token=${made.token}`)).status).toBe(200);
    const run = { task: app.demo.task.id, access_token: made.token };
    expect((await app.request('POST', '/job', { body: run })).status).toBe(200);
    const list = await app.request('GET', '/token', { token: admin });
    expect(list.text).not.toContain(made.token);
    expect((await app.request('DELETE', `/token/${made.id}`, { token: admin })).status).toBe(204);
    expect((await profile(made.token)).status).toBe(401);
  });

  test('in two places are refused', async () => {
    const { body: made } = await create({ name: 'twice' });
    const { status, body } = await app.request('GET', `/task?access_token=${made.token}`, {
      token: made.token,
    });
    expect([status, body.code]).toEqual([401, 'ambiguous_token']);
  });

  test('are at most as strong as who makes them', async () => {
    expect((await create({ name: 'x', role: 'owner' })).status).toBe(403);
    expect((await create({ name: 'x', role: 'owner' }, owner)).status).toBe(201);
    const { body: viewer } = await create({ name: 'x', role: 'viewer' });
    expect((await app.request('POST', `/task/${app.demo.task.id}/job`, { token: viewer.token })).status).toBe(
      403,
    );
  });

  test('expire', async () => {
    expect((await create({ name: 'x', expires: '2001-01-01' })).body.errors[0].field).toBe('expires');
    expect((await create({ name: 'x', expires: 'soon' })).status).toBe(400);
    const { token } = await addIntegrationToken(app.db, app.demo.id, {
      expires: new Date(Date.now() - 1000),
    });
    expect((await profile(token)).status).toBe(401);
  });

  test('are listed with who made them, their end and when they were last used', async () => {
    const expires = '2099-01-01T00:00:00.000Z';
    const { body: made } = await create({ name: 'listed', expires });
    const find = async () =>
      (await app.request('GET', '/token', { token: admin })).body.find(
        ({ id }: { id: string }) => id === made.id,
      );
    expect(await find()).toMatchObject({ created_by: 'admin@demo.test', expires, last_used_at: null });
    await profile(made.token);
    await until(async () => (await find()).last_used_at !== null);
  });

  test('stay when who made them leaves', async () => {
    const leaving = await addPerson(app.db, app.demo.id, 'maker@demo.test', 'admin');
    const { body: made } = await create({ name: 'stays' }, leaving.token);
    await app.request('DELETE', `/member/${leaving.memberId}`, { token: owner });
    expect((await profile(made.token)).body).toMatchObject({ role: 'admin' });
  });

  test('name tasks of their organization alone, and one at least', async () => {
    for (const id of ['f'.repeat(24), app.other.task.id]) {
      const { status, body } = await create({ name: 'x', tasks: [app.demo.task.id, id] });
      expect([status, body.errors[0]]).toEqual([
        400,
        { field: 'tasks', message: expect.stringContaining(id) },
      ]);
    }
    expect((await create({ name: 'x', tasks: [] })).body.errors[0].field).toBe('tasks');
  });

  test('and sessions that end, or whose rights change, take their open streams with them', async () => {
    const { body: made } = await create({ name: 'follows' });
    const person = await addPerson(app.db, app.demo.id, 'follows@demo.test', 'user');
    const session = await addSession(app.db, app.demo.id, person.userId);
    const stays = await addSession(app.db, app.demo.id, person.userId);
    const changing = await addPerson(app.db, app.demo.id, 'changes@demo.test', 'user');
    const job = await startJob(app);
    let open = 0;
    const follow = async (token: string): Promise<string> => {
      for await (const { event } of followLog(app.url, job, { token })) {
        if (event === 'end') return 'the end';
        open++;
      }
      return 'cut';
    };
    const streams = [made.token, session, changing.token, stays].map(follow);
    await until(() => open >= 4);
    await app.request('DELETE', `/token/${made.id}`, { token: admin });
    await app.request('POST', '/auth/logout', { token: session });
    await app.request('PATCH', `/member/${changing.memberId}`, {
      token: admin,
      body: { credential: 'viewer' },
    });
    expect(await Promise.all(streams.slice(0, 3))).toEqual(['cut', 'cut', 'cut']);
    await app.request('PUT', `/job/${job}/cancel`, { token: admin });
    expect(await streams[3]).toBe('the end');
  });

  test('of some tasks see these alone', async () => {
    const hidden = await addTask(app.platform, app.demo.id, {});
    const { body: made } = await create({ name: 'one', tasks: [app.demo.task.id] });
    const tasks = await app.request('GET', '/task', { token: made.token });
    expect(tasks.body.map(({ id }: { id: string }) => id)).toEqual([app.demo.task.id]);
    expect((await app.request('GET', `/task/${hidden.id}`, { token: made.token })).status).toBe(404);
    expect((await app.request('POST', `/task/${hidden.id}/job`, { token: made.token })).status).toBe(404);
    expect((await app.request('POST', `/task/${app.demo.task.id}/job`, { token: made.token })).status).toBe(
      200,
    );
  });
});

describe('members', () => {
  const add = (token: string, email: string, credential: string) =>
    app.request('POST', '/member', {
      token,
      body: { user: { email, password: 'a long password' }, credential },
    });

  test('are added, listed, changed and sign in', async () => {
    const { status, body } = await add(admin, 'new@demo.test', 'user');
    expect(status).toBe(201);
    expect((await add(admin, 'NEW@demo.test', 'user')).status).toBe(409);
    const login = { email: 'new@demo.test', password: 'a long password' };
    expect((await app.request('POST', '/auth/login', { body: login })).status).toBe(200);
    const changed = await app.request('PATCH', `/member/${body.id}`, {
      token: admin,
      body: { credential: 'viewer', tags: ['team:a'] },
    });
    expect(changed.body).toMatchObject({ credential: 'viewer', tags: ['team:a'] });
  });

  test('get no more than who gives holds', async () => {
    const { manager } = app.demo.people;
    for (const role of ['manager', 'admin', 'owner'])
      expect((await add(manager.token, `${role}2@demo.test`, role)).status).toBe(403);
    expect((await add(admin, 'owner2@demo.test', 'owner')).status).toBe(403);
    const theirs = `/member/${app.demo.people.owner.memberId}`;
    expect(
      (await app.request('PATCH', theirs, { token: admin, body: { credential: 'viewer' } })).status,
    ).toBe(403);
    expect((await app.request('DELETE', theirs, { token: admin })).status).toBe(403);
    const self = `/member/${manager.memberId}`;
    expect(
      (await app.request('PATCH', self, { token: manager.token, body: { credential: 'owner' } })).status,
    ).toBe(403);
  });

  test('the last owner stays', async () => {
    const path = `/member/${app.demo.people.owner.memberId}`;
    expect((await app.request('DELETE', path, { token: owner })).status).toBe(409);
    expect((await app.request('PATCH', path, { token: owner, body: { credential: 'admin' } })).status).toBe(
      409,
    );
    const second = await addPerson(app.db, app.demo.id, 'second@demo.test', 'owner');
    expect((await app.request('DELETE', `/member/${second.memberId}`, { token: owner })).status).toBe(204);
  });

  test('two owners cannot both step down at the same moment', async () => {
    const { token } = app.instanceAdmin;
    for (let round = 0; round < 3; round++) {
      const name = `owners-${round}`;
      const { body: customer } = await app.request('POST', '/customer', { token, body: { name } });
      const owners = [
        await addPerson(app.db, customer.id, `one@${name}.test`, 'owner'),
        await addPerson(app.db, customer.id, `two@${name}.test`, 'owner'),
      ];
      const members = await app.request('GET', '/member', { token: owners[0]?.token });
      const first = members.body.find(
        ({ user }: { user: { email: string } }) => user.email === 'instance@demo.test',
      );
      await app.request('DELETE', `/member/${first.id}`, { token: owners[0]?.token });
      const answers = await Promise.all(
        owners.map((one) =>
          app.request('PATCH', `/member/${one.memberId}`, {
            token: one.token,
            body: { credential: 'viewer' },
          }),
        ),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    }
  });

  test('have each tag once, in whatever case, and access lists compare them so', async () => {
    const person = await addPerson(app.db, app.demo.id, 'tagged@demo.test', 'user');
    const { body } = await app.request('PATCH', `/member/${person.memberId}`, {
      token: admin,
      body: { tags: ['Team:Ops', 'team:OPS'] },
    });
    expect(body.tags).toEqual(['Team:Ops']);
    const task = await addTask(app.platform, app.demo.id, { acls: ['TEAM:ops'] });
    expect((await app.request('GET', `/task/${task.id}`, { token: person.token })).status).toBe(200);
  });

  test('that are removed are out at once', async () => {
    const leaving = await addPerson(app.db, app.demo.id, 'leaving@demo.test', 'user');
    expect((await profile(leaving.token)).status).toBe(200);
    expect((await app.request('DELETE', `/member/${leaving.memberId}`, { token: admin })).status).toBe(204);
    expect((await profile(leaving.token)).status).toBe(401);
  });

  test('whose role changes have it at once', async () => {
    const person = await addPerson(app.db, app.demo.id, 'changing@demo.test', 'viewer');
    await app.request('PATCH', `/member/${person.memberId}`, { token: admin, body: { credential: 'admin' } });
    expect((await app.request('GET', '/token', { token: person.token })).status).toBe(200);
  });

  test('of another organization keep their name and password there', async () => {
    expect((await add(admin, 'user@other.test', 'viewer')).status).toBe(201);
    const login = (password: string) =>
      app.request('POST', '/auth/login', { body: { email: 'user@other.test', password } });
    expect((await login('a long password')).status).toBe(401);
    expect((await login(PASSWORD)).body.customer).toBe('other');
  });
});

describe('sessions', () => {
  const signIn = async (email: string, agent: string) =>
    (
      await app.request('POST', '/auth/login', {
        body: { email, password: PASSWORD },
        headers: { 'user-agent': agent },
      })
    ).body.access_token as string;
  const sessionsOf = async (token: string) =>
    (await app.request('GET', '/auth/session', { token })).body as Session[];

  test('of a person are listed with browser and address, and ended one by one or all but this', async () => {
    const { email } = await addPerson(app.db, app.demo.id, 'everywhere@demo.test', 'user');
    const [here, there, third] = [
      await signIn(email, 'Firefox here'),
      await signIn(email, '<b>there</b>'.repeat(100)),
      await signIn(email, 'third'),
    ];
    const list = await sessionsOf(here);
    expect(list.slice(0, 3)).toMatchObject([
      { agent: 'third', current: false },
      { agent: '<b>there</b>'.repeat(100).slice(0, 300), current: false },
      { agent: 'Firefox here', current: true, address: '127.0.0.1', customer: 'demo' },
    ]);
    const ofThere = list[1]?.id ?? '';
    expect((await app.request('DELETE', `/auth/session/${ofThere}`, { token: here })).status).toBe(204);
    expect((await app.request('DELETE', `/auth/session/${ofThere}`, { token: here })).status).toBe(404);
    expect((await profile(there)).status).toBe(401);
    expect((await profile(third)).status).toBe(200);
    const { body } = await app.request('DELETE', '/auth/session', { token: here });
    expect(body).toEqual({ ended: 2 });
    expect((await profile(third)).status).toBe(401);
    expect(await sessionsOf(here)).toHaveLength(1);
  });

  test('of others are nobody’s business', async () => {
    const [theirs] = await sessionsOf(owner);
    const { status } = await app.request('DELETE', `/auth/session/${theirs?.id}`, { token: admin });
    expect(status).toBe(404);
    expect((await profile(owner)).status).toBe(200);
  });

  test('a person changes their own name', async () => {
    const { token, email } = await addPerson(app.db, app.demo.id, 'renamed@demo.test', 'viewer');
    const { body } = await app.request('PATCH', '/auth/profile', { token, body: { name: 'René <b>' } });
    expect(body).toMatchObject({ name: 'René <b>', email });
    expect((await profile(token)).body.name).toBe('René <b>');
  });
});

describe('a member who is kept out', () => {
  test('is out at once, is not asked anything, and comes back as they were', async () => {
    const person = await addPerson(app.db, app.demo.id, 'kept-out@demo.test', 'user', { tags: ['team:x'] });
    const path = `/member/${person.memberId}`;
    const set = (disabled: boolean) => app.request('PATCH', path, { token: admin, body: { disabled } });
    const signIn = () =>
      app.request('POST', '/auth/login', { body: { email: person.email, password: PASSWORD } });
    expect((await set(true)).body.disabled_at).toEqual(expect.any(String));
    expect((await profile(person.token)).status).toBe(401);
    expect((await signIn()).status).toBe(401);
    expect(await accessQueries(app.db).people(app.demo.id, ['team:x'])).toEqual([]);
    expect((await set(false)).body).toMatchObject({
      disabled_at: null,
      tags: ['team:x'],
      credential: 'user',
    });
    expect((await signIn()).status).toBe(200);
  });

  test('is never oneself, nor the last owner', async () => {
    const keepOut = (id: string, token: string) =>
      app.request('PATCH', `/member/${id}`, { token, body: { disabled: true } });
    const { owner: last, admin: me } = app.demo.people;
    expect((await keepOut(me.memberId, admin)).status).toBe(409);
    const second = await addPerson(app.db, app.demo.id, 'owner-2@demo.test', 'owner');
    expect((await keepOut(second.memberId, last.token)).status).toBe(200);
    // who is kept out is no owner that counts
    expect(
      (
        await app.request('PATCH', `/member/${last.memberId}`, {
          token: last.token,
          body: { credential: 'admin' },
        })
      ).status,
    ).toBe(409);
    await app.request('DELETE', `/member/${second.memberId}`, { token: last.token });
  });
});

test('why somebody sees a task is told by the entries that let them in, as the task itself decides', async () => {
  const person = await addPerson(app.db, app.demo.id, 'why@demo.test', 'user', { tags: ['team:why'] });
  const byTag = await addTask(app.platform, app.demo.id, { name: 'Why A', acls: ['viewer', 'TEAM:why'] });
  const hidden = await addTask(app.platform, app.demo.id, { name: 'Why B', acls: ['somebody@else.test'] });
  const ask = async (search: string, id = person.memberId) =>
    (await app.request('GET', `/member/${id}/access${search}`, { token: admin })).body as MemberAccess;
  const { items, everything, entries } = await ask('?q=why');
  expect([everything, entries]).toEqual([false, ['user', 'why@demo.test', 'team:why']]);
  expect(items).toMatchObject([
    { id: byTag.id, type: 'task', sees: true, because: ['TEAM:why'] },
    { id: hidden.id, sees: false, because: [], acls: ['somebody@else.test'] },
  ]);
  const seen = (await app.request('GET', '/task?limit=1000&unassigned=1', { token: person.token })).body as {
    id: string;
  }[];
  const told = (await ask('?sees=yes&limit=1000')).items.filter(({ type }) => type === 'task');
  expect(told.map(({ id }) => id).toSorted()).toEqual(seen.map(({ id }) => id).toSorted());
  expect(await ask('?q=why%20b', app.demo.people.admin.memberId)).toMatchObject({
    everything: true,
    items: [{ sees: true, because: [] }],
  });
});

test('a token says when and from where it was last used', async () => {
  const { body } = await app.request('POST', '/token', { token: admin, body: { name: 'used' } });
  await app.request('GET', '/task', { token: body.token });
  await until(async () => {
    const { body: list } = await app.request('GET', '/token', { token: admin });
    return list.find(({ id }: { id: string }) => id === body.id).last_used_from === '127.0.0.1';
  });
});

describe('organizations', () => {
  test('are made by the instance admin, who owns them', async () => {
    const { token } = app.instanceAdmin;
    expect((await app.request('POST', '/customer', { token, body: { name: 'third' } })).status).toBe(201);
    expect((await app.request('POST', '/customer', { token, body: { name: 'third' } })).status).toBe(409);
    expect(
      (await app.request('POST', '/customer', { token, body: { name: 'task' } })).body.errors[0].field,
    ).toBe('name');
    const login = await app.request('POST', '/auth/login', {
      body: { email: 'instance@demo.test', password: PASSWORD, customer: 'third' },
    });
    expect((await profile(login.body.access_token)).body).toMatchObject({ customer: 'third', role: 'owner' });
  });
});

test('the audit tells who did what and who was refused, newest first', async () => {
  await app.request('GET', `/task/${app.demo.task.id}/credentials`, { token: admin });
  await app.request('GET', '/audit', { token: app.demo.people.viewer.token });
  const { body } = await app.request('GET', '/audit?limit=2', { token: admin });
  expect(body).toMatchObject([
    { actor: 'viewer@demo.test', action: 'listAudit', outcome: 'refused' },
    { actor: 'admin@demo.test', action: 'secret.read', target_id: app.demo.task.id, outcome: 'done' },
  ]);
  const one = (customer: string, token: string) =>
    app.request('GET', `/${customer}/audit/${body[1].id}`, { token });
  expect((await one('demo', admin)).body).toEqual(body[1]);
  expect((await one('demo', app.demo.people.manager.token)).status).toBe(403);
  expect((await one('other', app.other.people.admin.token)).status).toBe(404);
});

test('what has ended by itself is deleted, integration tokens stay listed', async () => {
  const past = new Date(Date.now() - 2 * 86_400_000);
  const session = await addSession(app.db, app.demo.id, app.demo.people.user.userId);
  const { id } = await addIntegrationToken(app.db, app.demo.id, { expires: past });
  await app.db.kysely
    .updateTable('tokens')
    .set({ expires_at: past })
    .where('hash', '=', hashToken(session))
    .execute();
  await deleteEnded(app.platform);
  const left = await app.db.kysely.selectFrom('tokens').select(['id', 'hash']).execute();
  expect(left.some(({ hash }) => hash.equals(hashToken(session)))).toBe(false);
  expect(left.some((token) => token.id === id)).toBe(true);
  expect((await profile(app.demo.people.user.token)).status).toBe(200);
});
