import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds, problemOfCondition, type Condition } from './condition.ts';
import { progressOf, type RunFacts, type StepEnd } from './workflow-progress.ts';
import { inOrder, problemsOfGraph, startsOf, type WorkflowEdge, type WorkflowGraph } from './workflow.ts';

const tools = { matches: (pattern: string, text: string) => new RegExp(pattern).test(text) };
const TASK = '01a19b45cb88d0a1b2c3d4e5';
type Join = WorkflowGraph['steps'][number]['join'];

/** `a>b` is an edge on success, `a-failure>b` one on that event. */
function graphOf(
  text: string,
  joins: Record<string, Join> = {},
  more: Partial<WorkflowGraph> = {},
): WorkflowGraph {
  const edges = text.split(' ').flatMap((part): WorkflowEdge[] => {
    const [, from = '', on, to = ''] = /^(\w+)(?:-(\w+))?>(\w+)$/.exec(part) ?? [];
    return to === '' ? [] : [{ from, to, ...(on !== undefined && { on }) }];
  });
  const ids = [...new Set(text.match(/(?<![-\w])\w+(?=-|>|$| )|(?<=>)\w+/g))];
  return {
    steps: ids.map((id) => ({ id, task: TASK, ...(joins[id] !== undefined && { join: joins[id] }) })),
    edges,
    ...more,
  };
}
const ended = (event: string, output: unknown[] = []): StepEnd => ({
  event,
  state: event === 'success' ? 'success' : 'failure',
  output,
});
const facts = (ends: Record<string, StepEnd>, running: string[] = []): RunFacts => ({
  ended: new Map(Object.entries(ends)),
  running: new Set(running),
  input: [],
});
const started = (graph: WorkflowGraph, of: RunFacts) =>
  progressOf(graph, of, tools).start.map(({ step }) => step);
const success = ended('success');
const failure = ended('failure');

describe('a run', () => {
  test('begins where nothing leads to, and follows the events', () => {
    const graph = graphOf('a>b a-failure>c b>d');
    expect(started(graph, facts({}))).toEqual(['a']);
    expect(started(graph, facts({ a: success }))).toEqual(['b']);
    expect(progressOf(graph, facts({ a: failure }), tools)).toMatchObject({
      start: [{ step: 'c', from: ['a'] }],
      skipped: ['b', 'd'],
      failed: [],
    });
  });

  test('goes on in several branches at once, and is over when the last one is', () => {
    const graph = graphOf('a>b a>c');
    expect(started(graph, facts({ a: success }))).toEqual(['b', 'c']);
    expect(progressOf(graph, facts({ a: success, b: success }, ['c']), tools).isOver).toBe(false);
    expect(progressOf(graph, facts({ a: success, b: success, c: success }), tools)).toEqual({
      start: [],
      skipped: [],
      isOver: true,
      failed: [],
      last: ['b', 'c'],
    });
  });

  test('names what failed and nobody took up', () => {
    const graph = graphOf('a>b a>c b-failure>d');
    expect(
      progressOf(graph, facts({ a: success, b: failure, c: failure, d: success }), tools).failed,
    ).toEqual(['c']);
  });
});

describe('a join', () => {
  const branches = 'a>b a>c b>d c>d';
  test('of all waits for every branch that runs', () => {
    const graph = graphOf(branches);
    expect(started(graph, facts({ a: success, b: success }, ['c']))).toEqual([]);
    expect(started(graph, facts({ a: success, b: success, c: success }))).toEqual(['d']);
    expect(progressOf(graph, facts({ a: success, b: success, c: failure }), tools).skipped).toEqual(['d']);
  });
  test('of all does not wait for a branch that was not taken', () => {
    const graph = graphOf('a>b a-failure>c b>d c>d');
    expect(progressOf(graph, facts({ a: success, b: success }), tools).start).toEqual([
      { step: 'd', from: ['b'] },
    ]);
  });
  test('of any takes the first', () => {
    const graph = graphOf(branches, { d: 'any' });
    expect(started(graph, facts({ a: success, b: success }, ['c']))).toEqual(['d']);
    expect(started(graph, facts({ a: success, b: failure }, ['c']))).toEqual([]);
  });
  test('of so many takes so many, and is skipped when they cannot come any more', () => {
    const graph = graphOf('a>b a>c a>d b>e c>e d>e', { e: 2 });
    expect(started(graph, facts({ a: success, b: success }, ['c', 'd']))).toEqual([]);
    expect(started(graph, facts({ a: success, b: success, d: success }, ['c']))).toEqual(['e']);
    expect(progressOf(graph, facts({ a: success, b: failure, c: failure }, ['d']), tools).skipped).toEqual([
      'e',
    ]);
  });
});

