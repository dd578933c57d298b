import { createHmac } from 'node:crypto';
import type { Delivery, DeliverySummary, Event, Job, Webhook } from '@argus/contract';
import { createTestDatabase, fakeBot, until, type FakeBot, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addHost,
  startSupervisor,
  startTestApp,
  type Answer,
  type RequestOptions,
  type TestApp,
  type TestSupervisor,
} from '../../testing/index.ts';
import { newId } from '../../platform/ids.ts';
import { webhookQueries } from './queries.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let admin: string;
let hostId: string;
let bot: FakeBot;
let made = 0;
let address = '';
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection, { trustedProxies: ['127.0.0.1'] }));
  admin = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  const host = await addHost(app.db, app.demo.id, `bot-${++made}`);
  hostId = host.id;
  // wrong secrets are counted by address: each test has its own
  address = `198.51.100.${made}`;
  app.keepSecret(host.credential);
  bot = fakeBot({ url: app.url, credential: host.credential });
});
afterEach(() => bot[Symbol.dispose]());

const sql = (text: string) => app.db.once<Record<string, unknown>>(text, []);
const call = async (method: string, path: string, body?: object, token = admin) =>
  app.request(method, path, { token, ...(body && { body }) });
const webhook = async (values: object = {}): Promise<Webhook> => {
  const answer = await call('POST', '/webhook', { name: `hook ${made}`, ...values });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const secretOf = async (id: string): Promise<string> =>
  (await call('GET', `/webhook/${id}/credentials`)).body.secret;
const deliveriesOf = async (id: string, token = admin): Promise<DeliverySummary[]> =>
  (await call('GET', `/webhook/${id}/delivery`, undefined, token)).body;
const deliveryOf = async (id: string, delivery: string): Promise<Delivery> =>
  (await call('GET', `/webhook/${id}/delivery/${delivery}`)).body;
const jobsOf = async (id: string): Promise<Job[]> => (await call('GET', `/job?where[task_id]=${id}`)).body;
const send = (path: string, { headers = {}, ...options }: RequestOptions = {}, at: TestSupervisor = app) =>
  at.request('POST', path, { ...options, headers: { 'x-forwarded-for': address, ...headers } });
const byKey = async ({ id }: Webhook, options?: RequestOptions) =>
  send(`/demo/webhook/${id}/trigger/secret/${await secretOf(id)}`, options);
/** A task on the bot of this test that listens to a webhook. */
const listener = async ({ id }: Webhook, values: object = {}, mapping?: object) => {
  const { body, status, text } = await call('POST', '/task', {
    name: `listener ${made}`,
    host_id: hostId,
    script_id: app.demo.script.id,
    triggers: [{ webhook: id, event: 'trigger', ...(mapping && { arguments: mapping }) }],
    ...values,
  });
  expect(status, text).toBe(201);
  return body.id as string;
};
const input = (label: string, more: object = {}) => ({ type: 'input', label, ...more });
const githubHeaders = (secret: string, body: string, id?: string) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  ...(id !== undefined && { 'x-github-delivery': id }),
});
const standardHeaders = (secret: string, body: string, id: string, time = Math.floor(Date.now() / 1000)) => ({
  'webhook-id': id,
  'webhook-timestamp': `${time}`,
  'webhook-signature': `v1,${createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'))
    .update(`${id}.${time}.${body}`)
    .digest('base64')}`,
});
const expectWrong = ({ status, body }: Answer) => {
  expect([status, body]).toEqual([
    403,
    { statusCode: 403, code: 'wrong_secret', message: 'Unknown webhook, or wrong secret or signature.' },
  ]);
};

