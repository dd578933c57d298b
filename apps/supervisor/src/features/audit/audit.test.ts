import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deletePastAudit } from './index.ts';
import { addHost, addPerson, linkToken, PASSWORD, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let admin: string;
/** Owner in demo, and administrator of the server. */
let master: string;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  admin = app.demo.people.admin.token;
  master = (await addPerson(app.db, app.demo.id, 'master@demo.test', 'owner', { instanceAdmin: true })).token;
});
afterAll(() => resources.disposeAsync());

const read = async (search = '', token = admin) =>
  (await app.request('GET', `/audit${search}`, { token })).body as Record<string, unknown>[];
const last = async (token = admin) => (await read('?limit=1', token))[0];

describe('the audit has', () => {
  test('sign-ins, and those that failed, with account and address', async () => {
    const email = app.demo.people.user.email;
    await app.request('POST', '/auth/login', { body: { email, password: PASSWORD } });
    expect(await last()).toMatchObject({
      actor: email,
      action: 'login',
      outcome: 'done',
      address: '127.0.0.1',
    });
    await app.request('POST', '/auth/login', { body: { email, password: 'wrong' } });
    const entry = await last();
    expect(entry).toMatchObject({
      actor: email,
      action: 'login',
      outcome: 'refused',
      details: { code: 'wrong_login' },
    });
    expect(JSON.stringify(entry)).not.toContain('wrong"');
  });

  test('sign-outs and new passwords', async () => {
    const person = await addPerson(app.db, app.demo.id, 'leaves@demo.test', 'user');
    const body = { password: PASSWORD, new_password: PASSWORD };
    await app.request('POST', '/auth/password/change', { token: person.token, body });
    expect(await last()).toMatchObject({
      actor: person.email,
      action: 'password.change',
      target_id: person.userId,
    });
    await app.request('POST', '/auth/logout', { token: person.token });
    expect(await last()).toMatchObject({ actor: person.email, action: 'logout' });
  });

  test('what became of a member', async () => {
    const { body } = await app.request('POST', '/member', {
      token: admin,
      body: { user: { email: 'hired@demo.test' }, credential: 'viewer' },
    });
    await app.request('PATCH', `/member/${body.id}`, {
      token: admin,
      body: { credential: 'user', tags: ['team:a'] },
    });
    const token = linkToken(body.invitation);
    await app.request('POST', '/auth/invitation', { body: { token, password: 'long enough' } });
    await app.request('POST', `/member/${body.id}/reset`, { token: admin });
    await app.request('DELETE', `/member/${body.id}`, { token: admin });
    const entries = await read(`?target=${body.id}`);
    expect(entries.map(({ action }) => action)).toEqual([
      'member.delete',
      'member.reset',
      'member.update',
      'member.create',
    ]);
    expect(entries[2]?.['details']).toEqual({
      email: 'hired@demo.test',
      changed: { credential: { from: 'viewer', to: 'user' }, tags: { from: [], to: ['team:a'] } },
    });
    expect((await read('?actor=HIRED@demo.test'))[0]).toMatchObject({
      action: 'invitation.accept',
      details: { link_by: 'admin@demo.test' },
    });
    expect(JSON.stringify(await read())).not.toContain(token);
  });

  test('tokens, bots and organizations, and what changed of them', async () => {
    const { body: made } = await app.request('POST', '/token', {
      token: admin,
      body: { name: 'ci', role: 'user' },
    });
    expect(await last()).toMatchObject({
      action: 'token.create',
      target_id: made.id,
      details: { name: 'ci', role: 'user', tasks: null, expires: null },
    });
    await app.request('DELETE', `/token/${made.id}`, { token: admin });
    expect(await last()).toMatchObject({ action: 'token.delete', details: { name: 'ci' } });
    const host = await addHost(app.db, app.demo.id, 'audited');
    await app.request('PATCH', `/host/${host.id}`, { token: admin, body: { disabled: true } });
    expect(await last()).toMatchObject({
      action: 'host.disable',
      details: { hostname: 'audited', changed: { disabled: { from: false, to: true } } },
    });
    await app.request('PATCH', '/customer/other', { token: master, body: { display_name: 'Renamed' } });
    expect(await last(app.other.people.admin.token)).toMatchObject({
      actor: 'master@demo.test',
      action: 'customer.update',
      details: { changed: { display_name: { from: 'The other organization', to: 'Renamed' } } },
    });
  });

  test('refusals for want of rights, by whom and of what', async () => {
    await app.request('DELETE', `/task/${app.demo.task.id}`, { token: app.demo.people.viewer.token });
    expect(await last()).toMatchObject({
      actor: 'viewer@demo.test',
      action: 'task.delete',
      outcome: 'refused',
      address: '127.0.0.1',
      details: { code: 'forbidden' },
    });
    await app.request('GET', '/host', { token: app.demo.host.credential });
    expect(await last()).toMatchObject({ actor: 'bot demo-bot', outcome: 'refused' });
  });

  test('refusals of strangers for who administers the server, and for no one else', async () => {
    await app.request('GET', '/task', { token: 'nobody has this one' });
    const found = { actor: 'anonymous', action: 'listTasks', outcome: 'refused' };
    expect(await last(master)).toMatchObject({ ...found, details: { code: 'unauthorized' } });
    expect((await read('?actor=anonymous')).filter(({ action }) => action === 'listTasks')).toEqual([]);
    await app.request('POST', `/task/${app.demo.task.id}/secret/${'0'.repeat(64)}/job`);
    expect(await last(master)).toMatchObject({ actor: 'anonymous', details: { code: 'wrong_secret' } });
  });

  test('a flood of refusals as one entry that counts them', async () => {
    await Promise.all(Array.from({ length: 150 }, () => app.request('GET', '/script')));
    const floods = (await read('?actor=anonymous&action=listScripts', master)) as {
      details: { times?: number };
    }[];
    // two where a minute ended meanwhile
    expect(floods.length).toBeLessThanOrEqual(2);
    expect(floods.reduce((sum, { details }) => sum + (details.times ?? 1), 0)).toBe(150);
  });
});