test('conditions choose the branch', () => {
  const graph = graphOf('a>b a>c');
  graph.edges[0] = { from: 'a', to: 'b', when: { path: 'output[0].amount', op: 'gt', value: 100 } };
  graph.edges[1] = { from: 'a', to: 'c', when: { not: { path: 'output[0].amount', op: 'gt', value: 100 } } };
  expect(started(graph, facts({ a: ended('success', ['{"amount": 250}']) }))).toEqual(['b']);
  expect(started(graph, facts({ a: ended('success', ['{"amount": 25}']) }))).toEqual(['c']);
});

const step = fc.constantFrom(...'abcdefgh');
const anyGraph = fc
  .record({
    pairs: fc.array(fc.tuple(step, step, fc.constantFrom('success', 'failure', 'any')), { maxLength: 20 }),
    joins: fc.dictionary(step, fc.constantFrom<Join>('all', 'any', 1, 2)),
  })
  .map(({ pairs, joins }): WorkflowGraph => {
    // from a letter to a later one: no circle
    const edges = pairs.flatMap(([a, b, on]) => (a < b ? [{ from: a, to: b, on }] : []));
    const ids = [...new Set(['a', ...edges.flatMap(({ from, to }) => [from, to])])].sort();
    return { steps: ids.map((id) => ({ id, task: TASK, ...(joins[id] && { join: joins[id] }) })), edges };
  });

test('whatever the order of ends, each step starts at most once, only after what leads to it, and a run comes to its end', () => {
  fc.assert(
    fc.property(anyGraph, fc.infiniteStream(fc.nat()), fc.func(fc.boolean()), (graph, chance, fails) => {
      const ends = new Map<string, StepEnd>();
      const running = new Set<string>();
      const seen = new Set<string>();
      for (let turn = 0; turn < 50; turn++) {
        const progress = progressOf(graph, { ended: ends, running, input: [] }, tools);
        for (const { step: id, from } of progress.start) {
          expect(seen.has(id)).toBe(false);
          seen.add(id);
          running.add(id);
          for (const source of from) expect(ends.has(source)).toBe(true);
        }
        // asked again nothing more is to be started
        expect(progressOf(graph, { ended: ends, running, input: [] }, tools).start).toEqual([]);
        const under = [...running];
        if (under.length === 0) {
          expect(progress.isOver).toBe(true);
          const skipped = new Set(progress.skipped);
          expect(graph.steps.map(({ id }) => id).filter((id) => !seen.has(id) && !skipped.has(id))).toEqual(
            [],
          );
          return;
        }
        expect(progress.isOver && progress.start.length === 0).toBe(false);
        const id = under[(chance.next().value ?? 0) % under.length] as string;
        running.delete(id);
        ends.set(id, fails(id) ? failure : success);
      }
      throw new Error('the run has no end');
    }),
  );
});

test('without joins of any or so many, the order of ends makes no difference', () => {
  fc.assert(
    fc.property(anyGraph, fc.func(fc.boolean()), (graph, fails) => {
      for (const one of graph.steps) delete one.join;
      const ran = (pick: (of: string[]) => string) => {
        const ends = new Map<string, StepEnd>();
        const running = new Set<string>();
        for (;;) {
          for (const { step: id } of progressOf(graph, { ended: ends, running, input: [] }, tools).start)
            running.add(id);
          if (running.size === 0) return [...ends.keys()].sort();
          const id = pick([...running]);
          running.delete(id);
          ends.set(id, fails(id) ? failure : success);
        }
      };
      expect(ran((of) => of[0] as string)).toEqual(ran((of) => of.at(-1) as string));
    }),
  );
});

