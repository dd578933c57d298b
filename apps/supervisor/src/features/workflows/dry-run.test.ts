import {
  dryRun,
  normalizeDefinitions,
  outputOf,
  type ArgumentDefinitionInput,
  type DryUsed,
  type RunInstruction,
  type StepEnd,
  type Workflow,
} from '@argus/contract';
import { createTestDatabase, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { matches } from '../../platform/pattern.ts';
import {
  automation,
  inputArgument as input,
  lastLine,
  startTestApp,
  type Automation,
  type TestApp,
} from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let at: Automation;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  at = await automation(app);
});
afterEach(() => at[Symbol.dispose]());

interface End {
  event: string;
  output?: unknown[];
}

/** Lets the bot end steps as given, and the dry run too: answers what is told of both. */
async function both(body: object, given: (string | null)[], ends: Record<string, End>) {
  const id = await at.workflow(body);
  const workflow = (await at.call('GET', `/workflow/${id}`)).body as Workflow;
  const used = new Map<string, DryUsed>();
  for (const step of workflow.steps) {
    const path = step.task ? `/task/${step.task}` : `/workflow/${step.workflow}`;
    const { task_arguments } = (await at.call('GET', path)).body as Pick<Workflow, 'task_arguments'>;
    const { definitions } = normalizeDefinitions(task_arguments as ArgumentDefinitionInput[], { matches });
    used.set(step.id, { definitions, asks: false });
  }
  const told = dryRun(
    workflow,
    {
      used,
      input: given,
      name: workflow.name,
      ends: new Map(
        Object.entries(ends).map(([step, { event, output = [] }]): [string, StepEnd] => [
          step,
          { event, state: event === 'failure' ? 'failure' : 'success', output: outputOf(output) },
        ]),
      ),
    },
    { matches },
  );

  const { id: run } = await at.run(`/workflow/${id}/job`, { task_arguments: given });
  const handed: RunInstruction[] = [];
  for (const { refused } of told.steps) {
    if (refused !== undefined) continue;
    // side by side, they come together
    if (handed.length === 0) handed.push(...(await at.bot.takeRuns()));
    const taken = handed.shift() as RunInstruction;
    const { steps } = await at.runOf(id, run);
    const step =
      steps.find(({ job_id }) => job_id === taken.job) ?? steps.find(({ run_id }) => run_id !== null);
    const { event, output: data } = ends[step?.id ?? ''] ?? { event: 'success' };
    const isOwn = !['success', 'failure'].includes(event);
    const result = {
      state: event === 'failure' ? event : 'success',
      data,
      ...(isOwn && { event_name: event }),
    };
    await at.bot.started(taken);
    await at.bot.finish(taken, lastLine(JSON.stringify(result)));
  }
  const real = await at.over(id, run);
  const isTold = new Map(told.steps.map((step) => [step.step, step]));
  return {
    told,
    dry: {
      steps: workflow.steps.map((step) => {
        const of = isTold.get(step.id);
        return {
          id: step.id,
          status: of ? 'ended' : 'skipped',
          from: of?.from ?? [],
          event: of?.end.event ?? null,
          state: of?.end.state ?? null,
          input: of?.refused === undefined ? (of?.values ?? []) : [],
          output: of?.end.output ?? [],
          refused: of?.refused,
        };
      }),
      taken: told.taken,
      state: told.end.state,
      output: told.end.output,
    },
    real: {
      steps: real.steps.map(({ id: step, status, from, event, state, input: values, output, reason }) => ({
        id: step,
        status,
        from,
        event,
        state,
        input: values,
        output,
        refused: state === 'error' ? reason : undefined,
      })),
      taken: real.edges.map(({ taken }) => taken),
      state: real.state,
      output: real.output,
    },
    reasons: [told.end.reason, real.reason],
  };
}

const edge = (from: string, to: string, more: object = {}) => ({ from, to, ...more });
const optional = (label: string) => input(label, { required: false });

