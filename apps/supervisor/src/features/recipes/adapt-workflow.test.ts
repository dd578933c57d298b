import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArgusError, problemsOfGraph, type FieldError, type RecipeGraph } from '@argus/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adaptWorkflowRecipe } from './adapt.ts';
import { theirWorkflow } from './fixtures/theirs.ts';

const fields = (list: FieldError[]) => list.map(({ field }) => field).sort();
const message = (list: FieldError[], field: string) =>
  list.find((one) => one.field === field)?.message ?? `nothing about ${field}`;

/** What an import says of a recipe: its graph in short, and its findings. */
function read(recipe: unknown) {
  const { workflows, tasks, findings } = adaptWorkflowRecipe(recipe);
  const { values } = workflows.at(-1) as (typeof workflows)[number];
  return {
    values,
    steps: values.steps.map(({ id, join: joins }) => (joins === undefined ? id : `${id} ${joins}`)),
    edges: values.edges.map(({ from, to, on = 'success' }) => `${from} ${on} ${to}`),
    tasks: tasks.map(({ values: { name } }) => name),
    findings,
  };
}

const graphOf = (values: RecipeGraph): RecipeGraph => {
  const { steps, edges, start } = values;
  return { steps, edges, ...(start && { start }) };
};
const tools = { matches: () => true };

