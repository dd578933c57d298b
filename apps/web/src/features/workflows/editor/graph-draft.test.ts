import { describe, expect, test } from 'vitest';
import {
  EMPTY_GRAPH,
  freeId,
  graphDraft,
  graphOf,
  placed,
  problemsOf,
  stepsBefore,
  withChange,
  withCopy,
  withEdge,
  withEdgeChange,
  withId,
  withPlaces,
  withoutEdge,
  withoutPlaces,
  withoutStep,
  withStep,
  withUsed,
  type GraphDraft,
} from './graph-draft.ts';

const task = 'a'.repeat(24);
const used = (name: string) => ({ type: 'task' as const, id: task, name });
/** report → tidy → tell */
const three: GraphDraft = ['Report', 'Tidy up', 'Tell'].reduce(
  (graph, name) => withStep(graph, used(name), graph.steps.at(-1)?.id).graph,
  EMPTY_GRAPH,
);

test('a step gets an id that people recognise, and comes after the one that is chosen', () => {
  expect(graphOf(three)).toEqual({
    steps: [
      { id: 'report', task },
      { id: 'tidy_up', task },
      { id: 'tell', task },
    ],
    edges: [
      { from: 'report', to: 'tidy_up' },
      { from: 'tidy_up', to: 'tell' },
    ],
  });
  expect(freeId(three, 'Tidy up!')).toBe('tidy_up_2');
  expect(freeId(three, '1 Ärger')).toBe('a_rger');
  expect(freeId(three, '日本')).toBe('step');
});

test('a step that goes takes its edges along', () => {
  expect(withoutStep(three, 'tidy_up')).toMatchObject({
    steps: [{ id: 'report' }, { id: 'tell' }],
    edges: [],
  });
});

test('another id is told everywhere that the step is named', () => {
  const mapped = withChange(three, 'tell', {
    arguments: { Text: { from: 'steps.report.output[0]' }, Who: { from: 'steps.reporter.output[0]' } },
  });
  const renamed = withId({ ...mapped, starts: ['report'] }, 'report', 'look');
  expect(renamed.starts).toEqual(['look']);
  expect(renamed.edges[0]).toEqual({ from: 'look', to: 'tidy_up' });
  expect(renamed.steps[2]?.arguments).toEqual({
    Text: { from: 'steps.look.output[0]' },
    Who: { from: 'steps.reporter.output[0]' },
  });
});

test('what is taken away of a step or edge is not sent', () => {
  const limited = withChange(three, 'tell', { timeout: 5, arguments: {} });
  expect(limited.steps[2]).toEqual({ id: 'tell', task, timeout: 5, arguments: {} });
  expect(withChange(limited, 'tell', { timeout: undefined }).steps[2]).toEqual({
    id: 'tell',
    task,
    arguments: {},
  });
  expect(withUsed(limited, 'tell', { type: 'workflow', id: 'w', name: '' }).steps[2]).toEqual({
    id: 'tell',
    workflow: 'w',
  });
  expect(withEdgeChange(withEdgeChange(three, 0, { on: 'failure' }), 0, { on: undefined })).toEqual(three);
});

test('two steps are connected once, and never a step with itself', () => {
  expect(withEdge(three, 'report', 'tidy_up')).toBe(three);
  expect(withEdge(three, 'report', 'report')).toBe(three);
  const more = withEdge({ ...three, starts: ['tell'] }, 'report', 'tell');
  expect(more.edges).toHaveLength(3);
  expect(more.starts).toEqual([]);
  expect(withoutEdge(more, 2).edges).toEqual(three.edges);
});

test('outputs can be taken from every step on the way', () => {
  expect(stepsBefore(three, 'tell')).toEqual(['report', 'tidy_up']);
  expect(stepsBefore(three, 'report')).toEqual([]);
});

test('one natural start needs no word, several do', () => {
  expect(graphDraft({ ...graphOf(three), start: ['report'] }).starts).toEqual([]);
  expect(graphDraft({ ...graphOf(three), start: ['report', 'tell'] }).starts).toEqual(['report', 'tell']);
});

test('a step is put beside those that have places, copied with all but its lines, and laid out again', () => {
  const put = withPlaces(
    three,
    new Map([
      ['tell', { x: 0, y: 0 }],
      ['tidy_up', { x: 300, y: 0 }],
    ]),
  );
  const more = withStep(put, used('More'), 'tell').graph;
  expect(more.steps.at(-1)).toEqual({ id: 'more', task, position: { x: 300, y: 90 } });
  const { graph, id } = withCopy(withChange(put, 'tell', { timeout: 5 }), { id: 'tell', task, timeout: 5 });
  expect(id).toBe('tell_2');
  expect(graph.steps.at(-1)).toMatchObject({ id, timeout: 5 });
  expect(graph.edges).toEqual(put.edges);
  expect(withoutPlaces(put)).toEqual(three);
});

describe('a problem', () => {
  test('says which step or edge it is about', () => {
    const wrong = withEdgeChange(three, 1, { when: { path: '', op: 'eq', value: 1 } });
    expect(problemsOf(wrong)).toMatchObject([{ field: 'edges[1].when', about: { edge: 1 } }]);
    // the one that nothing leads to any more is the one to connect
    expect(problemsOf(withoutEdge(three, 1))).toMatchObject([{ field: 'start', about: { step: 'tell' } }]);
    const round = withEdge(three, 'tell', 'report');
    const [circle] = problemsOf(round);
    expect(circle?.circle?.toSorted()).toEqual(expect.arrayContaining(['report', 'tell', 'tidy_up']));
    // a line of it, which can be removed
    expect(problemsOf(withoutEdge(round, circle?.about?.edge ?? -1)).some(({ circle: one }) => one)).toBe(
      false,
    );
    expect(problemsOf(withChange(three, 'tell', { join: 3 }))).toMatchObject([{ about: { step: 'tell' } }]);
    expect(placed({ field: 'steps[2].arguments.Name', message: '' }, three).about).toEqual({ step: 'tell' });
    expect(placed({ field: 'name', message: '' }, three).about).toBeUndefined();
  });

  test('is none while there is nothing', () => {
    expect(problemsOf(EMPTY_GRAPH)).toEqual([]);
    expect(problemsOf(three)).toEqual([]);
  });
});