describe('a webhook with its key in the URL', () => {
  test('starts the task that lists it, with the body as its arguments and the delivery as its cause', async () => {
    const hook = await webhook();
    const task = await listener(hook, { task_arguments: [input('a'), input('b')] });
    const { body } = await byKey(hook, { body: ['one', { two: 2 }] });
    expect(body).toEqual({ message: 'success', delivery_id: expect.any(String), outcome: 'accepted' });

    expect((await bot.takeRuns())[0]).toMatchObject({ args: ['one', '{"two":2}'] });

    const [job] = await jobsOf(task);
    expect(job).toMatchObject({
      origin: 'webhook',
      user: { username: `webhook ${hook.name}` },
      cause: {
        type: 'trigger',
        event: 'trigger',
        emitter_type: 'webhook',
        emitter_id: hook.id,
        emitter_name: hook.name,
        job_id: null,
        delivery_id: body.delivery_id,
      },
    });
    const [delivery] = await deliveriesOf(hook.id);
    expect(delivery).toMatchObject({
      id: body.delivery_id,
      address,
      sent_by: null,
      outcome: 'accepted',
      listeners: 1,
      started: [{ type: 'job', id: job?.id, name: job?.name }],
      body_kind: 'json',
      size: 17,
    });
    expect((await call('GET', `/webhook/${hook.id}`)).body.last_delivery).toMatchObject({
      outcome: 'accepted',
    });
  });

  test('names the run of a workflow that it started, for whoever may see it', async () => {
    const hook = await webhook({ acls: ['user'] });
    const step = await call('POST', '/task', {
      name: `step ${made}`,
      host_id: hostId,
      script_id: app.demo.script.id,
    });
    const { body: workflow, text } = await call('POST', '/workflow', {
      name: `flow ${made}`,
      steps: [{ id: 'a', task: step.body.id }],
      triggers: [{ webhook: hook.id, event: 'trigger' }],
    });
    expect(workflow.id, text).toBeDefined();
    await byKey(hook);
    await until(async () => (await deliveriesOf(hook.id))[0]?.started.length === 1);
    expect((await deliveriesOf(hook.id))[0]?.started).toMatchObject([
      { type: 'workflow_run', workflow_id: workflow.id, name: workflow.name, state: 'in_progress' },
    ]);
    expect((await deliveriesOf(hook.id, app.demo.people.user.token))[0]?.started).toEqual([]);
    await bot.takeRuns();
  });

  test('is an event that can be chosen', async () => {
    const hook = await webhook();
    const events: Event[] = (await call('GET', '/event')).body;
    expect(events.filter(({ emitter_id }) => emitter_id === hook.id)).toMatchObject([
      { name: 'trigger', emitter_type: 'webhook', emitter_name: hook.name },
    ]);
  });

  test('gives by a mapping what lies in body, headers and query', async () => {
    const hook = await webhook();
    await listener(
      hook,
      { task_arguments: [input('title'), input('event'), input('env'), input('from'), input('whole')] },
      {
        title: { from: 'body.pull_request.title' },
        event: { from: 'headers["x-github-event"]' },
        env: { from: 'query.env' },
        from: { from: 'webhook.name' },
        whole: { from: 'body' },
      },
    );
    await send(`/webhook/${hook.id}/trigger/secret/${await secretOf(hook.id)}?env=prod`, {
      body: '{"pull_request": {"title": "Ünïcode", "id": 12345678901234567890}}',
      headers: { 'x-github-event': 'pull_request' },
    });
    expect((await bot.takeRuns())[0]).toMatchObject({
      args: [
        'Ünïcode',
        'pull_request',
        'prod',
        hook.name,
        '{"pull_request": {"title": "Ünïcode", "id": 12345678901234567890}}',
      ],
    });
  });

  test('says of a delivery that nobody listens', async () => {
    const hook = await webhook();
    const { body } = await byKey(hook, { body: {} });
    expect(await deliveryOf(hook.id, body.delivery_id)).toMatchObject({
      listeners: 0,
      started: [],
      body: '{}',
    });
    expect(await sql(`select 1 from emissions where emitter_id = '${hook.id}'`)).toEqual([]);
  });

  test('tells an unknown id and a wrong key alike, and keeps the latter', async () => {
    const hook = await webhook();
    const key = await secretOf(hook.id);
    for (const path of [
      `/webhook/${'f'.repeat(24)}/trigger/secret/${key}`,
      `/webhook/x/trigger/secret/${key}`,
      `/webhook/${hook.id}/trigger/secret/${'0'.repeat(64)}`,
      `/webhook/${hook.id}/trigger/secret/${key.slice(1)}`,
      `/other/webhook/${hook.id}/trigger/secret/${key}`,
      `/webhook/${hook.id}/trigger/signed`,
    ])
      expectWrong(await send(path, { body: { a: 1 } }));
    const refused = await deliveriesOf(hook.id);
    expect(refused.map(({ outcome, reason, size }) => [outcome, reason, size])).toEqual([
      ['refused', 'it has no secret key: this webhook has it in the URL', 7],
      ['refused', 'its secret key is wrong', 7],
      ['refused', 'its secret key is wrong', 7],
    ]);
  });

  test('slows down whoever tries keys, and keeps no more than some of what they sent', async () => {
    const hook = await webhook();
    const tries = await Promise.all(
      Array.from({ length: 60 }, () =>
        send(`/webhook/${hook.id}/trigger/secret/x`, { body: 'x'.repeat(50_000) }),
      ),
    );
    expect(tries.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(20);
    const refused = await deliveriesOf(hook.id);
    expect(refused.length).toBeLessThanOrEqual(20);
    const whole = await deliveryOf(hook.id, refused[0]?.id ?? '');
    expect(whole).toMatchObject({ size: 50_000, body_cut: true, body: 'x'.repeat(16_384) });
  });

  test('keeps the last 20 that were refused, wherever they came from', async () => {
    const hook = await webhook();
    const queries = webhookQueries(app.db);
    const one = (number: number) => ({
      id: `${number}`.padStart(24, '0'),
      webhook_id: hook.id,
      address,
      sent_by: null,
      outcome: 'refused' as const,
      reason: 'its secret key is wrong',
      resent_of: null,
      headers: {},
      query: {},
      body_kind: 'none' as const,
      body: null,
      body_cut: false,
      size: 0,
    });
    for (let number = 1; number <= 25; number++) await queries.refuse(one(number));
    const kept = await deliveriesOf(hook.id);
    expect(kept.map(({ id }) => Number(id))).toEqual(Array.from({ length: 20 }, (_, index) => 25 - index));
  });

  test('has another key after it was changed, and the old one stops at once', async () => {
    const hook = await webhook();
    const old = await secretOf(hook.id);
    const { body } = await call('POST', `/webhook/${hook.id}/secret`);
    expect(body.secret).not.toBe(old);
    expect(body.url).toBe(`${app.url}/demo/webhook/${hook.id}/trigger/secret/${body.secret}`);
    expectWrong(await send(`/webhook/${hook.id}/trigger/secret/${old}`));
    expect((await send(new URL(body.url).pathname)).status).toBe(200);
  });

  test('answers GET with what it takes', async () => {
    const hook = await webhook();
    const path = `/webhook/${hook.id}/trigger/secret/${await secretOf(hook.id)}`;
    const answer = await app.request('GET', path);
    expect([answer.status, answer.body.message]).toEqual([405, 'This path takes POST.']);
  });
});

describe('a body', () => {
  test.each([
    ['JSON', '{"a":1}', 'application/json', 'json', '{"a":1}'],
    ['a form', 'a=1&b[]=2', 'application/x-www-form-urlencoded', 'form', 'a=1&b[]=2'],
    ['text', 'héllo', 'text/plain', 'text', 'héllo'],
    ['nothing', '', undefined, 'none', null],
    ['broken JSON', '{"a":', 'application/json', 'text', '{"a":'],
    ['XML', '<a/>', 'application/xml', 'text', '<a/>'],
    [
      'a multipart body',
      '--b\r\n\r\nx\r\n--b--',
      'multipart/form-data; boundary=b',
      'text',
      '--b\r\n\r\nx\r\n--b--',
    ],
    ['a broken multipart body', '--y', 'multipart/form-data', 'text', '--y'],
    ['bytes', Buffer.from([0, 255]), 'application/octet-stream', 'binary', 'AP8='],
    ['a half character', '["\\ud800"]', 'application/json', 'text', '["\\ud800"]'],
    ['a NUL', '{"a":"\\u0000"}', 'application/json', 'text', '{"a":"\\u0000"}'],
    [
      'keys that reach prototypes',
      '{"__proto__":{"a":1},"constructor":1}',
      'application/json',
      'json',
      '{"__proto__":{"a":1},"constructor":1}',
    ],
    [
      '100,000 levels',
      '['.repeat(100_000) + ']'.repeat(100_000),
      'application/json',
      'text',
      '['.repeat(100_000) + ']'.repeat(100_000),
    ],
    [
      '80,000 fields',
      JSON.stringify(Object.fromEntries(Array.from({ length: 80_000 }, (_, i) => [`k${i}`, 1]))),
      'application/json',
      'json',
      undefined,
    ],
  ])('of %s is let in, kept as it came, and starts what listens', async (_what, sent, type, kind, kept) => {
    const hook = await webhook();
    await listener(hook);
    const answer = await byKey(hook, {
      ...(sent !== '' && { body: sent }),
      headers: { ...(type !== undefined && { 'content-type': type }) },
    });
    expect([answer.status, answer.body.message]).toEqual([200, 'success']);
    const delivery = await deliveryOf(hook.id, answer.body.delivery_id);
    expect(delivery).toMatchObject({
      body_kind: kind,
      ...(kept !== undefined && { body: kept }),
      outcome: 'accepted',
    });
    expect(await bot.takeRuns()).toHaveLength(1);
  });

  test('of 1 MiB is let in, and of more refused with how much is taken', async () => {
    const hook = await webhook();
    const path = `/webhook/${hook.id}/trigger/secret/${await secretOf(hook.id)}`;
    const most = await send(path, {
      body: 'x'.repeat(1024 * 1024),
      headers: { 'content-type': 'text/plain' },
    });
    expect(most.status).toBe(200);
    const more = await send(path, { body: 'x'.repeat(1024 * 1024 + 1) });
    expect([more.status, more.body.message]).toEqual([
      413,
      'The body is too large: at most 1 MiB are taken.',
    ]);
    expect(await deliveriesOf(hook.id)).toHaveLength(1);
  });

  test('under a Content-Type that is none is refused with 415', async () => {
    const hook = await webhook();
    const answer = await byKey(hook, { body: 'x', headers: { 'content-type': ';' } });
    expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
  });

  test('with a field called customer or access_token is a body like any other', async () => {
    const hook = await webhook();
    const text = '{"customer":"nobody","access_token":"x"}';
    const { body } = await byKey(hook, { body: text });
    expect((await deliveryOf(hook.id, body.delivery_id)).body).toBe(text);
  });
});

describe('a filter', () => {
  const filter = {
    all: [
      { path: 'body.action', op: 'eq', value: 'closed' },
      {
        any: [
          { path: 'headers["x-event"]', op: 'in', value: ['pr'] },
          { path: 'query.force', op: 'exists' },
        ],
      },
      { not: { path: 'body.pr.title', op: 'matches', value: '^WIP' } },
    ],
  };

  test('lets through what it holds for, and keeps the rest', async () => {
    const hook = await webhook({ filter });
    const task = await listener(hook);
    const outcome = async (body: object, headers = {}) => (await byKey(hook, { body, headers })).body.outcome;
    expect(await outcome({ action: 'closed', pr: { title: 'done' } }, { 'x-event': 'pr' })).toBe('accepted');
    expect(await outcome({ action: 'closed', pr: { title: 'WIP: not' } }, { 'x-event': 'pr' })).toBe(
      'filtered',
    );
    expect(await outcome({ action: 'opened' }, { 'x-event': 'pr' })).toBe('filtered');
    expect(await outcome({ action: 'closed' })).toBe('filtered');
    await bot.takeRuns();
    expect(await jobsOf(task)).toHaveLength(1);
    expect((await deliveriesOf(hook.id)).map(({ outcome, listeners }) => [outcome, listeners])).toEqual([
      ['filtered', 0],
      ['filtered', 0],
      ['filtered', 0],
      ['accepted', 1],
    ]);
  });

  test('reads lists within texts as deep as anybody sends them', async () => {
    const hook = await webhook({ filter: { path: 'body.a[0]', op: 'eq', value: 'x' } });
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect((await byKey(hook, { body: { a: deep } })).body.outcome).toBe('filtered');
  });

  test.each([
    [{ path: 'body..x', op: 'eq', value: 1 }, 'is no path'],
    [{ path: 'bodi.x', op: 'eq', value: 1 }, '"bodi.x" is nowhere'],
    [{ path: 'body.x', op: 'eq' }, 'needs a value'],
    [{ path: 'body.x', op: 'matches', value: '(' }, 'is not a regular expression'],
    [{ path: 'body.x', op: 'in', value: 1 }, 'needs a list'],
    [{ path: 'body.x', op: 'like', value: 1 }, 'must be'],
    [{ path: 'body.x', op: 'eq', value: 1, more: 1 }, 'is not a field'],
    [{ all: {} }, 'must be array'],
    [{ every: [] }, 'path'],
    [[], 'must be'],
    ['body.x == 1', 'must be'],
    [{ all: Array.from({ length: 51 }, () => ({ path: 'body', op: 'exists' })) }, '50'],
    [
      {
        not: {
          not: {
            not: {
              not: { not: { not: { not: { not: { not: { not: { path: 'body', op: 'exists' } } } } } } },
            },
          },
        },
      },
      'nested more than 10 deep',
    ],
    [
      {
        all: Array.from({ length: 3 }, () => ({
          all: Array.from({ length: 40 }, () => ({ path: 'body', op: 'exists' })),
        })),
      },
      'more than 100 parts',
    ],
  ])('that is wrong is refused by name: %#', async (filter, message) => {
    const { status, body } = await call('POST', '/webhook', { name: 'x', filter });
    expect([status, body.message]).toEqual([400, expect.stringContaining(message)]);
    expect(body.errors[0].field).toMatch(/^filter/);
  });
});

describe('a webhook signed as GitHub does it', () => {
  test('starts its tasks on a delivery that is signed, and says by whom one is refused', async () => {
    const hook = await webhook({ auth: 'github' });
    const task = await listener(hook);
    const { url, secret } = (await call('GET', `/webhook/${hook.id}/credentials`)).body;
    expect(url).toBe(hook.url);
    const { pathname } = new URL(hook.url ?? '');
    const body = '{"zen": "Ünïcode"}';

    expect((await send(pathname, { body, headers: githubHeaders(secret, body) })).status).toBe(200);
    await bot.takeRuns();
    expectWrong(await send(pathname, { body: `${body} `, headers: githubHeaders(secret, body) }));
    expectWrong(await send(pathname, { body, headers: githubHeaders('other', body) }));
    expectWrong(await send(pathname, { body }));
    expectWrong(await send(`/webhook/${hook.id}/trigger/secret/${secret}`, { body }));

    expect(await jobsOf(task)).toHaveLength(1);
    expect((await deliveriesOf(hook.id)).map(({ reason }) => reason)).toEqual([
      'it came with a key in the URL: this webhook takes signed deliveries',
      'it is not signed: it has no header X-Hub-Signature-256',
      'its signature does not fit: the secrets differ, or the body was changed on its way',
      'its signature does not fit: the secrets differ, or the body was changed on its way',
      null,
    ]);
    const [, , , , first] = await deliveriesOf(hook.id);
    expect((await deliveryOf(hook.id, first?.id ?? '')).headers).not.toHaveProperty('x-hub-signature-256');
  });

  test('takes a secret that another system made, and an empty body', async () => {
    const secret = 'It was made elsewhere, 42 characters long.';
    app.keepSecret(secret);
    const hook = await webhook({ auth: 'github', signing_secret: secret });
    expect(JSON.stringify(hook)).not.toContain(secret);
    expect(await secretOf(hook.id)).toBe(secret);
    const answer = await send(`/webhook/${hook.id}/trigger/signed`, { headers: githubHeaders(secret, '') });
    expect(answer.body.outcome).toBe('accepted');
  });

  test('answers an id that comes again like the first one, and starts nothing again', async () => {
    const hook = await webhook({ auth: 'github' });
    const task = await listener(hook);
    const path = `/webhook/${hook.id}/trigger/signed`;
    const secret = await secretOf(hook.id);
    const again = (id: string) => send(path, { body: '{}', headers: githubHeaders(secret, '{}', id) });
    const first = await again('one');
    expect((await again('one')).body).toEqual(first.body);
    expect((await again('two')).body.delivery_id).not.toBe(first.body.delivery_id);
    await until(async () => (await jobsOf(task)).length === 2);
    expect(await deliveriesOf(hook.id)).toHaveLength(2);

    // after its window it is another delivery
    await sql(`update webhook_seen set expires_at = now() where webhook_id = '${hook.id}'`);
    expect((await again('one')).body.delivery_id).not.toBe(first.body.delivery_id);
    await until(async () => (await jobsOf(task)).length === 3);
  });
});

describe('a webhook signed as Standard Webhooks says', () => {
  test('takes what is new, refuses what is too old, and starts nothing twice', async () => {
    const hook = await webhook({ auth: 'standard', tolerance: 60 });
    const task = await listener(hook);
    const path = `/webhook/${hook.id}/trigger/signed`;
    const secret = await secretOf(hook.id);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const body = '{"type":"invoice.paid"}';
    const now = Math.floor(Date.now() / 1000);

    const first = await send(path, { body, headers: standardHeaders(secret, body, 'msg_1') });
    expect(first.body.outcome).toBe('accepted');
    const again = await send(path, { body, headers: standardHeaders(secret, body, 'msg_1') });
    expect(again.body).toEqual(first.body);
    for (const [time, message] of [
      [now - 100, /The delivery is not taken: it was sent 1\d\d s ago: more than 60 s are too old\./],
      [now + 100, /its time lies \d+ s ahead/],
    ] as const) {
      const late = await send(path, { body, headers: standardHeaders(secret, body, 'msg_2', time) });
      expect([late.status, late.body.message]).toEqual([400, expect.stringMatching(message)]);
    }
    const { 'webhook-id': _id, ...without } = standardHeaders(secret, body, 'msg_3');
    expectWrong(await send(path, { body, headers: without }));
    await bot.takeRuns();
    expect(await jobsOf(task)).toHaveLength(1);
    expect((await deliveriesOf(hook.id)).map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
      'refused',
      'accepted',
    ]);
  });

  test('gets a new secret with another way of signing', async () => {
    const hook = await webhook({ auth: 'standard' });
    const old = await secretOf(hook.id);
    await call('PATCH', `/webhook/${hook.id}`, { auth: 'github' });
    const secret = await secretOf(hook.id);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(secret).not.toBe(old);
    await call('PATCH', `/webhook/${hook.id}`, { name: 'another name' });
    expect(await secretOf(hook.id)).toBe(secret);
  });
});

