import { type FieldError, type Task } from '@argus/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adapt } from './adapt.ts';
import { recipeOf } from './rules.ts';

const fields = (list: FieldError[]) => list.map(({ field }) => field).sort();
const message = (list: FieldError[], field: string) =>
  list.find((one) => one.field === field)?.message ?? `nothing about ${field}`;

function only(recipe: unknown) {
  const { tasks, findings } = adapt(recipe);
  expect(tasks).toHaveLength(1);
  const [task] = tasks as [(typeof tasks)[number]];
  return { ...task, findings };
}
const theirs = (task: object) => only({ task: { name: 'T', ...task } });
const ours = (task: object) => only({ format: 'argus/1', task: { name: 'T', ...task }, script: null });

describe('an approval of the reference system', () => {
  test.each([
    [undefined, 'fixed'],
    ['fixed', 'fixed'],
    ['initiator', 'starter'],
    ['assignees', 'assigned'],
    ['dynamic', 'next'],
    ['constructor', 'fixed'],
    [7, 'fixed'],
  ])('with the target %j asks: %s', (approvals_target, who) => {
    const { values } = theirs({ type: 'approval', approvals_target, approvers: ['a@example.com'] });
    expect(values.approval).toEqual({ who, people: ['a@example.com'] });
  });

  test('whose approvers are ids says that somebody is to be named, and asks for no bot and no script', () => {
    const { values, script, host, findings } = theirs({
      type: 'approval',
      _type: 'ApprovalTask',
      approvers: ['63d3e5f1a2b4c60011aabb01', 'admin', 42],
      success_label: 'Yes',
      failure_label: 'Reject',
      failure_enabled: false,
      cancel_enabled: true,
      ignore_label: 'Ignore',
      script_runas: '',
      timeout: 600_000,
    });
    expect(values).toMatchObject({ type: 'approval', approval: { who: 'fixed', people: ['admin'] } });
    expect([script, host, values.run_as]).toEqual([undefined, undefined, undefined]);
    expect(fields(findings.dropped)).toEqual([
      'task.approvers',
      'task.failure_enabled',
      'task.success_label',
    ]);
    expect(message(findings.dropped, 'task.approvers')).toContain('2 of 3');
    expect(findings.missing).toEqual([]);
    expect(theirs({ type: 'approval', approvers: ['6'.repeat(24)] }).findings.missing).toEqual([
      { field: 'task.approvers', message: 'name who approves' },
    ]);
    expect(theirs({ type: 'approval', approvals_target: 'initiator' }).findings.missing).toEqual([]);
  });
});

