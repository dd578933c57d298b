import {
  inOrder,
  problemsOfGraph,
  startsOf,
  type FieldError,
  type Mapping,
  type WorkflowEdge,
  type WorkflowGraph,
  type WorkflowStep,
} from '@argus/contract';
import { said } from '../../../api/sentences/said.ts';
import { argumentTools } from '../../../ui/argument-form/values.ts';
import type { Selection } from '../graph/graph-words.ts';

/** A graph as it is edited. It may be wrong in the meantime. */
export interface GraphDraft {
  steps: WorkflowStep[];
  edges: WorkflowEdge[];
  /** Where a run begins; empty: at the one step that nothing leads to. */
  starts: string[];
}

export const EMPTY_GRAPH: GraphDraft = { steps: [], edges: [], starts: [] };

export function graphDraft({
  steps,
  edges,
  start,
}: Pick<WorkflowGraph, 'steps' | 'edges' | 'start'>): GraphDraft {
  return { steps, edges, starts: (start ?? []).length > 1 ? [...(start ?? [])] : [] };
}

/** What is sent of it. */
export function graphOf({ steps, edges, starts }: GraphDraft): WorkflowGraph {
  return { steps, edges, ...(starts.length > 0 && { start: starts }) };
}

interface Used {
  type: 'task' | 'workflow';
  id: string;
  name: string;
}

/** The graph with one more step, which comes after another where one is given, and its id. */
export function withStep(graph: GraphDraft, used: Used, after?: string): { graph: GraphDraft; id: string } {
  const id = freeId(graph, used.name);
  const position = placeFor(graph, after);
  const step: WorkflowStep = { id, ...runs(used), ...(position && { position }) };
  const edges = after === undefined ? graph.edges : [...graph.edges, { from: after, to: id }];
  return { graph: { ...graph, steps: [...graph.steps, step], edges }, id };
}

type Place = NonNullable<WorkflowStep['position']>;

/** Beside the step that it comes after, where steps have places; nothing where the graph is laid out by itself. */
function placeFor({ steps }: GraphDraft, after: string | undefined): Place | undefined {
  const places = steps.flatMap(({ position }) => position ?? []);
  const beside = steps.find(({ id }) => id === after)?.position ?? places.at(-1);
  if (beside === undefined) return undefined;
  const place = { x: beside.x + 300, y: beside.y };
  while (places.some(({ x, y }) => Math.abs(x - place.x) < 220 && Math.abs(y - place.y) < 80)) place.y += 90;
  return place;
}

/** With steps where somebody put them. */
export function withPlaces(graph: GraphDraft, places: ReadonlyMap<string, Place>): GraphDraft {
  return {
    ...graph,
    steps: graph.steps.map((step) => {
      const position = places.get(step.id);
      return position === undefined ? step : { ...step, position };
    }),
  };
}

/** Laid out by itself again. */
export function withoutPlaces(graph: GraphDraft): GraphDraft {
  return { ...graph, steps: graph.steps.map(({ position: _position, ...step }) => step) };
}

/** With a copy of a step, which nothing leads to yet, and its id. */
export function withCopy(graph: GraphDraft, copied: WorkflowStep): { graph: GraphDraft; id: string } {
  const id = freeId(graph, copied.id.replace(/_\d+$/, ''));
  const { position: _position, ...step } = copied;
  const position = placeFor(graph, copied.id);
  return {
    graph: { ...graph, steps: [...graph.steps, { ...step, id, ...(position && { position }) }] },
    id,
  };
}

function runs({ type, id }: Pick<Used, 'type' | 'id'>): Pick<WorkflowStep, 'task' | 'workflow'> {
  return type === 'task' ? { task: id } : { workflow: id };
}

