import type { Pending } from '@argus/contract';
import { inSpanish } from '@argus/contract/sentences';
import { createTestDatabase, startHttpSink, until, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addPerson,
  automation,
  inputArgument as input,
  lastLine,
  multipart,
  startTestApp,
  type Automation,
  type TestApp,
} from '../../testing/index.ts';
import { PAGE_TEXTS } from './page-texts.ts';
import { pendingQueries } from './queries.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let at: Automation;
let people: TestApp['demo']['people'];
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
  people = app.demo.people;
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  at = await automation(app);
});
afterEach(() => at[Symbol.dispose]());

const approval = (name: string, settings: object, more: object = {}) =>
  at.task(name, { type: 'approval', host_id: null, script_id: null, approval: settings, ...more });
const pendingOf = async (id: string, token?: string): Promise<Pending> =>
  (await at.call('GET', `/job/${id}/pending`, undefined, token)).body;
const jobOf = async (id: string) => (await at.call('GET', `/job/${id}`)).body;
const approve = (id: string, token: string, body: object = {}) =>
  at.call('PUT', `/job/${id}/approve`, body, token);
const reject = (id: string, token: string, body: object = {}) =>
  at.call('PUT', `/job/${id}/reject`, body, token);
const linkOf = (id: string, userId: string) =>
  `/job/${id}/approval/${userId}/${app.platform.box.derive(`approval ${id} ${userId}`)}`;

