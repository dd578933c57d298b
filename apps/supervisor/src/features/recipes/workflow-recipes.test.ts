import { RECIPE_MAX_BYTES, type Task, type Workflow, type WorkflowRecipe } from '@argus/contract';
import { createTestDatabase } from '@argus/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addHost,
  fingerprint,
  inputArgument as input,
  startTestApp,
  type TestApp,
} from '../../testing/index.ts';
import { theirWorkflow } from './fixtures/theirs.ts';

const resources = new AsyncDisposableStack();
/** Two servers that know nothing of each other. */
let app: TestApp;
let elsewhere: TestApp;
let token: string;
let theirs: string;
beforeAll(async () => {
  app = resources.use(await startTestApp(resources.use(await createTestDatabase()).connection));
  elsewhere = resources.use(await startTestApp(resources.use(await createTestDatabase()).connection));
  token = app.demo.people.admin.token;
  theirs = elsewhere.other.people.admin.token;
  await addHost(elsewhere.db, elsewhere.other.id, app.demo.host.hostname);
});
afterAll(() => resources.disposeAsync());

async function made(path: string, body: object): Promise<string> {
  const answer = await app.request('POST', path, { token, body });
  expect([answer.status, answer.body.errors]).toEqual([201, undefined]);
  return answer.body.id;
}
const task = (values: object) => made('/task', { name: 'A task', ...values });
const script = (values: object = {}) =>
  task({ host_id: app.demo.host.id, script_id: app.demo.script.id, ...values });
const workflow = (values: object) => made('/workflow', { name: 'A workflow', ...values });

const exported = async (server: TestApp, id: string, as: string, mode = 'shallow') => {
  const answer = await server.request('GET', `/workflow/${id}/recipe?mode=${mode}`, { token: as });
  expect(answer.status).toBe(200);
  return answer.body as WorkflowRecipe;
};
const importInto = (body: unknown, search = '') =>
  elsewhere.request('POST', `/workflow/import${search}`, { token: theirs, body });

/** A workflow with a task of every type, another workflow within it, and every setting of steps. */
async function everything(): Promise<string> {
  const first = await script({
    name: 'First',
    task_arguments: [input('Name', { value: 'x' }), { type: 'fixed', value: 'secret value' }],
    env: { TOKEN: 'a value of a task' },
    acls: ['user'],
  });
  const ask = await task({
    name: 'Ask',
    type: 'approval',
    approval: { who: 'fixed', people: ['admin', 'someone@example.com'], needed: 'all', deadline: 60 },
  });
  const fill = await task({ name: 'Fill in', type: 'input', task_arguments: [input('Amount')] });
  const tell = await task({
    name: 'Tell',
    type: 'notification',
    notification: { subject: 'Done: {0}', recipients: ['someone@example.com'] },
  });
  const call = await task({
    name: 'Call',
    type: 'http',
    request: { url: 'https://example.com', method: 'POST', headers: { authorization: 'Bearer hidden' } },
  });
  const deepest = await workflow({ name: 'Deepest', steps: [{ id: 'only', task: first }] });
  const inner = await workflow({
    name: 'Inner',
    task_arguments: [input('Anything', { value: 'a default' })],
    steps: [
      { id: 'a', workflow: deepest },
      { id: 'b', task: first },
    ],
    start: ['a', 'b'],
  });
  return workflow({
    name: 'Everything: "all"',
    description: 'of\nit',
    tags: ['b', 'a'],
    acls: ['user', 'team:ops'],
    env: { REGION: 'a value of the workflow' },
    grace_time: 5,
    multitasking: false,
    retention_days: 7,
    steps: [
      { id: 'first', name: 'The first', task: first, retries: { limit: 2, on: ['lost'] }, timeout: 30 },
      { id: 'ask', task: ask, grace_time: 1 },
      {
        id: 'again',
        task: first,
        arguments: { Name: { value: 'a constant' } },
        env: { KEY: 'a value of a step' },
        priority: 3,
      },
      { id: 'fill', task: fill, arguments: { 0: { from: 'steps.first.output[0].amount' } } },
      { id: 'call', task: call },
      { id: 'tell', task: tell, join: 2 },
      { id: 'inner', workflow: inner },
    ],
    edges: [
      { from: 'first', to: 'ask', when: { all: [{ path: 'output[0].a', op: 'gt', value: 3 }] } },
      { from: 'first', to: 'again', on: 'failure' },
      { from: 'ask', to: 'fill' },
      { from: 'ask', to: 'call', on: 'any' },
      { from: 'fill', to: 'tell' },
      { from: 'call', to: 'tell' },
      { from: 'tell', to: 'inner' },
    ],
  });
}