describe('of the reference system', () => {
  test('a dummy is an input', () => {
    const { values, findings } = theirs({ type: 'dummy', task_arguments: [{ type: 'input', label: 'x' }] });
    expect(values.type).toBe('input');
    expect(message(findings.adapted, 'task.type')).toBe('was "dummy", is called input here');
    expect(fields(findings.adapted)).toContain('task.user_inputs');
    expect([findings.missing, findings.dropped]).toEqual([[], []]);
  });

  test.each([
    ['nobody in particular', undefined, { who: 'starter' }, []],
    ['people by e-mail', ['a@example.com'], { who: 'fixed', people: ['a@example.com'] }, []],
    ['ids', ['6'.repeat(24)], { who: 'starter' }, ['task.user_inputs_members']],
  ])('a script that asks %s for its arguments asks here too', (_who, members, inputs, dropped) => {
    const { values, findings } = theirs({ type: 'script', user_inputs: true, user_inputs_members: members });
    expect(values.inputs).toEqual(inputs);
    expect(fields(findings.dropped)).toEqual(dropped);
    expect(fields(findings.adapted)).toContain('task.user_inputs');
  });

  test('only scripts and inputs ask for arguments', () => {
    const { values, findings } = theirs({ type: 'notification', user_inputs: true, subject: 's' });
    expect(values.inputs).toBeUndefined();
    expect(fields(findings.dropped)).toEqual(['task.user_inputs']);
  });

  test('a notification keeps its words and those of its recipients who have an address', () => {
    const { values, findings } = theirs({
      type: 'notification',
      subject: 'Done',
      body: '<b>well</b>',
      recipients: ['a@example.com', '6'.repeat(24)],
      notificationTypes: { push: true, email: false },
    });
    expect(values).toMatchObject({
      type: 'notification',
      notification: { subject: 'Done', body: '<b>well</b>', recipients: ['a@example.com'] },
    });
    expect(fields(findings.dropped)).toEqual(['task.notificationTypes', 'task.recipients']);
    expect(theirs({ type: 'notification', subject: 's', recipients: 'b@x.org' }).values.notification).toEqual(
      {
        subject: 's',
        recipients: ['b@x.org'],
      },
    );
    expect(theirs({ type: 'notification', subject: 's' }).findings.missing).toEqual([
      { field: 'task.recipients', message: 'name who is told' },
    ]);
  });

  test('a scraper is an HTTP task', () => {
    const { values, host, findings } = theirs({
      _type: 'ScraperTask',
      url: 'https://example.com/health',
      method: 'post',
      json: true,
      gzip: true,
      body: { a: 1 },
      status_code: 200,
      parser: 'pattern',
      pattern: 'ok',
      register_body: true,
      timeout: 5000,
      host_id: '6'.repeat(24),
      hostname: 'web-1',
    });
    expect(values).toMatchObject({
      type: 'http',
      timeout: 5,
      request: {
        url: 'https://example.com/health',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"a":1}',
        expect_status: '200',
        expect_pattern: 'ok',
      },
    });
    expect(host).toBeUndefined();
    expect(fields(findings.adapted)).toEqual(['task.host_id', 'task.json', 'task.timeout', 'task.type']);
    expect([findings.missing, findings.dropped]).toEqual([[], []]);
  });

  test('of a scraper what cannot be so here is left out', () => {
    const { values, findings } = theirs({
      type: 'scraper',
      url: 'ftp://example.com',
      method: 'OPTIONS',
      headers: { accept: 'text/plain', x: 3 },
      status_code: '2\\d\\d',
      parser: 'script',
      pattern: 'x',
    });
    expect(values.request).toEqual({ headers: { accept: 'text/plain' }, expect_status: '2xx' });
    expect(fields(findings.dropped)).toEqual(['task.headers.x', 'task.method', 'task.parser', 'task.url']);
    expect(findings.missing).toEqual([{ field: 'task.url', message: 'give the address to call' }]);
    const { findings: others } = theirs({
      type: 'scraper',
      url: 'https://a.example',
      status_code: '(200|201)',
      pattern: '(?=x)',
    });
    expect(fields(others.dropped)).toEqual(['task.pattern', 'task.status_code']);
  });

  test('a nodejs task is a script that node runs', () => {
    const { values } = only({ type: 'nodejs', name: 'n', script: { filename: 'a.js', data: 'MQ==' } });
    expect(values).toMatchObject({ type: 'script', run_as: 'node %script%' });
  });
});