describe('two supervisors', () => {
  test('that get one delivery at once start it once, and answer alike', async () => {
    await using there = await startSupervisor(database.connection, { trustedProxies: ['127.0.0.1'] });
    const hook = await webhook({ auth: 'standard' });
    const task = await listener(hook);
    const secret = await secretOf(hook.id);
    there.keepSecret(secret);
    for (let round = 0; round < 5; round++) {
      const headers = standardHeaders(secret, '{}', `msg_${round}`);
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          send(`/webhook/${hook.id}/trigger/signed`, { body: '{}', headers }, index % 2 ? there : app),
        ),
      );
      expect(new Set(answers.map(({ body }) => body.delivery_id)).size).toBe(1);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    }
    await until(async () => (await jobsOf(task)).length === 5);
    expect(await deliveriesOf(hook.id)).toHaveLength(5);
    expect(await sql(`select 1 from emissions where emitter_id = '${hook.id}'`)).toEqual([]);
    expect(await jobsOf(task)).toHaveLength(5);
  });
});

describe('a delivery', () => {
  test('is started by somebody else where its supervisor dies as soon as it is kept', async () => {
    const hook = await webhook();
    const task = await listener(hook, { task_arguments: [input('a')] });
    const delivery = {
      id: newId(),
      webhook_id: hook.id,
      address,
      sent_by: null,
      outcome: 'accepted' as const,
      reason: null,
      resent_of: null,
      headers: {},
      query: {},
      body_kind: 'text' as const,
      body: 'kept',
      body_cut: false,
      size: 4,
    };
    // nobody is called
    const listeners = await webhookQueries(app.db).deliver(
      delivery,
      { output: ['kept'], about: {} },
      undefined,
    );
    expect(listeners).toBe(1);
    expect((await bot.takeRuns())[0]).toMatchObject({ args: ['kept'] });
    expect((await jobsOf(task))[0]?.cause).toMatchObject({ delivery_id: delivery.id });
  });

  test('that is sent again passes the filter as it is now, and is another one', async () => {
    const hook = await webhook({ filter: { path: 'body.a', op: 'eq', value: 2 }, acls: ['user'] });
    const task = await listener(hook, { task_arguments: [input('a')] }, { a: { from: 'body.a' } });
    const { body } = await byKey(hook, { body: { a: 1 } });
    const resend = (token = app.demo.people.user.token) =>
      call('POST', `/webhook/${hook.id}/delivery/${body.delivery_id}/resend`, undefined, token);
    expect((await resend()).body).toMatchObject({ outcome: 'filtered', resent_of: body.delivery_id });

    await call('PATCH', `/webhook/${hook.id}`, { filter: null });
    const again = await resend();
    expect(again.body).toMatchObject({ outcome: 'accepted', sent_by: 'user@demo.test', listeners: 1 });
    expect((await bot.takeRuns())[0]).toMatchObject({ args: ['1'] });
    const [job] = await jobsOf(task);
    expect(job?.cause).toMatchObject({ delivery_id: again.body.id });
    await app.app.audit.flush();
    const { body: entries } = await call('GET', `/audit?action=webhook.resend&target=${hook.id}`);
    expect(entries[0]).toMatchObject({ actor: 'user@demo.test' });
  });

  test('that was refused is not sent again', async () => {
    const hook = await webhook();
    await send(`/webhook/${hook.id}/trigger/secret/x`, { body: { a: 1 } });
    const [refused] = await deliveriesOf(hook.id);
    const answer = await call('POST', `/webhook/${hook.id}/delivery/${refused?.id}/resend`);
    expect([answer.status, answer.body.message]).toEqual([409, expect.stringContaining('have its sender')]);
  });

  test('with a token needs the role user and sight of the webhook, whatever it asks of others', async () => {
    const hook = await webhook({ auth: 'standard', acls: ['user', 'viewer'] });
    const hidden = await webhook();
    const { user, viewer, manager } = app.demo.people;
    const path = `/webhook/${hook.id}/trigger`;
    expect((await call('POST', path, { a: 1 }, user.token)).body.outcome).toBe('accepted');
    expect((await call('POST', path, { a: 1 }, viewer.token)).status).toBe(403);
    expect((await call('POST', `/webhook/${hidden.id}/trigger`, {}, manager.token)).status).toBe(404);
    expect((await call('POST', path, {}, app.other.people.owner.token)).status).toBe(404);
    expect((await send(path, { body: {} })).status).toBe(401);
    expect((await deliveriesOf(hook.id, viewer.token))[0]).toMatchObject({ sent_by: 'user@demo.test' });
  });

  test('shows of what it started what its reader may see', async () => {
    const hook = await webhook({ acls: ['viewer'] });
    await listener(hook, { acls: ['admin'] });
    const { body } = await byKey(hook);
    await until(async () => (await deliveryOf(hook.id, body.delivery_id)).started.length === 1);
    expect((await deliveriesOf(hook.id, app.demo.people.viewer.token))[0]).toMatchObject({
      listeners: 1,
      started: [],
    });
  });

  test('of another webhook or organization does not exist', async () => {
    const [one, two] = [await webhook(), await webhook()];
    const { body } = await byKey(one);
    const path = `/webhook/${two.id}/delivery/${body.delivery_id}`;
    expect((await call('GET', path)).status).toBe(404);
    expect((await call('POST', `${path}/resend`)).status).toBe(404);
    const theirs = await call('GET', `/webhook/${one.id}/delivery`, undefined, app.other.people.owner.token);
    expect(theirs.status).toBe(404);
  });

  test('is one of 100 that are kept, page by page, and for 30 days', async () => {
    const hook = await webhook();
    const path = new URL((await call('GET', `/webhook/${hook.id}/credentials`)).body.url).pathname;
    for (let round = 0; round < 11; round++)
      await Promise.all(Array.from({ length: 10 }, () => send(path, { body: { round } })));
    const old = (await deliveriesOf(hook.id)).at(-1);
    const queries = webhookQueries(app.db);
    await queries.trim();
    const kept = await deliveriesOf(hook.id);
    expect(kept).toHaveLength(100);
    expect(kept.at(-1)?.id).toBe(old?.id);
    const first = await call('GET', `/webhook/${hook.id}/delivery?limit=60`);
    const next = /<([^>]+)>/.exec(String(first.headers['link']))?.[1] as string;
    const second = await call('GET', next);
    expect([...first.body, ...second.body].map(({ id }: Delivery) => id)).toEqual(kept.map(({ id }) => id));
    await sql(`update webhook_deliveries set at = now() - interval '31 days' where id = '${kept[5]?.id}'`);
    await queries.trim();
    expect(await deliveriesOf(hook.id)).toHaveLength(99);
  });

  test('finds what it started by an index', async () => {
    const rows = await sql(
      `explain select id from jobs where (cause ->> 'delivery_id') = any(array['a', 'b'])`,
    ).then((lines) => lines.map((line) => line['QUERY PLAN']).join('\n'));
    await sql('set enable_seqscan = off');
    const forced = await sql(
      `explain select id from jobs where (cause ->> 'delivery_id') = any(array['a', 'b'])`,
    ).then((lines) => lines.map((line) => line['QUERY PLAN']).join('\n'));
    expect(rows + forced).toContain('jobs_of_delivery');
  });
});

