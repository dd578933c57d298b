import { Type, type Static } from 'typebox';
import { Condition, problemOfCondition, type ConditionTools } from './condition.ts';
import type { FieldError } from './errors.ts';
import { Mapping } from './mapping.ts';
import { RETRIES_MAX } from './retry-values.ts';
import { Retries } from './run-policy.ts';
import { Closed, Id, OneOf } from './schema.ts';

export const STEPS_MAX = 500;
export const EDGES_MAX = 5000;

const StepId = Type.String({
  pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$',
  description: 'A name of its own within the workflow; mappings name it.',
});

export const WorkflowStep = Closed({
  id: StepId,
  name: Type.Optional(Type.String({ maxLength: 200 })),
  task: Type.Optional(Id),
  workflow: Type.Optional(
    Type.String({ pattern: '^[0-9a-f]{24}$', description: 'In place of a task: a run of another workflow.' }),
  ),
  arguments: Type.Optional(Mapping),
  join: Type.Optional(
    Type.Union([OneOf(['all', 'any']), Type.Integer({ minimum: 1, maximum: STEPS_MAX })], {
      description:
        'Where several steps lead to it. `all` (if left out): it waits for every one that runs, and each must lead to it; `any`: the first; a number: so many.',
    }),
  ),
  timeout: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 86_400, description: 'Seconds; that of its task if left out.' }),
  ),
  retries: Type.Optional(
    Type.Union([Retries, Type.Integer({ minimum: 0, maximum: RETRIES_MAX })], {
      description: 'In place of those of its task; a number alone is the limit, 0 is none.',
    }),
  ),
  priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100 })),
  grace_time: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 2_592_000,
      description: 'Seconds that it waits before it starts; that of its task if left out.',
    }),
  ),
  env: Type.Optional(
    Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 100_000 }), {
      maxProperties: 100,
      description: 'Beside the environment of its task, and before it. For admins only.',
    }),
  ),
  position: Type.Optional(
    Closed(
      {
        x: Type.Number({ minimum: -100_000, maximum: 100_000 }),
        y: Type.Number({ minimum: -100_000, maximum: 100_000 }),
      },
      {
        description:
          'Where it is drawn, pixels from the upper left: means nothing to runs. Laid out by itself if left out.',
      },
    ),
  ),
});
export type WorkflowStep = Static<typeof WorkflowStep>;

export const WorkflowEdge = Closed({
  from: StepId,
  to: StepId,
  on: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'The event of `from`: `success` if left out; `any` is every one.',
    }),
  ),
  when: Type.Optional(Condition),
});
export type WorkflowEdge = Static<typeof WorkflowEdge>;

export const WorkflowGraph = Closed({
  steps: Type.Array(WorkflowStep, { minItems: 1, maxItems: STEPS_MAX }),
  edges: Type.Array(WorkflowEdge, { maxItems: EDGES_MAX }),
  start: Type.Optional(
    Type.Array(StepId, {
      minItems: 1,
      maxItems: STEPS_MAX,
      description: 'Where a run begins; the one step that nothing leads to, if left out.',
    }),
  ),
});
export type WorkflowGraph = Static<typeof WorkflowGraph>;

export const eventOf = ({ on }: WorkflowEdge): string => on ?? 'success';

/** Where a run begins. */
export function startsOf({ steps, edges, start }: WorkflowGraph): string[] {
  if (start !== undefined) return [...start];
  const led = new Set(edges.map(({ to }) => to));
  return steps.map(({ id }) => id).filter((id) => !led.has(id));
}

