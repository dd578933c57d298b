import type { Event, RunInstruction, Task } from '@argus/contract';
import { createTestDatabase, fakeBot, until, type FakeBot } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addPerson, startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let admin: string;
let bot: FakeBot;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  bot = resources.use(fakeBot({ url: app.url, credential: app.demo.host.credential }));
  admin = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

const call = async (method: string, path: string, body?: object, token = admin) =>
  app.request(method, path, { token, ...(body && { body }) });
const create = async (values: object = {}): Promise<Task> => {
  const { host, script } = app.demo;
  const body = { name: 'A task', host_id: host.id, script_id: script.id, ...values };
  return (await call('POST', '/task', body)).body;
};
const run = (id: string) => call('POST', `/task/${id}/job`);
const auditOf = async (action: string) =>
  (await call('GET', '/audit?limit=20')).body.find((entry: { action: string }) => entry.action === action);

describe('a paused task', () => {
  test('says who paused it and why, and refuses to run with the reason', async () => {
    const { id } = await create();
    const { body } = await call('PUT', `/demo/task/${id}/pause`, { reason: 'the disk is full' });
    expect(body.paused).toMatchObject({ by: 'admin@demo.test', reason: 'the disk is full' });
    const refused = await run(id);
    expect([refused.status, refused.body.code]).toEqual([422, 'cannot_run']);
    expect(refused.body.message).toBe('It was paused by admin@demo.test: the disk is full.');
    expect(await auditOf('task.pause')).toMatchObject({ details: { reason: 'the disk is full' } });
  });

  test('starts none of its waiting jobs before it is resumed; what a person held stays held', async () => {
    const { id } = await create();
    const waiting = (await run(id)).body;
    const held = (await run(id)).body;
    await call('PUT', `/job/${held.id}/hold`);
    await call('PUT', `/task/${id}/pause`);
    expect((await call('GET', `/job/${waiting.id}`)).body).toMatchObject({
      lifecycle: 'onhold',
      reason: 'its task was paused by admin@demo.test',
    });
    expect((await call('PUT', `/job/${waiting.id}/resume`)).status).toBe(409);
    await call('PUT', `/task/${id}/resume`);
    const [taken] = await bot.takeRuns();
    expect(taken?.job).toBe(waiting.id);
    await bot.finish(taken as RunInstruction);
    expect((await call('GET', `/job/${held.id}`)).body.lifecycle).toBe('onhold');
  });

  test('is listed with its problem; one that is not paused cannot be resumed', async () => {
    const { id } = await create();
    expect((await call('PUT', `/task/${id}/resume`)).status).toBe(409);
    await call('PUT', `/task/${id}/pause`);
    expect((await call('GET', `/task/${id}`)).body.problems).toEqual(['It was paused by admin@demo.test.']);
    expect((await call('PUT', `/task/${id}/resume`)).body).toMatchObject({ paused: null, problems: [] });
  });
});

describe('a secret key', () => {
  test('that is changed stops at once, and the new one works', async () => {
    const { id } = await create();
    const old = (await call('GET', `/task/${id}/credentials`)).body.secret;
    const { body } = await call('POST', `/demo/task/${id}/secret`);
    expect(body).toMatchObject({ id, secret: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await app.request('POST', `/task/${id}/secret/${old}/job`)).status).toBe(403);
    expect((await app.request('POST', `/job/secret/${old}?customer=demo&task=${id}`)).status).toBe(403);
    expect((await app.request('POST', `/task/${id}/secret/${body.secret}/job`)).status).toBe(200);
    expect((await call('GET', `/task/${id}/credentials`)).body.secret).toBe(body.secret);
    const entry = await auditOf('secret.change');
    expect(entry).toMatchObject({ actor: 'admin@demo.test', target_type: 'task', target_id: id });
    expect(JSON.stringify(entry)).not.toContain(body.secret);
  });
});