describe('a paused webhook', () => {
  test('keeps what comes in, and starts nothing until it is resumed', async () => {
    const hook = await webhook();
    const task = await listener(hook);
    const { body: paused } = await call('PUT', `/webhook/${hook.id}/pause`);
    expect(paused).toMatchObject({ enable: false, paused: { by: 'admin@demo.test' } });
    const { body } = await byKey(hook, { body: { a: 1 } });
    expect(body).toMatchObject({ message: 'success', outcome: 'paused' });
    expect((await call('PUT', `/webhook/${hook.id}/resume`)).body).toMatchObject({
      enable: true,
      paused: null,
    });
    expect(await jobsOf(task)).toEqual([]);
    const again = await call('POST', `/webhook/${hook.id}/delivery/${body.delivery_id}/resend`);
    expect(again.body.outcome).toBe('accepted');
    await until(async () => (await jobsOf(task)).length === 1);
  });

  test('is one that existing clients made with enable: false', async () => {
    const hook = await webhook({ enable: false });
    expect(hook.paused?.by).toBe('admin@demo.test');
    expect((await call('PUT', `/webhook/${hook.id}`, { enable: true })).body.paused).toBe(null);
    expect((await call('PUT', `/webhook/${hook.id}`, { enable: false })).body.paused).not.toBe(null);
  });
});

