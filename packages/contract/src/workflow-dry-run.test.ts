import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dryRun } from './workflow-dry-run.ts';
import { problemsOfGraph, startsOf, type WorkflowGraph } from './workflow.ts';
import type { StepEnd } from './workflow-progress.ts';

const tools = { matches: (pattern: string, text: string) => new RegExp(pattern).test(text) };
const TASK = '01a19b45cb88d0a1b2c3d4e5';
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Edges lead forward, so there is no circle; what nothing leads to is a start. */
const graphs = fc
  .tuple(
    fc.array(
      fc.record({
        ends: fc.tuple(fc.nat(4), fc.nat(4)).map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const),
        on: fc.constantFrom('success', 'failure', 'any'),
        amount: fc.option(fc.nat(3), { nil: undefined }),
      }),
      { maxLength: 12 },
    ),
    fc.array(fc.constantFrom('all' as const, 'any' as const, 1), { minLength: 6, maxLength: 6 }),
  )
  .map(([edges, joins]): WorkflowGraph => {
    const graph = {
      steps: IDS.map((id, place) => ({ id, task: TASK, join: joins[place] ?? 'all' })),
      edges: edges.map(({ ends: [from, to], on, amount }) => ({
        from: IDS[from] as string,
        to: IDS[to] as string,
        on,
        ...(amount !== undefined && { when: { path: 'output[0]', op: 'ge' as const, value: amount } }),
      })),
    };
    return { ...graph, start: startsOf(graph) };
  });
const ends = fc.dictionary(
  fc.constantFrom(...IDS),
  fc.record({ isWell: fc.boolean(), amount: fc.nat(3) }).map(({ isWell, amount }): StepEnd => ({
    event: isWell ? 'success' : 'failure',
    state: isWell ? 'success' : 'failure',
    output: [String(amount)],
  })),
);

test('each step runs once or is skipped, after those that led to it, and only skipped for a reason', () => {
  fc.assert(
    fc.property(graphs, ends, (graph, given) => {
      fc.pre(problemsOfGraph(graph, tools).length === 0);
      const options = { used: new Map(), input: [], ends: new Map(Object.entries(given)), name: 'Any' };
      const { steps, skipped, taken, end } = dryRun(graph, options, tools);
      const ran = steps.map(({ step }) => step);
      expect([...ran, ...skipped.map(({ step }) => step)].toSorted()).toEqual(IDS);
      for (const [place, { step, from }] of steps.entries()) {
        const before = ran.slice(0, place);
        expect(from.every((one) => before.includes(one))).toBe(true);
        expect(from.length === 0).toBe(graph.start?.includes(step));
      }
      for (const { edges } of skipped) expect(edges.length).toBeGreaterThan(0);
      for (const { edges } of skipped)
        for (const { edge } of edges) expect(taken[graph.edges.indexOf(edge)]).toBe(false);
      const isUnmended = steps.some(
        ({ step, end: { state } }) =>
          state !== 'success' && !graph.edges.some((edge, place) => edge.from === step && taken[place]),
      );
      expect(end.state).toBe(isUnmended ? 'failure' : 'success');
    }),
    { numRuns: 300 },
  );
});

test('a step that takes a file of one before it gets it, as far as anybody knows', () => {
  const graph = {
    steps: [
      { id: 'a', task: TASK },
      { id: 'b', task: TASK, arguments: { Report: { from: 'artifacts["out/report.csv"]' } } },
      { id: 'c', task: TASK, arguments: { Report: { from: 'steps.a.artifacts.page' } } },
      { id: 'd', task: TASK, arguments: { Report: { from: 'steps.never.artifacts.page' } } },
    ],
    edges: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'c', to: 'd' },
    ],
  };
  const takes = { definitions: [{ order: 0, type: 'file', label: 'Report' } as const], asks: false };
  const { steps } = dryRun(
    graph,
    {
      used: new Map([...'bcd'].map((id) => [id, takes])),
      input: [],
      ends: new Map(),
      name: 'x',
    },
    tools,
  );
  const nameOf = (value: unknown) =>
    (value as { files: { filename: string }[] }).files.map(({ filename }) => filename);
  expect(steps.slice(1, 3).map(({ values, refused }) => [nameOf(values?.[0]), refused])).toEqual([
    [['report.csv'], undefined],
    [['page'], undefined],
  ]);
  expect(steps[3]?.refused).toContain('"Report" is required');
});