const HIDDEN = [
  'secret value',
  'a value of a task',
  'a value of the workflow',
  'a value of a step',
  'a constant',
  'a default',
  'Bearer hidden',
  'someone@example.com',
];

describe('the recipe of a workflow', () => {
  test('names what steps run by references, each once, and has no ids, dates or secrets', async () => {
    const id = await everything();
    const { secret } = (await app.request('GET', `/workflow/${id}/credentials`, { token })).body;
    for (const mode of ['shallow', 'deep']) {
      const recipe = await exported(app, id, token, mode);
      expect(recipe.workflow.steps.map((step) => step.task ?? step.workflow)).toEqual([
        'task-1',
        'task-2',
        'task-1',
        'task-3',
        'task-4',
        'task-5',
        'workflow-1',
      ]);
      expect(recipe.tasks.map(({ id, task, script }) => [id, task.type, script === null])).toEqual([
        ['task-1', 'script', false],
        ['task-2', 'approval', true],
        ['task-3', 'input', true],
        ['task-4', 'http', true],
        ['task-5', 'notification', true],
      ]);
      expect(recipe.workflows.map(({ id, workflow: { name, start } }) => [id, name, start])).toEqual([
        ['workflow-1', 'Inner', ['a', 'b']],
        ['workflow-2', 'Deepest', undefined],
      ]);
      const text = JSON.stringify(recipe);
      expect(text).not.toMatch(/"[0-9a-f]{24}"|\d{4}-\d\d-\d\dT/);
      expect(text).not.toContain(secret);
      for (const value of HIDDEN) expect([value, text.includes(value)]).toEqual([value, mode === 'deep']);
      expect(recipe.workflow.acls).toEqual(mode === 'deep' ? ['user', 'team:ops'] : undefined);
    }
  });

  test('is a file of its name, at every spelling of its path, and its reading is audited', async () => {
    const id = await everything();
    for (const path of [
      `/workflow/${id}/recipe`,
      `/workflow/${id}/serialize`,
      `/demo/workflows/${id}/recipe`,
      `/workflows/${id}/serialize`,
    ]) {
      const { status, headers } = await app.request('GET', `${path}?mode=deep`, { token });
      expect(status).toBe(200);
      expect(headers['content-disposition']).toBe('attachment; filename="everything-all.recipe.json"');
    }
    await app.app.audit.flush();
    const { body: entries } = await app.request('GET', '/audit?limit=1', { token });
    expect(entries[0]).toMatchObject({ action: 'recipe.read', target_id: id, details: { mode: 'deep' } });
  });

  test('is for admins, and of their own organization', async () => {
    const id = await everything();
    for (const [as, status] of [
      [app.demo.people.manager.token, 403],
      [app.other.people.admin.token, 404],
    ] as const)
      expect((await app.request('GET', `/workflow/${id}/recipe`, { token: as })).status).toBe(status);
  });

  test('with a step whose task was deleted is refused, and names the step', async () => {
    const gone = await script();
    const id = await workflow({ steps: [{ id: 'lonely', task: gone }] });
    await app.db.once('delete from tasks where id = $1', [gone]);
    const { status, body } = await app.request('GET', `/workflow/${id}/recipe`, { token });
    expect([status, body.code]).toEqual([409, 'conflict']);
    expect(body.message).toContain('"lonely"');
  });

  test('that would be too large to import is refused', async () => {
    const steps = [];
    for (const byte of [1, 2]) {
      const file = {
        filename: 'large.bin',
        data: Buffer.alloc(13 * 1024 * 1024, byte).toString('base64'),
      };
      const { body } = await app.request('POST', '/task/import', {
        token,
        body: { task: { name: 'Large' }, file },
      });
      steps.push({ id: `s${byte}`, task: body.id });
    }
    const id = await workflow({ steps, start: ['s1', 's2'] });
    const { status, body } = await app.request('GET', `/workflow/${id}/recipe`, { token });
    expect([status, body.code]).toEqual([413, 'too_large']);
    expect(body.message).toContain(`${RECIPE_MAX_BYTES}`);
  });
});