/** What is wrong with a graph; each error names the step or edge, and what to do. */
export function problemsOfGraph(graph: WorkflowGraph, tools: ConditionTools): FieldError[] {
  const errors: FieldError[] = [];
  const fail = (field: string, message: string) => errors.push({ field, message });
  const ids = new Set<string>();
  for (const [index, step] of graph.steps.entries()) {
    const { id } = step;
    if (ids.has(id)) fail(`steps[${index}].id`, `"${id}" is there twice`);
    if ((step.task === undefined) === (step.workflow === undefined))
      fail(`steps[${index}]`, `"${id}" needs a task or a workflow, one of them`);
    for (const name of ['timeout', 'retries', 'priority', 'env'] as const)
      if (step.workflow !== undefined && step[name] !== undefined)
        fail(`steps[${index}].${name}`, 'is of a task: set it in the workflow that runs here');
    ids.add(id);
  }
  for (const [index, edge] of graph.edges.entries()) {
    for (const end of ['from', 'to'] as const)
      if (!ids.has(edge[end])) fail(`edges[${index}].${end}`, `there is no step "${edge[end]}"`);
    if (edge.from === edge.to) fail(`edges[${index}]`, `leads from "${edge.from}" to itself`);
    const problem = edge.when && problemOfCondition(edge.when, tools);
    if (problem !== undefined) fail(`edges[${index}].when`, problem);
  }
  for (const [index, id] of (graph.start ?? []).entries())
    if (!ids.has(id)) fail(`start[${index}]`, `there is no step "${id}"`);
  // what follows needs edges that lead somewhere
  if (errors.length > 0) return errors;

  const circle = circleIn(graph);
  if (circle !== undefined) {
    fail('edges', `go round in a circle: ${circle.map((id) => `"${id}"`).join(' → ')}`);
    return errors;
  }
  const starts = startsOf(graph);
  if (graph.start === undefined && starts.length > 1)
    fail(
      'start',
      `nothing leads to ${starts.map((id) => `"${id}"`).join(', ')}: connect all but one, or name in \`start\` where a run begins`,
    );
  const reached = reachedFrom(graph, starts);
  const startSet = new Set(starts);
  for (const [index, { id, join }] of graph.steps.entries()) {
    if (!reached.has(id)) fail(`steps[${index}]`, `"${id}" is never reached`);
    const sources = new Set(graph.edges.filter(({ to }) => to === id).map(({ from }) => from)).size;
    if (startSet.has(id) && sources > 0) fail(`steps[${index}]`, `"${id}" is a start, and edges lead to it`);
    else if (typeof join === 'number' && join > sources && !startSet.has(id))
      fail(
        `steps[${index}].join`,
        `"${id}" waits for ${join} steps, and ${sources} lead to it: it never runs`,
      );
  }
  return errors;
}

function reachedFrom({ edges }: WorkflowGraph, starts: readonly string[]): Set<string> {
  const next = Map.groupBy(edges, ({ from }) => from);
  const reached = new Set(starts);
  // a set goes on over what is added meanwhile
  for (const id of reached) for (const { to } of next.get(id) ?? []) reached.add(to);
  return reached;
}

/** The steps in an order in which every edge leads forward; what is in a circle or behind one is left out. */
export function inOrder({ steps, edges }: WorkflowGraph): string[] {
  const next = Map.groupBy(edges, ({ from }) => from);
  const left = new Map(steps.map(({ id }) => [id, 0]));
  for (const { to } of edges) left.set(to, (left.get(to) ?? 0) + 1);
  const order = steps.map(({ id }) => id).filter((id) => left.get(id) === 0);
  for (const id of order)
    for (const { to } of next.get(id) ?? []) {
      const rest = (left.get(to) ?? 0) - 1;
      left.set(to, rest);
      if (rest === 0) order.push(to);
    }
  return order;
}

/** A circle, with its first step again at its end; undefined where there is none. */
function circleIn(graph: WorkflowGraph): string[] | undefined {
  const ordered = new Set(inOrder(graph));
  const rest = graph.edges.filter(({ from, to }) => !ordered.has(from) && !ordered.has(to));
  if (rest.length === 0) return undefined;
  // of what is left each step has one that leads to it: going back comes round
  const before = new Map(rest.map(({ from, to }) => [to, from]));
  const way: string[] = [];
  for (let at = rest[0]?.to as string; ; at = before.get(at) as string) {
    const seen = way.indexOf(at);
    if (seen >= 0) return [at, ...way.slice(seen, way.length).reverse()];
    way.push(at);
  }
}