describe('a graph', () => {
  const problems = (graph: WorkflowGraph) =>
    problemsOfGraph(graph, tools).map(({ field, message }) => `${field}: ${message}`);
  test.each([
    ['a>b b>c c>a', 'edges: go round in a circle: "a" → "b" → "c" → "a"'],
    ['a>b c>d', 'start: nothing leads to "a", "c"'],
    ['a>a', 'edges[0]: leads from "a" to itself'],
  ])('%s is refused', (text, message) => {
    const found = problems(graphOf(text));
    expect(
      found[0]?.replace(/circle: .*/, (circle) =>
        circle.split(' → ').length === 4 ? 'circle: "a" → "b" → "c" → "a"' : circle,
      ),
    ).toContain(message);
  });
  test('names what is missing, what is never reached and what never runs', () => {
    const graph = graphOf('a>b', { b: 2 }, { start: ['a'] });
    expect(problems(graph)).toEqual([
      'steps[1].join: "b" waits for 2 steps, and 1 lead to it: it never runs',
    ]);
    expect(problems({ ...graphOf('a>b'), edges: [{ from: 'a', to: 'nobody' }] })).toEqual([
      'edges[0].to: there is no step "nobody"',
    ]);
    expect(problems(graphOf('a>b c>d', {}, { start: ['a'] }))).toEqual([
      'steps[2]: "c" is never reached',
      'steps[3]: "d" is never reached',
    ]);
    expect(problems(graphOf('a>b c>d', {}, { start: ['a', 'c'] }))).toEqual([]);
  });
  test('of thousands of edges is checked in no time, and its order leads forward', () => {
    const ids = Array.from({ length: 500 }, (_one, index) => `s${index}`);
    const edges = ids.flatMap((from, index) =>
      ids.slice(index + 1, index + 11).map((to): WorkflowEdge => ({ from, to })),
    );
    const graph: WorkflowGraph = { steps: ids.map((id) => ({ id, task: TASK })).reverse(), edges };
    expect(problems(graph)).toEqual([]);
    expect(startsOf(graph)).toEqual(['s0']);
    expect(inOrder(graph)).toEqual(ids);
  });
});

describe('a condition', () => {
  const data = { output: ['{"n": "12", "list": ["a", 2], "on": true}', 'plain'], event: 'success' };
  test.each<[Condition, boolean]>([
    [{ path: 'output[0].n', op: 'eq', value: 12 }, true],
    [{ path: 'output[0].n', op: 'gt', value: 9 }, true],
    [{ path: 'output[0].n', op: 'lt', value: '9' }, false],
    [{ path: 'output[0].on', op: 'eq', value: true }, true],
    [{ path: 'output[0].list', op: 'contains', value: 2 }, true],
    [{ path: 'output[1]', op: 'contains', value: 'lai' }, true],
    [{ path: 'output[1]', op: 'matches', value: '^pl' }, true],
    [{ path: 'output[1]', op: 'in', value: ['x', 'plain'] }, true],
    [{ path: 'output[7]', op: 'exists' }, false],
    [{ path: 'output[7]', op: 'exists', value: false }, true],
    [{ path: 'output[7]', op: 'eq', value: null }, false],
    [{ path: 'output[7]', op: 'ne', value: 'x' }, true],
    [{ all: [{ path: 'event', op: 'eq', value: 'success' }, { any: [] }] }, false],
    [{ all: [] }, true],
  ])('%j is %s', (condition, expected) => expect(holds(condition, data, tools)).toBe(expected));

  test.each<[Condition, string]>([
    [{ path: 'a(', op: 'eq', value: 1 }, 'no path'],
    [{ path: 'a', op: 'eq' }, 'needs a value'],
    [{ path: 'a', op: 'in', value: 1 }, 'needs a list'],
    [{ path: 'a', op: 'matches', value: '(' }, 'regular expression'],
  ])('%j is refused', (condition, message) =>
    expect(problemOfCondition(condition, tools)).toContain(message),
  );
  test('that is nested without end is refused', () => {
    let deep: Condition = { path: 'a', op: 'exists' };
    for (let depth = 0; depth < 20; depth++) deep = { not: deep };
    expect(problemOfCondition(deep, tools)).toContain('deep');
  });
});