describe('a copy', () => {
  test('is the same task with a secret key of its own, masked values included, and no triggers', async () => {
    const emitter = await create({ name: 'Emitter' });
    const original = await create({
      name: 'Original',
      task_arguments: [{ type: 'fixed', value: 'a value nobody sees', masked: true }],
      env: { A: '1' },
      tags: ['x'],
      triggers: [{ task: emitter.id, event: 'success' }],
      timeout: 5,
    });
    app.keepSecret('a value nobody sees');
    const { status, body: copy } = await call('POST', `/task/${original.id}/copy`);
    expect(status).toBe(201);
    expect(copy).toMatchObject({
      name: 'Copy of Original',
      env: { A: '1' },
      tags: ['x'],
      triggers: [],
      timeout: 5,
    });
    const secrets = [original.id, copy.id].map((id) => call('GET', `/task/${id}/credentials`));
    const [one, two] = await Promise.all(secrets);
    expect(one?.body.secret).not.toBe(two?.body.secret);
    const job = (await run(copy.id)).body;
    const taken = await until(async () => (await bot.takeRuns()).find((one) => one.job === job.id));
    expect(taken.args).toEqual(['a value nobody sees']);
    await bot.finish(taken);
  });
});

describe('the access list of a task', () => {
  const acl = (id: string, method: string, body?: object, token?: string) =>
    call(method, `/demo/task/${id}/acl`, body, token);

  test('is set, added to, taken from and cleared by a manager who sees the task', async () => {
    const { id } = await create({ acls: ['manager'] });
    const manager = app.demo.people.manager.token;
    const { email, memberId } = app.demo.people.viewer;
    expect((await acl(id, 'GET', undefined, manager)).body).toEqual({ acl: ['manager'] });
    expect((await acl(id, 'PUT', { users: ['manager', 'team:Ops', email] }, manager)).body).toEqual({
      acl: ['manager', 'team:Ops', email],
    });
    expect(
      (await acl(id, 'PATCH', { users: ['USER', 'TEAM:ops'], action: 'add' }, manager)).body.acl,
    ).toEqual(['manager', 'team:Ops', email, 'USER']);
    expect(
      (await acl(id, 'PATCH', { users: [email.toUpperCase(), 'team:ops'], action: 'remove' }, manager)).body
        .acl,
    ).toEqual(['manager', 'USER']);
    expect((await acl(id, 'PUT', { users: [memberId] }, admin)).body.acl).toEqual([email]);
    expect(await auditOf('acl.update')).toMatchObject({
      target_type: 'task',
      target_id: id,
      details: { changed: { acls: { from: ['manager', 'USER'], to: [email] } } },
    });
    expect((await acl(id, 'DELETE')).body).toEqual({ acl: [] });
    expect((await acl(id, 'GET', undefined, manager)).status).toBe(404);
  });

  test('can be given in the query, as existing clients send it', async () => {
    const { id } = await create();
    const { body } = await call('PATCH', `/task/${id}/acl?users[]=viewer&users[]=user&action=add`);
    expect(body.acl).toEqual(['viewer', 'user']);
  });

  test.each([
    ['PUT', {}, 'users'],
    ['PUT', { users: ['nobody@elsewhere.test'] }, 'users[0]'],
    ['PUT', { users: ['viewer', 'f'.repeat(24)] }, 'users[1]'],
    ['PATCH', { users: ['viewer'] }, 'action'],
    ['PATCH', { users: ['viewer'], action: 'drop' }, 'action'],
  ])('%s %j is refused by name', async (method, body, field) => {
    const { id } = await create({ acls: ['user'] });
    const { status, body: error } = await acl(id, method, body);
    expect([status, error.errors[0].field]).toEqual([400, field]);
    expect((await acl(id, 'GET')).body.acl).toEqual(['user']);
  });

  test('acts on the next request', async () => {
    const { id } = await create();
    const person = await addPerson(app.db, app.demo.id, `acl-${id}@demo.test`, 'viewer', {
      tags: ['Team:A'],
    });
    const seen = async () => (await call('GET', `/task/${id}`, undefined, person.token)).status;
    expect(await seen()).toBe(404);
    await acl(id, 'PUT', { users: ['team:a'] });
    expect(await seen()).toBe(200);
    await acl(id, 'DELETE');
    expect(await seen()).toBe(404);
  });
});