describe('the audit is asked', () => {
  test('by who, what, about what, outcome and time, and goes on page by page', async () => {
    for (let index = 0; index < 5; index++)
      await app.request('POST', '/token', { token: admin, body: { name: `page ${index}`, role: 'viewer' } });
    const all = await read('?action=token.create&actor=admin@demo.test&outcome=done');
    expect(all.length).toBeGreaterThanOrEqual(5);
    expect((await read('?action=token')).length).toBeGreaterThan(all.length);
    expect(await read('?action=tok')).toEqual([]);
    expect(await read('?action=token.create&outcome=refused')).toEqual([]);
    const [newest, , third] = all as { at: string; id: string }[];
    const between = await read(`?action=token.create&since=${third?.at}&until=${newest?.at}`);
    expect(between.map(({ id }) => id)).toContain(third?.id);
    expect(between.map(({ id }) => id)).not.toContain(newest?.id);

    const paged: unknown[] = [];
    let path: string | undefined = '/audit?action=token.create&actor=admin@demo.test&outcome=done&limit=2';
    while (path !== undefined) {
      const { body, headers } = await app.request('GET', path, { token: admin });
      paged.push(...body.map(({ id }: { id: string }) => id));
      path = /<([^>]*)>/.exec(String(headers['link'] ?? ''))?.[1];
    }
    expect(paged).toEqual(all.map(({ id }) => id));
  });

  test('for a time that is none, and is told so', async () => {
    for (const time of ['soon', '12', '-1', '2026-99-99'])
      expect((await app.request('GET', `/audit?since=${time}`, { token: admin })).body.errors[0].field).toBe(
        'since',
      );
  });

  test('and answers nothing of another organization', async () => {
    const theirs = await read('', app.other.people.admin.token);
    const ours = new Set((await read('?limit=1000')).map(({ id }) => id));
    expect(theirs.filter(({ id }) => ours.has(id as string))).toEqual([]);
  });
});

