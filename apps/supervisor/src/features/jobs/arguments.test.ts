import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addTask,
  multipart,
  startTestApp,
  type RequestOptions,
  type TestApp,
  type TestTask,
} from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let user: string;
/** Tasks that ask for no, one and two values; the last has a fixed argument first. */
let none: TestTask;
let one: TestTask;
let two: TestTask;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  user = app.demo.people.user.token;
  none = await make([{ order: 0, type: 'fixed', value: 'F' }]);
  one = await make([{ order: 0, type: 'input', label: 'Only' }]);
  two = await make([
    { order: 0, type: 'fixed', value: 'F' },
    { order: 1, type: 'input' },
    { order: 2, type: 'input', required: false },
  ]);
});
afterAll(() => resources.disposeAsync());

async function make(task_arguments: object[]): Promise<TestTask> {
  const task = await addTask(app.platform, app.demo.id, {
    host_id: app.demo.host.id,
    script_id: app.demo.script.id,
    task_arguments,
  });
  app.keepSecret(task.secret);
  return task;
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const form = (body: string): RequestOptions => ({ body, headers: FORM });

/** Sends the same by token and by secret, over each of the paths; the values of the job, or the refusal. */
async function sentTo(task: TestTask, request: RequestOptions, search = ''): Promise<unknown> {
  const answers = [];
  const ways: [string, string | undefined][] = [
    [`/demo/task/${task.id}/job?x=1`, user],
    [`/job?task=${task.id}`, user],
    [`/demo/task/${task.id}/secret/${task.secret}/job?x=1`, undefined],
    [`/job/secret/${task.secret}?task=${task.id}&customer=demo`, undefined],
  ];
  for (const [path, token] of ways) {
    const { status, body } = await app.request('POST', path + search, { token, ...request });
    answers.push(status === 200 ? body.task_arguments_values : `${status} ${body.message}`);
  }
  const [first] = answers;
  expect(answers).toEqual(ways.map(() => first));
  return first;
}

describe('the values of a run arrive', () => {
  test.each<[string, RequestOptions, string?]>([
    ['as an object with all positions', { body: { task_arguments: ['ignored', 'a', 'b'] } }],
    ['as an object with the dynamic ones', { body: { task_arguments: ['a', 'b'] } }],
    ['as a bare array', { body: ['a', 'b'] }],
    ['with more than there are arguments', { body: ['', 'a', 'b', 'c', 'd'] }],
    [
      'as named elements in any order',
      {
        body: [
          { order: 2, label: 'L', value: 'b' },
          { order: 1, label: 'K', value: 'a' },
        ],
      },
    ],
    [
      'as named elements in an object',
      {
        body: {
          task_arguments: [
            { order: 1, value: 'a' },
            { order: 2, value: 'b' },
          ],
        },
      },
    ],
    ['as a list in the query', {}, '&task_arguments[]=a&task_arguments[]=b'],
    ['as a list in the query, escaped', {}, '&task_arguments%5B%5D=a&task_arguments%5B%5D=b'],
    ['as a repeated key in the query', {}, '&task_arguments=a&task_arguments=b'],
    ['as positions in the query', {}, '&task_arguments[2]=b&task_arguments[1]=a'],
    ['as a form', form('task_arguments[]=a&task_arguments[]=b')],
    ['as a form with a repeated key', form('task_arguments=a&task_arguments=b')],
    ['as a form with positions', form('task_arguments[1]=a&task_arguments[2]=b')],
    ['as a form with spaces around =', form('task_arguments[] = a&task_arguments[] = b')],
    [
      'as a form under a JSON type',
      { body: 'task_arguments[]=a&task_arguments[]=b', headers: { 'content-type': 'application/json' } },
    ],
    [
      'as a form without a type',
      { body: 'task_arguments[]=a&task_arguments[]=b', headers: { 'content-type': 'text/plain' } },
    ],
    ['as JSON under the type of a form', form('{"task_arguments":["a","b"]}')],
    [
      'as multipart',
      multipart([
        { name: 'task_arguments[]', value: 'a' },
        { name: 'task_arguments[]', value: 'b' },
      ]),
    ],
    [
      'as multipart with positions',
      multipart([
        { name: 'task_arguments[2]', value: 'b' },
        { name: 'task_arguments[1]', value: 'a' },
      ]),
    ],
  ])('%s', async (_way, request, search) => {
    expect(await sentTo(two, request, search)).toEqual(['F', 'a', 'b']);
  });

  test('as an HTML form sends them, with hidden fields beside', async () => {
    const fields = new URLSearchParams([
      ['customer', 'demo'],
      ['task', two.id],
      ['task_arguments[]', 'a b'],
      ['task_arguments[]', 'ü&='],
    ]).toString();
    const answers = [
      await app.request('POST', `/job/secret/${two.secret}`, form(fields)),
      await app.request(
        'POST',
        `/job/secret/${two.secret}`,
        multipart([...new URLSearchParams(fields)].map(([name, value]) => ({ name, value }))),
      ),
    ];
    for (const { body } of answers) expect(body.task_arguments_values).toEqual(['F', 'a b', 'ü&=']);
  });

  test.each<[string, RequestOptions, string?]>([
    ['null', { body: ['a', null] }],
    ['an empty text', { body: ['a', ''] }],
    ['an empty field of a form', form('task_arguments[]=a&task_arguments[]=')],
    ['a position that is not named', form('task_arguments[1]=a')],
    ['an element that is not there', { body: [{ order: 1, value: 'a' }] }],
  ])('without an optional one: %s', async (_way, request) => {
    expect(await sentTo(two, request)).toEqual(['F', 'a', '']);
  });

  test('as text: JSON values that are no text become JSON text', async () => {
    expect(await sentTo(two, { body: [5, { k: [true, null] }] })).toEqual(['F', '5', '{"k":[true,null]}']);
    expect(await sentTo(two, { body: [false, 0] })).toEqual(['F', 'false', '0']);
  });
});

describe('a task that asks for one value', () => {
  test.each<[string, RequestOptions, string?]>([
    ['a list of one', { body: ['x'] }],
    ['one value of a form', form('task_arguments=x')],
    ['one value of the query', {}, '&task_arguments=x'],
    ['one value of a JSON body', { body: { task_arguments: 'x' } }],
    ['one part of multipart', multipart([{ name: 'task_arguments', value: 'x' }])],
  ])('takes %s', async (_way, request, search) => {
    expect(await sentTo(one, request, search)).toEqual(['x']);
  });

  test.each<[string, RequestOptions, object]>([
    ['a JSON object', { body: { action: 'opened', number: 7 } }, { action: 'opened', number: 7 }],
    ['a form', form('action=opened&n=7'), { action: 'opened', n: '7' }],
    ['a multipart form', multipart([{ name: 'action', value: 'opened' }]), { action: 'opened' }],
  ])('takes the fields of %s as that value', async (_way, request, value) => {
    expect(((await sentTo(one, request)) as string[]).map((text) => JSON.parse(text) as unknown)).toEqual([
      value,
    ]);
  });

  test('never takes what says who runs what: token, organization, task', async () => {
    const { id } = one;
    const fields = { access_token: user, customer: 'demo', task: id, event: 'push' };
    const sent = [
      await app.request('POST', '/job', { body: fields }),
      await app.request('POST', '/job', form(new URLSearchParams(fields).toString())),
      await app.request(
        'POST',
        '/job',
        multipart(Object.entries(fields).map(([name, value]) => ({ name, value }))),
      ),
      await app.request('POST', `/job?access_token=${user}&customer=demo&task=${id}&priority=3`, {
        body: { event: 'push' },
      }),
    ];
    for (const { body } of sent) expect(body.task_arguments_values).toEqual(['{"event":"push"}']);
    const alone = await app.request('POST', `/job?access_token=${user}&task=${id}`, {
      body: { customer: 'demo' },
    });
    expect([alone.status, alone.body.code]).toEqual([400, 'invalid_arguments']);
  });
});

describe('a run without values', () => {
  test.each<[string, RequestOptions]>([
    ['no body', {}],
    ['an empty body', { body: '' }],
    ['an empty object', { body: {} }],
    ['an empty list', { body: { task_arguments: [] } }],
    ['null', { body: 'null' }],
    ['an empty form', form('')],
  ])('is %s, where a task asks for none', async (_way, request) => {
    expect(await sentTo(none, request)).toEqual(['F']);
    expect(await sentTo(one, request)).toBe(
      '400 task_arguments: An array of length 1 is required. Optionals must be null',
    );
  });

  test('is any list, where a task asks for none', async () => {
    expect(await sentTo(none, { body: ['what', 'ever'] })).toEqual(['F']);
  });
});

describe('each type of argument', () => {
  const types: [definition: Record<string, unknown>, taken: unknown[], refused: unknown[]][] = [
    [{ type: 'input', charset: 'num', charsmin: 2, charsmax: 3 }, ['12', 123], ['1', '1234', 'ab', null]],
    [{ type: 'textarea', required: false, charsmax: 5 }, ['a\nb', null], ['123456']],
    [{ type: 'boolean' }, ['true', false], ['yes', 1]],
    [{ type: 'json' }, ['{"a":1}', { a: 1 }], ['{']],
    [{ type: 'select', options: [{ id: 'a' }, { id: 'b' }] }, ['a'], ['c', 'A']],
    [
      { type: 'select', multiple: true, options: [{ id: 'a' }, { id: 'b' }] },
      [['a', 'b'], '["b"]'],
      ['a', ['c'], []],
    ],
    [{ type: 'date' }, ['2026-01-31', '2026-01-31T10:00:00.000Z'], ['2026-02-30', 'today']],
    [{ type: 'email' }, ['a@b.c'], ['a']],
    [{ type: 'regexp', pattern: '^v[0-9]+$' }, ['v12'], ['12', 'v']],
    [{ type: 'file' }, ['data:,x'], ['x', { file: 'a'.repeat(24) }]],
    [{ type: 'remote-options', endpoint_url: 'https://options.test' }, ['any'], [null, '']],
    [{ type: 'input', readonly: true, value: 'mine' }, ['mine', null], ['yours']],
  ];
  test.each(types)('%j is held to what it says', async (definition, taken, refused) => {
    const task = await make([{ order: 0, label: 'The one', ...definition }]);
    const send = (value: unknown) =>
      app.request('POST', `/task/${task.id}/job`, { token: user, body: [value] });
    for (const value of taken) expect([value, (await send(value)).status]).toEqual([value, 200]);
    for (const value of refused) {
      const { status, body } = await send(value);
      expect([value, status, body.code, body.errors?.[0]?.field]).toEqual([
        value,
        400,
        'invalid_arguments',
        'task_arguments[0]',
      ]);
    }
  });

  test('is refused at once where its definition contradicts itself', async () => {
    const { status, body } = await app.request('PATCH', `/task/${one.id}`, {
      token: app.demo.people.admin.token,
      body: {
        task_arguments: [
          { type: 'select', options: [{ id: 'a' }, { id: 'a' }] },
          { type: 'email', value: 'nobody' },
          { type: 'regexp', pattern: '(' },
        ],
      },
    });
    expect([status, body.errors.map(({ field }: { field: string }) => field)]).toEqual([
      400,
      ['task_arguments[0].options', 'task_arguments[1].value', 'task_arguments[2].pattern'],
    ]);
  });
});