describe('an approval', () => {
  test('waits for who was asked, and hands its arguments and the approver on', async () => {
    const id = await approval(
      'asks',
      { people: [people.user.email], message: 'Within the budget?' },
      { task_arguments: [input('Amount')] },
    );
    const job = await at.run(`/task/${id}/job`, { task_arguments: ['250'] });
    expect(await jobOf(job.id)).toMatchObject({
      lifecycle: 'onhold',
      reason_code: 'approval',
      reason: `waits for approval by ${people.user.email}`,
      task: { type: 'approval' },
      hostname: null,
    });
    const { body: mine } = await at.call('GET', '/job/pending', undefined, people.user.token);
    expect(mine).toMatchObject([
      { job_id: job.id, message: 'Within the budget?', is_mine: true, task_arguments_values: ['250'] },
    ]);
    expect((await at.call('GET', '/job/pending')).body).toEqual([]);

    expect((await approve(job.id, people.user.token, { reason: 'yes' })).status).toBe(204);

    const ended = await jobOf(job.id);
    expect(ended).toMatchObject({
      lifecycle: 'finished',
      state: 'success',
      reason: `approved by ${people.user.email}: yes`,
    });
    expect(ended.output[0]).toBe('250');
    expect(JSON.parse(ended.output[1])).toMatchObject({
      email: people.user.email,
      decision: 'approve',
      reason: 'yes',
    });
    expect((await at.call('GET', '/job/pending', undefined, people.user.token)).body).toEqual([]);
    const { body: audit } = await at.call('GET', '/audit?action=job.approve');
    expect(audit[0]).toMatchObject({ actor: people.user.email, details: { task: id, reason: 'yes' } });
  });

  test('is told to channels with a button that leads to its page, and with nobody’s own link', async () => {
    await using sink = await startHttpSink();
    const channel = async (type: string) => {
      const { body } = await at.call('POST', '/channel', {
        name: `${type} of approvals`,
        type,
        url: `${sink.url}/${type}`,
      });
      return body.id as string;
    };
    const channels = [await channel('slack'), await channel('teams'), 'f'.repeat(24)];
    const id = await approval('asks <!channel>', {
      people: [people.user.email, people.manager.email],
      message: 'Within the *budget*?',
      deadline: 3600,
      channels,
    });
    expect((await at.call('GET', `/task/${id}`)).body.approval.channels).toEqual(channels);
    const { body: recipe } = await at.call('GET', `/task/${id}/recipe`);
    expect(recipe.task.approval).toMatchObject({ message: 'Within the *budget*?' });
    expect(recipe.task.approval).not.toHaveProperty('channels');
    const job = await at.run(`/task/${id}/job`);
    const requests = await sink.got(2);
    const link = `${app.url}/app/demo/jobs/${job.id}`;
    const [slack, teams] = ['slack', 'teams'].map((type) =>
      JSON.parse(requests.find(({ path }) => path === `/${type}`)?.body ?? '{}'),
    );
    const [header, facts, asked, actions] = slack.blocks;
    expect(header.text.text).toMatch(/^asks <!channel> .* waits for approval$/);
    expect(facts.fields.map((one: { text: string }) => one.text)).toEqual([
      '*Asked*',
      `${people.user.email}, ${people.manager.email}`,
      '*Started by*',
      expect.any(String),
      '*Until*',
      expect.stringMatching(/ UTC$/),
    ]);
    expect(asked.text).toMatchObject({ type: 'plain_text', text: 'Within the *budget*?' });
    expect(actions.elements).toMatchObject([{ text: { text: 'Review and decide' }, url: link }]);
    expect(slack.text).toContain(`\nReview and decide: ${link}`);
    expect(teams.attachments[0].content.actions).toEqual([
      { type: 'Action.OpenUrl', title: 'Review and decide', url: link },
    ]);
    for (const { body } of requests) expect(body).not.toMatch(/approval\/|access_token/);
    // handed on, its people are told, and the channels not again
    await at.call('PUT', `/job/${job.id}/delegate`, { to: people.admin.email }, people.user.token);
    await until(async () => {
      const { body } = await at.call('GET', '/notification/mine');
      return JSON.stringify(body).includes(job.id);
    });
    expect((await approve(job.id, people.admin.token)).status).toBe(204);
    expect(sink.requests).toHaveLength(2);
  });

  test('that is rejected fails, and what waits for that starts', async () => {
    const id = await approval('asks', { people: [people.user.email] });
    const alarm = await at.task('alarm', { triggers: [{ task: id, event: 'failure' }] });
    const job = await at.run(`/task/${id}/job`);
    await reject(job.id, people.user.token, { reason: 'no money' });
    expect(await jobOf(job.id)).toMatchObject({
      state: 'failure',
      reason: expect.stringContaining('no money'),
    });
    await until(async () => (await at.jobsOf(alarm)).length === 1);
  });

  test.each([
    ['who was not asked', 403, () => people.admin.token],
    ['nobody', 401, () => undefined],
  ])('takes no word from %s', async (_who, status, token) => {
    const id = await approval('asks', { people: [people.user.email] });
    const job = await at.run(`/task/${id}/job`);
    const answer = await app.request('PUT', `/job/${job.id}/approve`, { token: token(), body: {} });
    expect(answer.status).toBe(status);
    expect((await jobOf(job.id)).lifecycle).toBe('onhold');
  });

  test('takes one word of each, and none when it is decided', async () => {
    const id = await approval('asks', { people: [people.user.email, people.manager.email], needed: 'all' });
    const job = await at.run(`/task/${id}/job`);
    expect((await approve(job.id, people.user.token)).status).toBe(204);
    expect(await approve(job.id, people.user.token)).toMatchObject({
      status: 409,
      body: { message: 'You have decided already.' },
    });
    expect((await jobOf(job.id)).lifecycle).toBe('onhold');
    expect((await pendingOf(job.id, people.manager.token)).is_mine).toBe(true);
    expect((await approve(job.id, people.manager.token)).status).toBe(204);
    expect(await jobOf(job.id)).toMatchObject({ state: 'success' });
  });

  test('by two of three is decided as soon as nothing can change it, whoever comes at the same moment', async () => {
    const everybody = [people.user, people.manager, people.viewer];
    const id = await approval('asks', { people: everybody.map(({ email }) => email), needed: 2 });
    for (const words of [
      [reject, reject, approve],
      [approve, reject, approve],
    ]) {
      const job = await at.run(`/task/${id}/job`);
      await Promise.all(words.map((say, place) => say(job.id, everybody[place]!.token)));
      const { state } = await jobOf(job.id);
      expect(['success', 'failure']).toContain(state);
      const { decisions } = await pendingOf(job.id, people.user.token);
      const approved = decisions.filter(({ decision }) => decision === 'approve').length;
      expect(state).toBe(approved >= 2 ? 'success' : 'failure');
    }
  });

  test('asks for a reason where its task wants one, and not the starter where they may not decide', async () => {
    const id = await approval('asks', {
      people: ['admin', people.user.email],
      reason: 'on_reject',
      no_self: true,
    });
    const job = await at.run(`/task/${id}/job`);
    expect((await pendingOf(job.id)).people.map(({ email }) => email)).toEqual([people.user.email]);
    expect((await approve(job.id, people.admin.token)).status).toBe(403);
    expect(await reject(job.id, people.user.token)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'reason' }] },
    });
    expect((await reject(job.id, people.user.token, { reason: 'too much' })).status).toBe(204);
  });

  test('is not decided by who started what started it, however far back', async () => {
    const { user, manager } = people;
    const asked = { people: [user.email, manager.email], needed: 'one', no_self: true };
    const acls = ['user', 'manager'];
    const build = await at.task('build', { acls });
    const release = await approval('release', asked, { triggers: [{ task: build, event: 'success' }], acls });
    const after = await at.task('after', { triggers: [{ task: build, event: 'success' }], acls });
    const step = await approval('as a step', asked, { acls });
    await at.workflow({
      steps: [{ id: 'ask', task: step }],
      triggers: [{ task: after, event: 'success' }],
      acls,
    });

    expect((await at.call('POST', `/task/${build}/job`, {}, user.token)).status).toBe(200);
    await at.end();
    await at.end();

    for (const task of [release, step]) {
      const job = await until(async () => (await at.jobsOf(task))[0]);
      expect((await pendingOf(job.id)).people.map(({ email }) => email)).toEqual([manager.email]);
      expect((await approve(job.id, user.token)).status).toBe(403);
      const handed = await at.call('PUT', `/job/${job.id}/delegate`, { to: user.email }, manager.token);
      expect([handed.status, handed.body.errors?.[0]?.message]).toEqual([
        400,
        'started it, and may not decide over it',
      ]);
      expect((await approve(job.id, manager.token)).status).toBe(204);
    }
  });

  test.each([
    ['timeout', { lifecycle: 'terminated', state: 'timeout' }],
    ['approve', { lifecycle: 'finished', state: 'success' }],
    ['reject', { lifecycle: 'finished', state: 'failure' }],
  ])('that nobody decides in time ends by its rule: %s', async (on_deadline, end) => {
    const id = await approval('asks', { people: [people.user.email], deadline: 3600, on_deadline });
    const job = await at.run(`/task/${id}/job`);
    await app.db.once(`update pending set deadline = now() where job_id = $1`, [job.id]);
    await until(async () => (await jobOf(job.id)).finished_at !== null);
    expect(await jobOf(job.id)).toMatchObject({ ...end, reason_code: 'deadline' });
    expect((await approve(job.id, people.user.token)).status).toBe(409);
  });

  test('can be canceled, not let go', async () => {
    const id = await approval('asks', { people: [people.user.email] });
    const job = await at.run(`/task/${id}/job`);
    expect((await at.call('PUT', `/job/${job.id}/resume`)).status).toBe(409);
    expect((await at.call('PUT', `/job/${job.id}/cancel`)).status).toBe(204);
    expect(await approve(job.id, people.user.token)).toMatchObject({ status: 409 });
    expect((await pendingOf(job.id)).is_open).toBe(false);
  });

  test('asks the starter, the assigned, or those that the job before named', async () => {
    const starter = await approval('asks the starter', { who: 'starter' });
    const own = await at.run(`/task/${starter}/job`);
    expect((await pendingOf(own.id)).people).toMatchObject([{ email: people.admin.email }]);

    const assigned = await approval('asks the assigned', { who: 'assigned' });
    expect(await at.call('POST', `/task/${assigned}/job`, {})).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('assignee') },
    });
    const given = await at.run(`/task/${assigned}/job`, { assignee: [people.manager.email] });
    expect((await pendingOf(given.id)).people).toMatchObject([{ email: people.manager.email }]);
    expect(
      await at.call('POST', `/task/${assigned}/job`, { assignee: ['nobody@example.org'] }),
    ).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'assignee[0]' }] },
    });

    await approve(given.id, people.manager.token);
    const { body: again } = await at.call('PUT', `/job/${given.id}/restart`);
    expect((await pendingOf(again.id)).people).toMatchObject([{ email: people.manager.email }]);

    const before = await at.task('before');
    const next = await approval(
      'asks the next',
      { who: 'next' },
      { triggers: [{ task: before, event: 'success' }] },
    );
    await at.run(`/task/${before}/job`);
    await at.end(
      lastLine(
        JSON.stringify({ state: 'success', next: { approval: { approvers: [people.viewer.email] } } }),
      ),
    );
    await until(async () => (await at.jobsOf(next)).length === 1);
    const [job] = await at.jobsOf(next);
    expect((await pendingOf(job!.id)).people).toMatchObject([{ email: people.viewer.email }]);

    await at.run(`/task/${before}/job`);
    await at.end();
    await until(async () => (await at.jobsOf(next)).length === 2);
    expect((await at.jobsOf(next))[0]).toMatchObject({
      state: 'error',
      reason: expect.stringContaining('names no member in its `next`'),
    });
  });
});