describe('an export', () => {
  const csv = (search: string) => app.request('GET', `/audit/export.csv${search}`, { token: admin });
  const json = (search: string) => app.request('GET', `/audit/export.json${search}`, { token: admin });

  test('has all that fit and not only a page, as CSV and as JSON', async () => {
    await app.db.once(
      `insert into audit (id, customer_id, actor, action, details)
       select '0000' || lpad(to_hex(n), 20, '0'), $1, 'bulk@demo.test', 'bulk.made', jsonb_build_object('n', n)
       from generate_series(1, 2500) n`,
      [app.demo.id],
    );
    const { text, headers } = await csv('?actor=BULK@demo.test');
    expect(headers['content-disposition']).toBe('attachment; filename="demo-audit.csv"');
    const lines = text.split('\r\n');
    expect(lines[0]).toBe('\u{FEFF}at,actor,action,outcome,target_type,target_id,address,details,id');
    expect(lines).toHaveLength(2502);
    const { body } = await json('?action=bulk');
    expect(body).toHaveLength(2500);
    expect(body[0]).toMatchObject({ actor: 'bulk@demo.test', details: { n: 2500 } });
    expect((await json('?actor=nobody')).body).toEqual([]);
    expect(await last()).toMatchObject({ action: 'audit.export', details: { as: 'json', actor: 'nobody' } });
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\u{200B}=1'])(
    'is no formula where an actor is called %j',
    async (name) => {
      await app.db.once(
        `insert into audit (id, customer_id, actor, action) values ('0001' || substr(md5($2), 1, 20), $1, $2, 'formula.tried')`,
        [app.demo.id, name],
      );
      const { text } = await csv(`?actor=${encodeURIComponent(name)}`);
      const cell = text.split('\r\n')[1]?.split(',')[1];
      expect(cell).toBe(`"'${name}"`);
    },
  );

  test('keeps quotes, commas and line breaks within their cell', async () => {
    const name = 'a "b", c\nd';
    await app.db.once(
      `insert into audit (id, customer_id, actor, action) values ('000200000000000000000000', $1, $2, 'quotes.tried')`,
      [app.demo.id, name],
    );
    expect((await csv('?action=quotes')).text).toContain(',"a ""b"", c\nd",quotes.tried,');
  });
});

test('a text is looked for in who, what, object and details, whatever its case', async () => {
  await addAbout('Needle-1');
  expect(await read('?q=nEEdle-1')).toMatchObject([{ details: { name: 'Needle-1' } }]);
  expect(await read('?q=needle.1')).toEqual([]);
  expect(await read('?q=%25')).toEqual([]);
});

async function addAbout(name: string): Promise<void> {
  await app.db.once(
    `insert into audit (id, customer_id, actor, action, details) values ('000300000000000000000000', $1, 'x', 'y.z', $2)`,
    [app.demo.id, JSON.stringify({ name })],
  );
}

test('what is older than its organization keeps it goes; another organization keeps its own', async () => {
  const old = `lpad(to_hex((extract(epoch from now() - interval '40 days') * 1000)::bigint), 12, '0')`;
  for (const [index, { id }] of [app.demo, app.other].entries())
    await app.db.once(
      `insert into audit (id, customer_id, actor, action) values (${old} || lpad($2, 12, '0'), $1, 'x', 'forty.days')`,
      [id, String(index)],
    );
  const body = { job_days: null, audit_days: 30 };
  const preview = await app.request('GET', '/settings/retention/preview?audit_days=30', { token: admin });
  expect(preview.body.audit).toBeGreaterThan(0);
  expect((await app.request('PUT', '/settings/retention', { token: admin, body })).body.audit_days).toBe(30);
  await deletePastAudit(app.platform, new AbortController().signal);
  expect(await read('?action=forty')).toEqual([]);
  expect(await read('?action=forty', app.other.people.owner.token)).toHaveLength(1);
  const after = await app.request('GET', '/settings/retention/preview?audit_days=30', { token: admin });
  expect(after.body.audit).toBe(0);
  expect((await read('?action=retention'))[0]).toMatchObject({
    details: { changed: { audit_days: { from: null, to: 30 } } },
  });
});