test('a branch by a condition, and its join: the dry run tells what the engine does', async () => {
  const task = await at.task('any', { task_arguments: [optional('x'), optional('y')] });
  const amount = (op: string) => ({ when: { path: 'output[0].amount', op, value: 100 } });
  const body = {
    steps: ['look', 'small', 'large', 'left', 'right', 'end'].map((id) => ({ id, task })),
    edges: [
      edge('look', 'small', amount('le')),
      edge('look', 'large', amount('gt')),
      edge('large', 'left'),
      edge('large', 'right'),
      edge('right', 'end'),
      edge('left', 'end'),
      edge('small', 'end'),
    ],
  };
  const { told, dry, real, reasons } = await both(body, ['given', null], {
    look: { event: 'success', output: [{ amount: 250 }, 'more'] },
    left: { event: 'success', output: ['from the left'] },
    right: { event: 'success', output: ['from the right'] },
    end: { event: 'success', output: ['all'] },
  });
  expect(dry).toEqual(real);
  expect(reasons[0]).toBe(reasons[1]);
  expect(told.skipped).toEqual([
    {
      step: 'small',
      edges: [
        {
          edge: body.edges[0],
          why: 'condition',
          comparisons: [{ path: 'output[0].amount', op: 'le', value: 100, found: 250, holds: false }],
        },
      ],
    },
  ]);
});

test('failures that are taken up, events of their own, and a mapping', async () => {
  const task = await at.task('any', { task_arguments: [optional('x')] });
  const body = {
    steps: [
      { id: 'try', task },
      { id: 'mend', task, arguments: { x: { from: 'steps.try.event' } } },
      { id: 'tell', task, arguments: { x: { from: 'output[0].who' } } },
      { id: 'never', task },
      { id: 'last', task, join: 'any', arguments: { x: { from: 'input[0]' } } },
    ],
    edges: [
      edge('try', 'mend', { on: 'failure' }),
      edge('try', 'never'),
      edge('mend', 'tell', { on: 'mended' }),
      edge('never', 'last'),
      edge('tell', 'last', { on: 'any' }),
    ],
  };
  const { told, dry, real, reasons } = await both(body, ['first'], {
    try: { event: 'failure' },
    mend: { event: 'mended', output: [{ who: 'Ada' }] },
    last: { event: 'success', output: [1, { two: 2 }] },
  });
  expect(dry).toEqual(real);
  expect(reasons[0]).toBe(reasons[1]);
  expect(told.skipped).toEqual([
    { step: 'never', edges: [{ edge: body.edges[1], why: 'event', wanted: 'success', was: 'failure' }] },
  ]);
});

test('a required argument that nothing gives ends its step, and the run, with the same reason', async () => {
  const [first, second] = [
    await at.task('first'),
    await at.task('second', {
      task_arguments: [
        input('Folder'),
        input('Level', {
          type: 'select',
          options: [
            { id: 'low', label: 'low' },
            { id: 'high', label: 'high' },
          ],
        }),
      ],
    }),
  ];
  const body = {
    steps: [
      { id: 'a', task: first },
      { id: 'b', task: second, arguments: { Level: { value: 'odd' }, Folder: { from: 'output[3]' } } },
      { id: 'c', task: first },
    ],
    edges: [edge('a', 'b'), edge('b', 'c')],
  };
  const { dry, real, reasons } = await both(body, [], {});
  expect(dry).toEqual(real);
  expect(dry.state).toBe('failure');
  expect(reasons[0]).toBe(reasons[1]);
});

test('a workflow as a step, and several that a run begins with', async () => {
  const task = await at.task('any', { task_arguments: [optional('x')] });
  const inner = await at.workflow({ steps: [{ id: 'only', task }] });
  const body = {
    steps: [
      { id: 'one', task },
      { id: 'two', task },
      { id: 'sub', workflow: inner, join: 2 },
      { id: 'after', task },
    ],
    edges: [edge('one', 'sub'), edge('two', 'sub'), edge('sub', 'after')],
    start: ['one', 'two'],
    task_arguments: [optional('of the run')],
  };
  const { dry, real, reasons } = await both(body, ['value'], {
    one: { event: 'success', output: ['1'] },
    two: { event: 'success', output: ['2'] },
    sub: { event: 'success', output: ['of the inner run'] },
  });
  expect(dry).toEqual(real);
  expect(reasons[0]).toBe(reasons[1]);
});