describe('the link of an approval', () => {
  test('shows what is asked and decides nothing by being opened; its form decides, once', async () => {
    const id = await approval(
      'asks',
      { people: [people.user.email], message: 'Really?' },
      { task_arguments: [input('Amount')] },
    );
    const job = await at.run(`/task/${id}/job`, { task_arguments: ['<b>250</b>'] });
    const user_id = people.user.userId;
    const path = linkOf(job.id, user_id);
    const page = { headers: { accept: 'text/html' } };
    for (let times = 0; times < 3; times++) {
      const shown = await app.request('GET', path, page);
      expect(shown.status).toBe(200);
      expect(shown.text).toContain('&lt;b&gt;250&lt;/b&gt;');
      expect(shown.text).toContain('Really?');
    }
    expect((await app.request('HEAD', path, page)).status).toBeLessThan(500);
    expect((await jobOf(job.id)).lifecycle).toBe('onhold');
    const send = (decision: string) =>
      app.request('POST', path, {
        headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
        body: `decision=${decision}&reason=fine`,
      });

    const done = await send('approve');

    expect(done.text).toContain('You approved it');
    expect(await jobOf(job.id)).toMatchObject({
      state: 'success',
      reason: `approved by ${people.user.email}: fine`,
    });
    const again = await send('reject');
    expect(again.status).toBe(200);
    expect(again.text).toContain('You have decided already.');
    const audit = async () => (await at.call('GET', '/audit?action=job.decide')).body;
    await until(async () => (await audit()).length > 0);
    expect((await audit()).at(-1)).toMatchObject({
      actor: people.user.email,
      details: { decision: 'approve', reason: 'fine' },
    });
  });

  test('is in Spanish for who reads Spanish, and so is why a decision is refused', async () => {
    const id = await approval(
      'Gasto',
      { people: [people.user.email], message: '¿Entra en el presupuesto?', reason: 'on_reject' },
      { task_arguments: [input('Importe')] },
    );
    const job = await at.run(`/task/${id}/job`, { task_arguments: ['250'] });
    const path = linkOf(job.id, people.user.userId);
    const headers = { accept: 'text/html', 'accept-language': 'es-ES,es;q=0.9,en;q=0.8' };
    const send = (body: string) =>
      app.request('POST', path, {
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });

    const asked = await app.request('GET', path, { headers });
    const refused = await send('decision=reject');
    const done = await send('decision=reject&reason=caro');
    const again = await send('decision=approve');

    expect(asked.headers).toMatchObject({
      'content-language': 'es',
      vary: expect.stringMatching(/\bAccept-Language\b/),
    });
    expect(asked.text).toContain('<html lang="es">');
    for (const said of [
      'Se pide su aprobación',
      '>Aprobar<',
      '>Rechazar<',
      'Motivo (necesario para rechazar)',
    ])
      expect(asked.text).toContain(said);
    expect(asked.text).toMatch(/>\d+ \p{L}+ \d{4}, \d\d:\d\d UTC</u);
    expect(refused.text).toMatch(/role="alert">[^<]+<\/p>/);
    expect(done.text).toContain('Se rechazó');
    expect(done.text).toContain('Rechazado por');
    expect(again.text).toContain(inSpanish('You have decided already.'));
    expect(inSpanish('You have decided already.')).not.toBe('You have decided already.');
    const { reason, decidedBy, ...plain } = PAGE_TEXTS.en;
    const english = [...Object.values(plain), ...Object.values(reason), ...Object.values(decidedBy)];
    for (const { text } of [asked, refused, done, again]) {
      for (const said of english) expect(text).not.toContain(`>${String(said)}<`);
      expect(text).not.toMatch(/\b(the|your?|is|was|needed|close|for who)\b/i);
    }

    const inEnglish = await app.request('GET', path, { headers: { accept: 'text/html' } });
    expect(inEnglish.headers['content-language']).toBe('en');
    expect(inEnglish.text).toContain('You rejected it');
  });

  test('that is forged, of another job or another person, or of somebody who left is worth nothing', async () => {
    const left = await addPerson(app.db, app.demo.id, 'left@example.org', 'user');
    const id = await approval('asks', { people: [people.user.email, left.email] });
    const [job, other] = [await at.run(`/task/${id}/job`), await at.run(`/task/${id}/job`)];
    const named = (await pendingOf(job.id)).people;
    const [user, gone] = [people.user.userId, left.userId];
    expect(named).toHaveLength(2);
    const key = (path: string) => path.split('/').at(-1);
    await at.call('DELETE', `/member/${left.memberId}`);
    for (const path of [
      `/job/${job.id}/approval/${user}/${'0'.repeat(64)}`,
      `/job/${job.id}/approval/${user}/${key(linkOf(other.id, user))}`,
      `/job/${job.id}/approval/${gone}/${key(linkOf(job.id, user))}`,
      linkOf(job.id, gone),
    ])
      expect(await app.request('POST', path, { body: { decision: 'approve' } })).toMatchObject({
        status: 403,
        body: { code: 'wrong_secret' },
      });
    expect((await jobOf(job.id)).lifecycle).toBe('onhold');
  });
});