describe('triggers', () => {
  test('are events of other tasks, by id or by emitter and name', async () => {
    const emitter = await create({ name: 'Emitter' });
    const events = (await call('GET', '/demo/event')).body as Event[];
    const own = events.filter(({ emitter_id }) => emitter_id === emitter.id);
    expect(own.map(({ name }) => name).sort()).toEqual(['canceled', 'failure', 'success', 'timeout']);
    expect(own[0]).toMatchObject({ emitter_type: 'task', emitter_name: 'Emitter' });
    const success = own.find(({ name }) => name === 'success')?.id as string;
    const task = await create({
      triggers: [
        success,
        { task: emitter.id, event: 'success' },
        { task: emitter.id, event: 'of my script' },
      ],
    });
    expect(task.triggers).toHaveLength(2);
    expect(task.triggers[0]).toBe(success);
  });

  test.each([
    ['an event that does not exist', ['f'.repeat(24)], 'triggers[0]'],
    ['a task that does not exist', [{ task: 'f'.repeat(24), event: 'success' }], 'triggers[0]'],
    ['an event without its task', [{ event: 'success' }], 'triggers[0]'],
  ])('cannot be %s', async (_name, triggers, field) => {
    const { body } = await call('POST', '/task', { name: 'x', triggers });
    expect(body.errors[0].field).toBe(field);
  });

  test('cannot be of the task itself', async () => {
    const { id } = await create();
    const events = (await call('GET', '/event')).body as Event[];
    const own = events.find(({ emitter_id }) => emitter_id === id)?.id;
    for (const trigger of [own, { task: id, event: 'success' }])
      expect((await call('PATCH', `/task/${id}`, { triggers: [trigger] })).body.errors[0].message).toBe(
        'a task cannot trigger itself',
      );
  });

  test('of another organization do not exist', async () => {
    const other = app.other.people.admin.token;
    const { body: events } = await call('GET', '/event', undefined, other);
    const theirs = [app.other.task.id, app.other.agent.taskId];
    expect(events.every(({ emitter_id }: Event) => theirs.includes(emitter_id))).toBe(true);
    expect((await call('POST', '/task', { name: 'x', triggers: [events[0].id] })).status).toBe(400);
  });

  test('keep their emitter from being deleted, unless it is forced', async () => {
    const emitter = await create({ name: 'Emitter' });
    const task = await create({ name: 'Follower', triggers: [{ task: emitter.id, event: 'success' }] });
    const refused = await call('DELETE', `/task/${emitter.id}`);
    expect([refused.status, refused.body.message]).toEqual([
      409,
      'It triggers "Follower": change those first, or send force=true.',
    ]);
    expect((await call('DELETE', `/task/${emitter.id}?force=true`)).status).toBe(200);
    expect((await call('GET', `/task/${task.id}`)).body.triggers).toEqual([]);
  });
});

describe('the list of tasks', () => {
  test('leaves out what cannot run yet, unless it is asked for', async () => {
    const { id } = await create({ host_id: null, name: 'No bot yet' });
    const listed = async (query: string) =>
      (await call('GET', `/demo/task?${query}`)).body.some((task: Task) => task.id === id);
    expect(await listed('')).toBe(false);
    expect(await listed('unassigned')).toBe(true);
    const { body } = await run(id);
    expect(body).toMatchObject({
      code: 'cannot_run',
      message: 'It has no bot: choose the bot that runs it, or labels.',
    });
  });

  test('takes the filters of existing clients', async () => {
    const one = await create({ name: 'Backup of the shop', tags: ['backup', 'shop'], timeout: 30 });
    const two = await create({ name: 'Backup of the wiki', tags: ['backup'], multitasking: false });
    const listed = async (query: string) =>
      (await call('GET', `/task?where[tags]=backup&${query}`)).body.map((task: Task) => task.id);
    expect(await listed('')).toEqual([one.id, two.id]);
    expect(await listed(`host=${app.demo.host.id}`)).toEqual([one.id, two.id]);
    expect(await listed(`host=${'f'.repeat(24)}`)).toEqual([]);
    expect(await listed('where[multitasking]=false')).toEqual([two.id]);
    expect(await listed('where[timeout][$lte]=30')).toEqual([one.id]);
    expect(await listed('where[name][$regex]=wiki$')).toEqual([two.id]);
    expect(await listed('sort[name]=-1&limit=1')).toEqual([two.id]);
    const { body } = await call('GET', '/task?where[tags]=shop&include[name]=1');
    expect(body).toEqual([{ id: one.id, name: 'Backup of the shop' }]);
  });

  test('with a filter still hides what a caller may not see', async () => {
    const { id } = await create({ acls: [], name: 'Hidden from viewers' });
    const { body } = await call(
      'GET',
      '/task?where[name]=Hidden%20from%20viewers',
      undefined,
      app.demo.people.viewer.token,
    );
    expect(body).toEqual([]);
    expect((await call('GET', '/task?where[name][$regex]=Hidden')).body.map((task: Task) => task.id)).toEqual(
      [id],
    );
  });
});