describe('an import', () => {
  test.each(['shallow', 'deep'])('of a %s recipe elsewhere is exported the same again', async (mode) => {
    const first = await exported(app, await everything(), token, mode);
    const { status, body } = await importInto(first);
    expect([status, body.errors]).toEqual([201, undefined]);
    expect(body.report.dropped).toEqual([]);
    // the script of the samples is on every server
    expect(body.report.adapted.map(({ field }: { field: string }) => field)).toEqual([
      'tasks[0].task.script',
    ]);
    expect(body.tasks.map(({ name }: Task) => name)).toEqual(['First', 'Ask', 'Fill in', 'Call', 'Tell']);
    expect(body.workflows.map(({ name }: Workflow) => name).sort()).toEqual(['Deepest', 'Inner']);
    expect(body).toMatchObject({ name: 'Everything: "all"', customer: 'other', problems: [] });
    expect(await exported(elsewhere, body.id, theirs, mode)).toEqual(first);
  });

  test('of a recipe to share says what is to be filled in', async () => {
    const first = await exported(app, await everything(), token);
    const { body } = await importInto(first);
    expect(body.report.missing.map(({ field }: { field: string }) => field).sort()).toEqual([
      'tasks[0].task.env.TOKEN',
      'tasks[0].task.host_id',
      'tasks[0].task.task_arguments[1].value',
      'tasks[3].task.request.headers.authorization',
      'tasks[4].task.notification.recipients',
      'workflow.env.REGION',
      'workflow.steps[2].arguments.Name',
      'workflow.steps[2].env.KEY',
    ]);
  });

  test('of any workflow is exported the same again', { timeout: 120_000 }, async () => {
    const tasks = [
      await script({ name: 'plain' }),
      await script({ name: 'args', task_arguments: [input('a'), input('b', { required: false })] }),
      await task({ name: 'ask', type: 'approval', approval: { who: 'starter', no_self: true } }),
      await task({ name: 'http', type: 'http', request: { url: 'https://example.com/{0}' } }),
    ];
    const inner = await workflow({ name: 'inner', steps: [{ id: 'x', task: tasks[1] }] });
    const step = fc.record({
      of: fc.integer({ min: 0, max: tasks.length }),
      name: fc.option(fc.string({ maxLength: 20, unit: 'grapheme' }), { nil: undefined }),
      grace_time: fc.option(fc.nat(100), { nil: undefined }),
      mapped: fc.boolean(),
    });
    const drawn = fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 6 }),
      // from a step to a later one: no circles
      edges: fc.array(
        fc.tuple(fc.nat(5), fc.nat(5), fc.constantFrom(undefined, 'success', 'failure', 'mine', 'any')),
        { maxLength: 8 },
      ),
      join: fc.constantFrom(undefined, 'all', 'any'),
      multitasking: fc.boolean(),
      env: fc.dictionary(
        fc.stringMatching(/^[A-Z]{1,5}$/),
        fc.string({ maxLength: 10 }).filter((one) => !one.includes('\0')),
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        drawn,
        fc.constantFrom('shallow', 'deep'),
        async ({ steps, edges, join, ...more }, mode) => {
          const links = edges.filter(([from, to]) => from < to && to < steps.length);
          const led = new Set(links.map(([, to]) => to));
          const clean = (text: string | undefined) => text?.replaceAll('\0', '');
          const id = await workflow({
            ...more,
            steps: steps.map(({ of, name, grace_time, mapped }, index) => ({
              id: `s${index}`,
              ...(of < tasks.length ? { task: tasks[of] } : { workflow: inner }),
              ...(name !== undefined && { name: clean(name) }),
              ...(grace_time !== undefined && { grace_time }),
              ...(mapped && of === 1 && { arguments: { a: { value: index }, 1: { from: 'input[0]' } } }),
              ...(join !== undefined && led.has(index) && { join }),
            })),
            edges: links.map(([from, to, on]) => ({ from: `s${from}`, to: `s${to}`, ...(on && { on }) })),
            start: steps.flatMap((_step, index) => (led.has(index) ? [] : [`s${index}`])),
          });
          const first = await exported(app, id, token, mode);
          const { status, body } = await importInto(first);
          expect([status, body.errors]).toEqual([201, undefined]);
          expect(body.report.dropped).toEqual([]);
          expect(await exported(elsewhere, body.id, theirs, mode)).toEqual(first);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('of a workflow with hundreds of tasks is exported the same again', { timeout: 60_000 }, async () => {
    const names = Array.from({ length: 450 }, (_, index) => `t${index}`);
    const data = Buffer.from('echo\n').toString('base64');
    const { body, status } = await importInto({
      format: 'argus/1',
      workflow: {
        name: 'Large',
        steps: names.map((id) => ({ id, task: id })),
        edges: names.slice(1).map((to, index) => ({ from: `t${index}`, to })),
      },
      tasks: names.map((id) => ({ id, task: { name: id }, script: { filename: `${id}.sh`, data } })),
    });
    expect([status, body.message]).toEqual([201, undefined]);
    const first = await exported(elsewhere, body.id, theirs);
    const again = await importInto(first);
    expect([again.status, again.body.message]).toEqual([201, undefined]);
    expect(await exported(elsewhere, again.body.id, theirs)).toEqual(first);
  });

  test('runs on the bot that is named, under the name that is given', async () => {
    const first = await exported(app, await everything(), token);
    const { body } = await importInto(first, `?hostname=${app.demo.host.hostname}&name=Mine`);
    expect(body.name).toBe('Mine');
    expect(body.tasks.map(({ type, hostname }: Task) => [type, hostname])).toEqual([
      ['script', app.demo.host.hostname],
      ['approval', null],
      ['input', null],
      ['http', null],
      ['notification', null],
    ]);
    expect(body.workflows.map(({ name }: Workflow) => name).sort()).toEqual(['Deepest', 'Inner']);
    // ids, not references
    expect(body.steps[0].task).toBe(body.tasks[0].id);
    await elsewhere.app.audit.flush();
    const { body: entries } = await elsewhere.request('GET', '/audit?limit=1', { token: theirs });
    expect(entries[0]).toMatchObject({
      action: 'workflow.import',
      target_id: body.id,
      details: { name: 'Mine', format: 'argus/1' },
    });
    const { status } = await elsewhere.request('POST', `/workflow/${body.id}/job`, {
      token: theirs,
      body: { task_arguments: ['Ada'] },
    });
    expect(status).toBe(200);
  });

  test('of the reference system makes a workflow that runs', async () => {
    const { recipe } = theirWorkflow(
      { First: {}, Then: {}, Ask: { type: 'approval', approvers: ['admin'] } },
      [
        ['First', 'Then'],
        ['Then', 'Ask', 'failure'],
      ],
    );
    const { status, body } = await importInto(recipe, `?hostname=${app.demo.host.hostname}`);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'Theirs',
      problems: [],
      steps: [{ id: 'first' }, { id: 'then' }, { id: 'ask' }],
      edges: [
        { from: 'first', to: 'then' },
        { from: 'then', to: 'ask', on: 'failure' },
      ],
      report: { format: 'workflow', missing: [] },
    });
    const run = await elsewhere.request('POST', `/workflows/${body.id}/job`, { token: theirs, body: {} });
    expect([run.status, run.body.lifecycle]).toEqual([200, 'started']);
  });

  const bad = (change: (recipe: ReturnType<typeof JSON.parse>) => void) => async () => {
    const recipe = structuredClone(await exported(app, await everything(), token, 'deep'));
    change(recipe);
    return recipe as unknown;
  };
  test.each<[string, () => Promise<unknown>]>([
    ['workflow.steps[0].task', bad(({ workflow }) => (workflow.steps[0].task = 'task-9'))],
    ['tasks[1].id', bad(({ tasks }) => (tasks[1].id = 'task-1'))],
    ['workflow.edges', bad(({ workflow }) => (workflow.edges = Array(20_000).fill(workflow.edges[0])))],
    [
      'workflow.steps[3].arguments.0',
      bad(({ workflow }) => (workflow.steps[3].arguments[0] = { from: '[[' })),
    ],
    [
      'workflow.steps[2].arguments.Nobody',
      bad(({ workflow }) => (workflow.steps[2].arguments.Nobody = { value: 1 })),
    ],
    // found only when what was made before it is looked at
    [
      'workflows[0].workflow.steps[0].arguments.Nobody',
      bad(({ workflows }) => (workflows[0].workflow.steps[0].arguments = { Nobody: { value: 1 } })),
    ],
    [
      'tasks[0].task.env',
      bad(
        ({ tasks }) =>
          (tasks[0].task.env = Object.fromEntries(['A', 'B', 'C'].map((name) => [name, 'x'.repeat(90_000)]))),
      ),
    ],
    [
      'workflow.env',
      bad(
        ({ workflow }) =>
          (workflow.env = Object.fromEntries(['A', 'B', 'C'].map((name) => [name, 'x'.repeat(90_000)]))),
      ),
    ],
    ['tasks[0].script.data', bad(({ tasks }) => (tasks[0].script.data = 'not base64!'))],
    ['workflow', bad((recipe) => delete recipe.workflow)],
    ['recipe', async () => [1]],
    ['graph', async () => ({ task: { name: 'x' } })],
    ['hostname', bad((recipe) => (recipe.hostname = 'nobody'))],
  ])('that is refused for its %s changes nothing', async (field, recipe) => {
    const given = await recipe();
    const before = await fingerprint(elsewhere.db);
    const { status, body } = await importInto(given);
    expect([status, body.errors?.[0]?.field]).toEqual([400, field]);
    expect(await fingerprint(elsewhere.db)).toEqual(before);
  });

  test('is for admins, beside which no other organization is named, and of a limited size', async () => {
    const { recipe } = theirWorkflow({ One: {} }, []);
    const before = await fingerprint(elsewhere.db);
    const by = (as: string, body: unknown) =>
      elsewhere.request('POST', '/workflows/import', { token: as, body });
    expect((await by(elsewhere.other.people.manager.token, recipe)).status).toBe(403);
    expect((await by(theirs, { ...recipe, customer: 'demo' })).body.code).toBe('wrong_customer');
    expect((await by(theirs, { ...recipe, x: 'y'.repeat(RECIPE_MAX_BYTES) })).body.code).toBe('too_large');
    expect((await by(theirs, { ...recipe, name: 3 })).status).toBe(201);
    expect(before).not.toEqual(await fingerprint(elsewhere.db));
  });

  test('by way of tasks makes the tasks, and says how to have the whole', async () => {
    const recipe = await exported(app, await everything(), token);
    const { status, body } = await elsewhere.request('POST', '/task/import', { token: theirs, body: recipe });
    expect(status).toBe(201);
    expect([body, ...body.others].map(({ name }: Task) => name)).toHaveLength(5);
    expect(body.report.dropped.map(({ field }: { field: string }) => field)).toEqual([
      'workflow',
      'workflows',
    ]);
    expect(body.report.dropped[0].message).toContain('POST /workflow/import');
  });

  test('POST /workflow itself stays strict', async () => {
    const recipe = await exported(app, await everything(), token);
    const { status } = await elsewhere.request('POST', '/workflow', { token: theirs, body: recipe.workflow });
    expect(status).toBe(400);
  });
});