describe('a webhook', () => {
  test('never shows its secret but in its credentials, which the audit keeps', async () => {
    const hook = await webhook({ acls: ['viewer'] });
    const secret = await secretOf(hook.id);
    const { viewer } = app.demo.people;
    for (const [method, path] of [
      ['GET', '/webhook'],
      ['GET', `/webhook/${hook.id}`],
      ['PUT', `/webhook/${hook.id}`],
    ] as const)
      expect((await call(method, path, method === 'PUT' ? {} : undefined)).text).not.toContain(secret);
    expect((await call('GET', `/webhook/${hook.id}/credentials`, undefined, viewer.token)).status).toBe(403);
    await app.app.audit.flush();
    const { body: entries, text } = await call('GET', `/audit?target=${hook.id}`);
    expect(entries.map(({ action }: { action: string }) => action)).toContain('secret.read');
    expect(text).not.toContain(secret);
  });

  test('is listed for those who may see it', async () => {
    const [seen, hidden] = [await webhook({ acls: ['viewer'] }), await webhook()];
    const { body } = await call('GET', '/webhook', undefined, app.demo.people.viewer.token);
    const ids = body.map(({ id }: Webhook) => id);
    expect([ids.includes(seen.id), ids.includes(hidden.id)]).toEqual([true, false]);
    expect((await call('GET', `/webhook/${hidden.id}`, undefined, app.demo.people.viewer.token)).status).toBe(
      404,
    );
  });

  test('that starts something is deleted by force alone, and out of the triggers with it', async () => {
    const hook = await webhook();
    const task = await listener(hook);
    const refused = await call('DELETE', `/webhook/${hook.id}`);
    expect([refused.status, refused.body.message]).toEqual([
      409,
      `It starts "listener ${made}": change those first, or send force=true.`,
    ]);
    expect((await call('DELETE', `/webhook/${hook.id}?force=true`)).status).toBe(200);
    expect((await call('GET', `/task/${task}`)).body.triggers).toEqual([]);
    expect((await call('GET', `/webhook/${hook.id}`)).status).toBe(404);
    expect(await sql(`select 1 from webhook_deliveries where webhook_id = '${hook.id}'`)).toEqual([]);
  });

  test.each([
    [{ name: '' }, 'name'],
    [{ name: 'x', auth: 'none' }, 'auth'],
    [{ name: 'x', tolerance: 0 }, 'tolerance'],
    [{ name: 'x', tolerance: 100_000 }, 'tolerance'],
    [{ name: 'x', signing_secret: 'abc' }, 'signing_secret'],
    [{ name: 'x', auth: 'standard', signing_secret: 'whsec_abc' }, 'signing_secret'],
    [{ name: 'x', acls: ['nobody in particular'] }, 'acls[0]'],
    [{ name: 'x', secret: '0'.repeat(64) }, 'secret'],
  ])('that is %j is refused by the name of the field', async (values, field) => {
    const { status, body } = await call('POST', '/webhook', values);
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });

  test('starts a run that waits out the grace time of its task, with its values', async () => {
    const hook = await webhook();
    const task = await listener(hook, { grace_time: 1, task_arguments: [input('a')] });
    const { body } = await byKey(hook, { body: 'kept', headers: { 'content-type': 'text/plain' } });
    await until(async () => (await call('GET', `/task/${task}/schedule`)).body.length === 1);
    expect((await bot.takeRuns())[0]).toMatchObject({ args: ['kept'] });
    expect((await deliveryOf(hook.id, body.delivery_id)).started).toHaveLength(1);
  });
});