describe('a recipe of ours', () => {
  test.each([
    ['an approval', { type: 'approval', approval: { who: 'fixed', people: ['admin'], needed: 'all' } }],
    ['an input', { type: 'input', inputs: { who: 'starter', people: [], deadline: null, message: 'm' } }],
    ['a script with inputs', { type: 'script', inputs: { who: 'fixed', people: ['team:ops'] } }],
    ['a notification', { type: 'notification', notification: { subject: 's', recipients: ['a@b.c'] } }],
    ['an HTTP task', { type: 'http', request: { url: 'https://x.org', headers: { a: 'b' }, method: 'PUT' } }],
  ])('keeps %s as it is', (_what, task) => {
    const { values, findings } = ours(task);
    expect(values).toMatchObject(task);
    expect([findings.adapted, findings.dropped]).toEqual([[], []]);
  });

  test.each([
    ['task.approval', { type: 'approval', approval: 'me' }],
    ['task.approval', { type: 'script', approval: { who: 'fixed' } }],
    ['task.approval.who', { type: 'approval', approval: { who: 'everybody' } }],
    ['task.approval.mood', { type: 'approval', approval: { mood: 'good' } }],
    ['task.approval.people[1]', { type: 'approval', approval: { people: ['admin', 'no body'] } }],
    ['task.inputs', { type: 'http', inputs: { who: 'starter' }, request: { url: 'https://x.org' } }],
    ['task.request.url', { type: 'http', request: { url: 'x.org' } }],
    ['task.request.expect_status', { type: 'http', request: { expect_status: 'fine' } }],
    ['task.request.headers', { type: 'http', request: { headers: { a: 1 } } }],
    ['task.notification.subject', { type: 'notification', notification: { subject: ['s'] } }],
  ])('says that %s is not taken of %j', (field, task) => {
    const { findings } = ours(task);
    expect(fields(findings.dropped)).toContain(field);
  });

  test('to share says what its receiver is to fill in', () => {
    const { findings } = ours({
      type: 'http',
      request: { url: 'https://x.org', headers: { authorization: '', accept: 'text/plain' } },
    });
    expect(findings.missing).toEqual([
      { field: 'task.request.headers.authorization', message: 'has no value' },
    ]);
    expect(fields(ours({ type: 'approval', approval: {} }).findings.missing)).toEqual([
      'task.approval.people',
    ]);
  });
});

describe('the recipe of a task', () => {
  const task = {
    name: 'x',
    task_arguments: [],
    env: {},
    approval: { who: 'fixed', people: ['a@example.com', 'admin', 'team:ops'] },
    inputs: { who: 'fixed', people: ['a@example.com', 'user'] },
    notification: { subject: 's', body: 'b', recipients: ['a@example.com', 'f'.repeat(24), 'admin'] },
    request: { url: 'https://x.org', headers: { authorization: 'Bearer secret' }, body: 'b' },
  } as unknown as Task;

  test('to share has no values of headers and no addresses of people; none has ids of channels', () => {
    const shallow = recipeOf(task, null, 'shallow').task;
    expect(shallow.approval?.people).toEqual(['admin', 'team:ops']);
    expect(shallow.inputs?.people).toEqual(['user']);
    expect(shallow.notification?.recipients).toEqual(['admin']);
    expect(shallow.request).toEqual({ url: 'https://x.org', headers: { authorization: '' }, body: 'b' });
    const deep = recipeOf(task, null, 'deep').task;
    expect(deep.request).toEqual(task.request);
    expect(deep.approval).toEqual(task.approval);
    expect(deep.notification?.recipients).toEqual(['a@example.com', 'admin']);
  });
});

test('whatever stands in a task of any type is read or told, never anything else', () => {
  const scalar = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>(
      true,
      'fixed',
      'a@b.c',
      ['a@b.c', 3],
      { url: 'x' },
      { a: 'b' },
      { people: ['x'] },
    ),
  );
  const names = [
    'user_inputs',
    'user_inputs_members',
    'approvers',
    'approvals_target',
    'success_label',
    'failure_enabled',
    'subject',
    'body',
    'recipients',
    'notificationTypes',
    'url',
    'remote_url',
    'method',
    'headers',
    'json',
    'status_code',
    'parser',
    'pattern',
    'approval',
    'inputs',
    'notification',
    'request',
    'host',
    'run_as',
  ];
  const type = fc.constantFrom(
    'script',
    'approval',
    'input',
    'notification',
    'http',
    'dummy',
    'scraper',
    'nodejs',
  );
  const task = fc
    .tuple(type, fc.dictionary(fc.constantFrom(...names), scalar))
    .map(([type, given]) => ({ name: 'x', ...given, type }));
  fc.assert(
    fc.property(task, fc.boolean(), (given, own) => {
      const recipe = own ? { format: 'argus/1', task: given, script: null } : { task: given };
      const { tasks } = adapt(recipe);
      expect(tasks).toHaveLength(1);
    }),
    { numRuns: 500 },
  );
});