describe('what is asked of one person', () => {
  test('can be handed on to another member, who is told, sees the job and decides in their place', async () => {
    const heir = await addPerson(app.db, app.demo.id, 'heir@example.org', 'viewer');
    const id = await approval('asks', { people: [people.user.email, people.manager.email], needed: 'all' });
    const job = await at.run(`/task/${id}/job`);
    const path = `/job/${job.id}/delegate`;
    expect((await at.call('GET', `/job/${job.id}`, undefined, heir.token)).status).toBe(404);

    const { status, body } = await at.call('PUT', path, { to: heir.email }, people.user.token);

    expect(status).toBe(200);
    expect(body.people).toEqual([
      { user_id: heir.userId, email: heir.email, in_place_of: people.user.email },
      { user_id: people.manager.userId, email: people.manager.email },
    ]);
    expect(await jobOf(job.id)).toMatchObject({
      reason: `waits for approval by ${heir.email}, ${people.manager.email}`,
    });
    expect((await approve(job.id, people.user.token)).status).toBe(403);
    expect((await at.call('GET', '/job/pending', undefined, heir.token)).body).toMatchObject([
      { job_id: job.id, is_mine: true },
    ]);
    const told = async () =>
      (await at.call('GET', '/notification/mine', undefined, heir.token)).body.notifications as {
        text: string;
      }[];
    await until(async () => (await told()).length > 0);
    expect((await told())[0]?.text).toContain(`You are asked in place of ${people.user.email}.`);
    await approve(job.id, heir.token);
    await approve(job.id, people.manager.token);
    expect(await jobOf(job.id)).toMatchObject({ state: 'success' });
    const { body: audit } = await at.call('GET', '/audit?action=job.delegate');
    expect(audit[0]).toMatchObject({ details: { to: heir.email, from: people.user.email } });
  });

  test('that was handed on while its people were told is still to be told', async () => {
    const id = await approval('asks', { people: [people.user.email] });
    const job = await at.run(`/task/${id}/job`);
    const queries = pendingQueries(app.db);
    const before = await queries.find(job.id);
    await at.call('PUT', `/job/${job.id}/delegate`, { to: people.manager.email }, people.user.token);
    // nobody else comes to tell them
    await app.db.once(
      `update pending set told_at = null, tell_at = now() + interval '1 hour' where job_id = $1`,
      [job.id],
    );
    await queries.told([before!]);
    const toldAt = async () =>
      (
        await app.db.once<{ told_at: Date | null }>('select told_at from pending where job_id = $1', [job.id])
      )[0]?.told_at;
    expect(await toldAt()).toBeNull();
    await queries.told([(await queries.find(job.id))!]);
    expect(await toldAt()).not.toBeNull();
  });

  test('is not handed on to who is asked already, who may not decide, who is no single member, or by others', async () => {
    const id = await approval('asks', {
      people: [people.user.email, people.manager.email],
      no_self: true,
    });
    const job = await at.run(`/task/${id}/job`);
    const path = `/job/${job.id}/delegate`;
    const hand = async (to: string, token: string, from?: string) => {
      const { status, body } = await at.call('PUT', path, { to, ...(from && { from }) }, token);
      return [status, body.errors?.[0]?.message ?? body.message];
    };
    const { user, manager, admin, viewer } = people;
    expect(await hand(manager.email, user.token)).toEqual([400, 'is asked already']);
    expect(await hand(admin.email, user.token)).toEqual([400, 'started it, and may not decide over it']);
    expect(await hand('viewer@nowhere', user.token)).toEqual([
      400,
      'is no single member of this organization',
    ]);
    expect(await hand('user', user.token)).toMatchObject([400, expect.any(String)]);
    expect(await hand(viewer.email, admin.token)).toEqual([403, 'You are not among those who were asked.']);
    expect((await hand(viewer.email, user.token, manager.email))[0]).toBe(403);

    expect((await hand(viewer.email, admin.token, manager.email))[0]).toBe(200);

    expect((await pendingOf(job.id)).people).toMatchObject([
      { email: user.email },
      { email: viewer.email, in_place_of: manager.email },
    ]);
    await approve(job.id, user.token);
    expect(await hand(manager.email, viewer.token)).toEqual([409, 'It is decided already, or was canceled.']);
  });
});