/** An id that people recognise: the name in small letters, with a number where it is taken. */
export function freeId({ steps }: GraphDraft, name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[^a-z]+|_+$/g, '')
    .slice(0, 40);
  const base = plain || 'step';
  const taken = new Set(steps.map(({ id }) => id));
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}_${number}`;
    if (!taken.has(id)) return id;
  }
}

/** Without a step and what is connected to it. */
export function withoutStep({ steps, edges, starts }: GraphDraft, id: string): GraphDraft {
  return {
    steps: steps.filter((step) => step.id !== id),
    edges: edges.filter(({ from, to }) => from !== id && to !== id),
    starts: starts.filter((start) => start !== id),
  };
}

/** With what is new of a step; `undefined` takes a field away. */
export function withChange(
  graph: GraphDraft,
  id: string,
  change: { [K in keyof WorkflowStep]?: WorkflowStep[K] | undefined },
): GraphDraft {
  return { ...graph, steps: graph.steps.map((step) => (step.id === id ? merged(step, change) : step)) };
}

/** With another task or workflow in a step: arguments and limits of the old one mean nothing to it. */
export function withUsed(graph: GraphDraft, id: string, used: Used): GraphDraft {
  const { type } = used;
  return withChange(graph, id, {
    task: undefined,
    workflow: undefined,
    arguments: undefined,
    ...(type === 'workflow' && {
      timeout: undefined,
      retries: undefined,
      priority: undefined,
      env: undefined,
    }),
    ...runs(used),
  });
}

function merged<T extends object>(old: T, change: object): T {
  const all = Object.entries({ ...old, ...change }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(all) as T;
}

/** With another id of a step, everywhere that it is named. */
export function withId({ steps, edges, starts }: GraphDraft, old: string, id: string): GraphDraft {
  const renamed = (one: string) => (one === old ? id : one);
  return {
    steps: steps.map((step) => ({
      ...step,
      id: renamed(step.id),
      ...(step.arguments && { arguments: withStepRenamed(step.arguments, old, id) }),
    })),
    edges: edges.map((edge) => ({ ...edge, from: renamed(edge.from), to: renamed(edge.to) })),
    starts: starts.map(renamed),
  };
}

function withStepRenamed(mapping: Mapping, old: string, id: string): Mapping {
  const prefix = `steps.${old}.`;
  return Object.fromEntries(
    Object.entries(mapping).map(([key, source]) =>
      'from' in source && source.from.startsWith(prefix)
        ? [key, { from: `steps.${id}.${source.from.slice(prefix.length)}` }]
        : [key, source],
    ),
  );
}

/** With an edge; one that is there already stays the only one. */
export function withEdge(graph: GraphDraft, from: string, to: string): GraphDraft {
  if (from === to || graph.edges.some((edge) => edge.from === from && edge.to === to)) return graph;
  return {
    ...graph,
    edges: [...graph.edges, { from, to }],
    starts: graph.starts.filter((start) => start !== to),
  };
}

export function withEdgeChange(
  graph: GraphDraft,
  index: number,
  change: { [K in keyof WorkflowEdge]?: WorkflowEdge[K] | undefined },
): GraphDraft {
  return { ...graph, edges: graph.edges.map((edge, at) => (at === index ? merged(edge, change) : edge)) };
}

export function withoutEdge(graph: GraphDraft, index: number): GraphDraft {
  return { ...graph, edges: graph.edges.filter((_, at) => at !== index) };
}

/** The steps that may have ended before a step begins: their outputs can be taken. */
export function stepsBefore({ steps, edges }: GraphDraft, id: string): string[] {
  const before = new Set<string>([id]);
  // a set goes on over what is added meanwhile
  for (const at of before) for (const { from, to } of edges) if (to === at) before.add(from);
  const order = inOrder({ steps, edges });
  return order.filter((one) => one !== id && before.has(one));
}

/** The steps that nothing leads to. */
export function rootsOf({ steps, edges }: GraphDraft): string[] {
  return steps.length === 0 ? [] : startsOf({ steps, edges });
}

export interface Problem extends FieldError {
  /** The step or edge that it is about. */
  about: Selection;
  /** The steps that lead in a circle, with the first again at the end. */
  circle?: readonly string[];
}

/** What is wrong with it as far as the page knows: the server decides. */
export function problemsOf(graph: GraphDraft): Problem[] {
  if (graph.steps.length === 0) return [];
  return problemsOfGraph(graphOf(graph), argumentTools).map((error) => placed(error, graph));
}

/** An error with the step or edge that its field names. */
export function placed({ field, message: text }: FieldError, { steps, edges, starts }: GraphDraft): Problem {
  const message = said(text);
  const [, list, at = ''] = /^(steps|edges|start)\[(\d+)\]/.exec(field) ?? [];
  const index = Number(at);
  if (field === 'edges') {
    const circle = [...message.matchAll(/"([\w-]+)"/g)].map(([, id = '']) => id);
    const [from, to] = circle.slice(-2);
    const edge = edges.findIndex((one) => one.from === from && one.to === to);
    if (edge >= 0) return { field, message, about: { edge }, circle };
  }
  if (field === 'start') {
    const last = rootsOf({ steps, edges, starts }).at(-1);
    return { field, message, about: last === undefined ? undefined : { step: last } };
  }
  if (list === 'edges' && edges[index] !== undefined) return { field, message, about: { edge: index } };
  const step = list === 'steps' ? steps[index]?.id : list === 'start' ? starts[index] : undefined;
  return { field, message, about: step === undefined ? undefined : { step } };
}