describe('a workflow of the reference system', () => {
  test('becomes a workflow with all of its tasks', () => {
    const recipe = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/workflow.json'), 'utf8'));
    const { values, steps, edges, tasks, findings } = read(recipe);
    expect(values).toMatchObject({ name: 'Scan everything', tags: ['scan'] });
    expect(steps).toEqual(['collect', 'scan', 'ask-the-team']);
    expect(edges).toEqual(['scan success ask-the-team', 'ask-the-team success collect']);
    expect(values.start).toBeUndefined();
    expect(tasks).toEqual(['Collect', 'Scan', 'Ask the team']);
    expect(findings.dropped).toEqual([]);
    expect(fields(findings.missing)).toContain('tasks[2].approvers');
  });

  test('takes its constants as environment, and leaves people and triggers behind', () => {
    const { recipe } = theirWorkflow({ one: {} }, [], {
      global_constants: { REGION: 'eu', THEEYE_API_URL: 'x' },
      acl: ['a@example.com'],
      triggers: ['6'.repeat(24)],
      multitasking: false,
      table_view: true,
      autoremove_completed_jobs_limit: 5,
      customer: { name: 'x' },
    });
    const { values, findings } = read(recipe);
    expect(values).toMatchObject({ env: { REGION: 'eu' }, multitasking: false });
    expect(fields(findings.dropped)).toEqual([
      'acls',
      'global_constants.THEEYE_API_URL',
      'table_view',
      'triggers',
    ]);
    expect(fields(findings.adapted)).toContain('global_constants');
  });

  test('whose step has two before it takes the first, and says so', () => {
    const { steps, findings } = read(
      theirWorkflow({ a: {}, b: {}, c: {}, d: {} }, [
        ['a', 'b'],
        ['a', 'c'],
        ['b', 'd'],
        ['c', 'd', 'failure'],
      ]).recipe,
    );
    expect(steps).toEqual(['a', 'b', 'c', 'd any']);
    expect(message(findings.adapted, 'graph.nodes[3]')).toContain('ran once for each step');
  });

  test('that goes round in circles loses the edge that leads back, and says which', () => {
    const { edges, findings } = read(
      theirWorkflow({ a: {}, b: {}, c: {} }, [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a', 'failure'],
        ['b', 'b', 'retry'],
      ]).recipe,
    );
    expect(edges).toEqual(['a success b', 'b success c']);
    expect(fields(findings.dropped)).toEqual(['graph.edges[2]', 'graph.edges[3]']);
    expect(message(findings.dropped, 'graph.edges[2]')).toContain('leads from "c" back to "a"');
  });

  test('loses what its start never reaches, with the task', () => {
    const { steps, edges, tasks, findings } = read(
      theirWorkflow({ a: {}, b: {}, lost: {} }, [
        ['a', 'b'],
        ['lost', 'b'],
      ]).recipe,
    );
    expect([steps, edges, tasks]).toEqual([['a', 'b'], ['a success b'], ['a', 'b']]);
    expect(fields(findings.dropped)).toEqual(['graph.nodes[2]', 'tasks[2]']);
  });

  test('may name its start by a node of its own, or not at all', () => {
    const { recipe, id } = theirWorkflow({ a: {}, b: {} }, [['b', 'a']]);
    const { start_task_id: _start, ...without } = recipe;
    expect(read(without).values.start).toBeUndefined();
    const drawn = structuredClone(without);
    drawn.graph.nodes.push({ v: 'START_NODE', value: {} as never });
    drawn.graph.edges.push({ v: 'START_NODE', w: id('b'), value: null });
    expect(read(drawn).edges).toEqual(['b success a']);
    const two = theirWorkflow({ a: {}, b: {} }, [], { start_task_id: null });
    expect(read(two.recipe).values.start).toEqual(['a', 'b']);
  });

  test('has steps of the same name told apart, and names that steps can have', () => {
    const { steps } = read(
      theirWorkflow({ a: { name: '1. Größe' }, b: { name: '1. Größe' }, c: { name: '日本' } }, [
        ['a', 'b'],
        ['a', 'c', 'any_other'],
      ]).recipe,
    );
    expect(steps).toEqual(['step-1-gro-e', 'step-1-gro-e-2', 'step']);
  });

  const { recipe, id } = theirWorkflow({ a: {}, b: {} }, [['a', 'b']]);
  const but = (change: (copy: ReturnType<typeof JSON.parse>) => void) => {
    const copy = JSON.parse(JSON.stringify(recipe));
    change(copy);
    return copy;
  };
  test.each([
    ['graph', but((one) => delete one['graph'])],
    ['graph', but((one) => (one['graph'] = []))],
    ['graph.nodes', but((one) => delete one['graph'].nodes)],
    ['graph.nodes', but((one) => (one['graph'].nodes = []))],
    ['graph.nodes[0]', but((one) => (one['graph'].nodes[0] = 'a'))],
    ['graph.nodes[0].v', but((one) => (one['graph'].nodes[0].v = 3))],
    ['graph.nodes[1].v', but((one) => (one['graph'].nodes[1].v = id('a')))],
    ['graph.nodes[1]', but((one) => one['tasks'].pop())],
    ['graph.nodes[1]', but((one) => (one['graph'].nodes[1] = { v: 'x', value: { _type: 'TaskEvent' } }))],
    ['graph.edges', but((one) => (one['graph'].edges = {}))],
    [
      'graph.edges',
      but((one) => (one['graph'].edges = Array.from({ length: 5001 }, () => ({ v: id('a'), w: id('b') })))),
    ],
    ['graph.edges[0]', but((one) => (one['graph'].edges[0] = null))],
    ['graph.edges[0].w', but((one) => (one['graph'].edges[0].w = 'nobody'))],
    ['graph.edges[0].w', but((one) => (one['graph'].edges[0].w = 'START_NODE'))],
    ['graph.edges[0].v', but((one) => (one['graph'].edges[0].v = {}))],
    ['graph.edges[0].value', but((one) => (one['graph'].edges[0].value = { name: 'x' }))],
    ['graph.edges[0].value', but((one) => (one['graph'].edges[0].value = 'x'.repeat(65)))],
    ['start_task_id', but((one) => (one['start_task_id'] = 'nobody'))],
    ['tasks', but((one) => (one['tasks'] = {}))],
    ['tasks', but((one) => (one['tasks'] = Array.from({ length: 1001 }, (_, at) => ({ id: `${at}` }))))],
    ['tasks[0].id', but((one) => delete one['tasks'][0].id)],
    ['tasks[1].id', but((one) => (one['tasks'][1].id = id('a')))],
    ['tasks[1]', but((one) => (one['tasks'][1] = 'a task'))],
    ['tasks[1].type', but((one) => (one['tasks'][1].type = 'magic'))],
  ])('is refused for its %s', (field, given) => {
    refuses(given, field);
  });

  test('that only goes round has no start', () => {
    const round = theirWorkflow(
      { a: {}, b: {} },
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      { start_task_id: null },
    );
    refuses(round.recipe, 'start_task_id');
  });

  test('of any graph becomes one that runs here', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const edges = fc.array(fc.tuple(name, name, fc.constantFrom('success', 'failure', 'x', null)), {
      maxLength: 15,
    });
    fc.assert(
      fc.property(edges, fc.boolean(), (list, named) => {
        const { recipe: given } = theirWorkflow(
          { a: {}, b: {}, c: {}, d: {}, e: {} },
          list,
          named ? {} : { start_task_id: '' },
        );
        try {
          const { values } = read(given);
          expect(problemsOfGraph(graphOf(values), tools)).toEqual([]);
        } catch (error) {
          // where something leads to every step and no start is named
          expect((error as ArgusError).errors?.[0]?.field).toBe('start_task_id');
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function refuses(recipe: unknown, field: string): void {
  expect(() => adaptWorkflowRecipe(recipe)).toThrow(ArgusError);
  try {
    adaptWorkflowRecipe(recipe);
  } catch (error) {
    expect([(error as ArgusError).code, (error as ArgusError).errors?.[0]?.field]).toEqual([
      'invalid_input',
      field,
    ]);
  }
}

const TASK = { task: { name: 'T' }, script: null };
const ours = (workflow: object, more: object = {}) => ({
  format: 'argus/1',
  workflow: { name: 'W', steps: [{ id: 'one', task: 't' }], edges: [], ...workflow },
  tasks: [{ id: 't', ...TASK }],
  ...more,
});
const inner = (id: string, ...steps: object[]) => ({ id, workflow: { name: id, steps, edges: [] } });

describe('a workflow of ours', () => {
  test('is taken as it is, those within it first', () => {
    const recipe = ours(
      {
        steps: [
          { id: 'one', workflow: 'w-1' },
          { id: 'two', task: 't' },
        ],
        edges: [{ from: 'one', to: 'two' }],
      },
      { workflows: [inner('w-1', { id: 'x', workflow: 'w-2' }), inner('w-2', { id: 'x', task: 't' })] },
    );
    const { workflows, findings } = adaptWorkflowRecipe(recipe);
    expect(workflows.map(({ reference }) => reference)).toEqual(['w-2', 'w-1', undefined]);
    expect(workflows.at(-1)?.values).toMatchObject(recipe.workflow);
    expect([findings.adapted, findings.dropped]).toEqual([[], []]);
  });

  test('says what no step runs, what it does not know, and what has no value', () => {
    const { findings } = adaptWorkflowRecipe(
      ours(
        {
          color: 'red',
          env: { REGION: '' },
          steps: [{ id: 'one', task: 't', env: { A: '', ARGUS_X: 'y' }, arguments: { 0: { value: null } } }],
        },
        {
          tasks: [
            { id: 't', ...TASK },
            { id: 'u', ...TASK },
          ],
          workflows: [inner('w', { id: 'x', task: 'u' })],
        },
      ),
    );
    expect(fields(findings.dropped)).toEqual([
      'tasks[1].task',
      'workflow.color',
      'workflow.steps[0].env.ARGUS_X',
      'workflows[0].workflow',
    ]);
    expect(fields(findings.missing)).toEqual([
      'tasks[0].script',
      'workflow.env.REGION',
      'workflow.steps[0].arguments.0',
      'workflow.steps[0].env.A',
    ]);
  });

  test.each<[string, unknown]>([
    ['workflow', { format: 'argus/1', task: {}, script: null }],
    ['workflow', ours({}, { workflow: [] })],
    ['tasks', ours({}, { tasks: undefined })],
    [
      'tasks[1].id',
      ours(
        {},
        {
          tasks: [
            { id: 't', ...TASK },
            { id: 't', ...TASK },
          ],
        },
      ),
    ],
    ['workflows', ours({}, { workflows: 'none' })],
    ['workflows', ours({}, { workflows: Array.from({ length: 101 }, (_, at) => inner(`${at}`)) })],
    ['workflows[0].workflow', ours({}, { workflows: [{ id: 'w' }] })],
    ['workflow.steps', ours({ steps: [] })],
    ['workflow.steps', ours({ steps: undefined })],
    ['workflow.steps[0].task', ours({ steps: [{ id: 'one', task: 'u' }] })],
    ['workflow.steps[0].workflow', ours({ steps: [{ id: 'one', workflow: 't' }] })],
    ['workflow.steps[0]', ours({ steps: [{ id: 'one' }] })],
    ['workflow.steps[0].taks', ours({ steps: [{ id: 'one', taks: 't' }] })],
    [
      'workflow.steps[1].id',
      ours({
        steps: [
          { id: 'one', task: 't' },
          { id: 'one', task: 't' },
        ],
      }),
    ],
    ['workflow.edges[0].to', ours({ edges: [{ from: 'one', to: 'two' }] })],
    ['workflow.edges[0].on', ours({ edges: [{ from: 'one', to: 'one', on: 7 }] })],
    ['workflow.edges', ours({ edges: 'none' })],
    [
      'workflow.edges',
      ours({ edges: Array.from({ length: 20_000 }, () => ({ from: 'one', to: 'one', on: 'x'.repeat(30) })) }),
    ],
    ['workflow.start[0]', ours({ start: ['two'] })],
    [
      'workflow.edges',
      ours({
        steps: [
          { id: 'a', task: 't' },
          { id: 'b', task: 't' },
        ],
        edges: [
          { from: 'a', to: 'b' },
          { from: 'b', to: 'a' },
        ],
      }),
    ],
    [
      'workflows[0].workflow.steps',
      ours(
        { steps: [{ id: 'one', workflow: 'w' }] },
        { workflows: [inner('w', { id: 'x', workflow: 'w' })] },
      ),
    ],
    ['workflows[0].workflow.steps[0].task', ours({}, { workflows: [inner('w', { id: 'x', task: 'z' })] })],
    ['tasks[0].task.type', ours({}, { tasks: [{ id: 't', task: { type: 'magic' }, script: null }] })],
    ['format', ours({}, { format: 'argus/2' })],
    ['recipe', []],
    ['recipe', 'text'],
  ])('is refused for its %s', (field, recipe) => {
    refuses(recipe, field);
  });
});

test('whatever is sent as a workflow is read or refused as input, never anything else', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const key = fc.constantFrom('a', 'b', 't');
  const step = fc.oneof(
    json,
    fc.record({ id: key, task: fc.oneof(key, json), arguments: json }, { requiredKeys: ['id'] }),
  );
  const edge = fc.oneof(json, fc.record({ from: key, to: key, v: key, w: key, value: json }));
  const task = fc.oneof(
    json,
    fc.record({ id: fc.oneof(key, json), task: json, type: json, name: json, script: json }),
  );
  const recipe = fc.oneof(
    json,
    fc.record({
      format: fc.constantFrom('argus/1', undefined),
      workflow: fc.record({
        name: json,
        steps: fc.oneof(json, fc.array(step)),
        edges: fc.oneof(json, fc.array(edge)),
        start: json,
        env: json,
      }),
      graph: fc.record({
        nodes: fc.oneof(json, fc.array(fc.record({ v: key, value: json }))),
        edges: fc.oneof(json, fc.array(edge)),
      }),
      tasks: fc.oneof(json, fc.array(task)),
      workflows: json,
      start_task_id: fc.oneof(key, json),
    }),
  );
  fc.assert(
    fc.property(recipe, (given) => {
      try {
        adaptWorkflowRecipe(given);
      } catch (error) {
        expect(error).toBeInstanceOf(ArgusError);
        expect((error as ArgusError).code).toBe('invalid_input');
      }
    }),
    { numRuns: 1000 },
  );
});