test('the files of an approval are downloaded from its page without signing in, by who is asked alone', async () => {
  const id = await approval(
    'asks',
    { people: [people.user.email] },
    {
      task_arguments: [
        { type: 'file', label: 'Bill' },
        { type: 'file', label: 'Key', masked: true },
      ],
    },
  );
  const sent = multipart([
    { name: 'task_arguments[0]', filename: '<b>bill.csv', data: 'amount;250' },
    { name: 'task_arguments[1]', filename: 'key.pem', data: 'hush' },
  ]);
  const { body: job } = await app.request('POST', `/task/${id}/job`, { token: people.admin.token, ...sent });
  const pending = await pendingOf(job.id);
  expect(pending.files).toMatchObject([{ position: 0, filename: '<b>bill.csv', size: 10 }]);
  const path = linkOf(job.id, people.user.userId);
  const page = await app.request('GET', path, { headers: { accept: 'text/html' } });
  expect(page.text).toContain('&lt;b&gt;bill.csv');
  const [, href] = /href="([^"]+\/file\/[0-9a-f]{24})"/.exec(page.text) ?? [];

  const file = await app.request('GET', href as string);

  expect([file.status, file.text]).toEqual([200, 'amount;250']);
  expect(file.headers['content-disposition']).toMatch(/^attachment/);
  for (const wrong of [
    `${path}/file/${'f'.repeat(24)}`,
    `${linkOf(job.id, people.manager.userId)}/file/${pending.files[0]?.id}`,
  ])
    expect((await app.request('GET', wrong)).status, wrong).toBe(403);
});

describe('input', () => {
  test('is asked for where a task starts by itself, and its values are what it puts out', async () => {
    const before = await at.task('before');
    const form = await at.task('form', {
      type: 'input',
      host_id: null,
      script_id: null,
      task_arguments: [input('Amount', { charset: 'num' }), input('For', { required: false })],
      inputs: { who: 'fixed', people: [people.user.email] },
      triggers: [{ task: before, event: 'success' }],
    });
    const after = await at.task('after', {
      triggers: [{ task: form, event: 'success' }],
      task_arguments: [input('a'), input('b', { required: false })],
    });
    await at.run(`/task/${before}/job`);
    await at.end();
    await until(async () => (await at.jobsOf(form)).length === 1);
    const [job] = await at.jobsOf(form);
    expect(job).toMatchObject({
      lifecycle: 'onhold',
      reason: `waits for its arguments from ${people.user.email}`,
    });
    const give = (values: unknown[], token = people.user.token) =>
      at.call('PUT', `/job/${job!.id}/input`, { task_arguments: values }, token);
    expect(await give(['a lot', null])).toMatchObject({ status: 400, body: { code: 'invalid_arguments' } });
    expect((await give(['250', null], people.manager.token)).status).not.toBe(200);
    expect(await give(['250', 'lunch'])).toMatchObject({
      status: 200,
      body: { state: 'success', output: ['250', 'lunch'] },
    });
    expect((await give(['1', null])).status).toBe(409);
    expect(await at.end()).toMatchObject({ args: ['250', 'lunch'] });
    expect((await at.jobsOf(after))[0]).toMatchObject({ state: 'success' });
  });

  test('that a person gives with the run is not asked for again', async () => {
    const form = await at.task('form', {
      type: 'input',
      host_id: null,
      script_id: null,
      task_arguments: [input('Amount')],
    });
    const after = await at.task('after', {
      triggers: [{ task: form, event: 'success' }],
      task_arguments: [input('a')],
    });
    const { body: job } = await at.call('POST', `/task/${form}/job`, { task_arguments: ['7'] });
    expect(job).toMatchObject({ lifecycle: 'finished', state: 'success', output: ['7'] });
    expect(await at.end()).toMatchObject({ args: ['7'] });
    expect(await at.jobsOf(after)).toHaveLength(1);
    const { body: waits } = await at.call('POST', `/task/${form}/job`, {});
    expect(waits).toMatchObject({ lifecycle: 'onhold', reason_code: 'input' });
  });

  test('of a script is asked for before it starts, where nobody started it by hand', async () => {
    const before = await at.task('before');
    const script = await at.task('script', {
      task_arguments: [input('Name'), input('Secret', { masked: true })],
      inputs: { who: 'fixed', people: [people.user.email] },
      triggers: [{ task: before, event: 'success' }],
    });
    await at.run(`/task/${before}/job`);
    await at.end(lastLine('["suggested"]'));
    await until(async () => (await at.jobsOf(script)).length === 1);
    const [job] = await at.jobsOf(script);
    await at.call('PUT', `/job/${job!.id}/input`, { task_arguments: ['Ada', 'hidden'] }, people.user.token);
    expect(await at.end()).toMatchObject({ args: ['Ada', 'hidden'], masks: ['hidden'] });

    await at.run(`/task/${script}/job`, { task_arguments: ['Bea', 'x'] });
    expect(await at.end()).toMatchObject({ args: ['Bea', 'x'] });
  });
});

test('input, approval and script follow each other in a workflow, for the people that each asks', async () => {
  const form = await at.task('expense', {
    type: 'input',
    host_id: null,
    script_id: null,
    task_arguments: [input('Amount'), input('For')],
  });
  const ask = await approval(
    'asks',
    { people: [people.manager.email], no_self: true },
    {
      task_arguments: [input('Amount'), input('For')],
    },
  );
  const pay = await at.task('pay', { task_arguments: [input('Amount')] });
  const id = await at.workflow({
    acls: ['user', 'manager'],
    steps: [
      { id: 'expense', task: form },
      { id: 'approve', task: ask },
      { id: 'pay', task: pay, arguments: { Amount: { from: 'steps.expense.output[0]' } } },
    ],
    edges: [
      { from: 'expense', to: 'approve' },
      { from: 'approve', to: 'pay' },
    ],
  });
  const { body: run } = await at.call('POST', `/workflow/${id}/job`, {}, people.user.token);
  await until(async () => (await at.runOf(id, run.id)).steps[0]?.lifecycle === 'onhold');
  const first = (await at.runOf(id, run.id)).steps[0];
  await at.call(
    'PUT',
    `/job/${first?.job_id}/input`,
    { task_arguments: ['250', 'lunch'] },
    people.user.token,
  );
  await until(async () => (await at.runOf(id, run.id)).steps[1]?.lifecycle === 'onhold');
  const second = (await at.runOf(id, run.id)).steps[1];
  expect(await pendingOf(second!.job_id!, people.manager.token)).toMatchObject({
    workflow: { id, run_id: run.id, step: 'approve' },
    started_by: people.user.email,
    task_arguments_values: ['250', 'lunch'],
  });
  expect((await approve(second!.job_id!, people.manager.token)).status).toBe(204);
  expect(await at.end()).toMatchObject({ args: ['250'] });
  expect(await at.over(id, run.id)).toMatchObject({ state: 'success' });

  const direct = await at.run(`/workflow/${id}/job`, { task_arguments: ['9', 'tea'] });
  await until(async () => (await at.runOf(id, direct.id)).steps[1]?.lifecycle === 'onhold');
  expect((await at.runOf(id, direct.id)).steps[0]).toMatchObject({ state: 'success', output: ['9', 'tea'] });
});
