import type { WorkflowEdge, WorkflowGraph, WorkflowStep } from './workflow.ts';

/** What of a workflow its versions have: the graph, and environments for whom may see them. */
export interface WorkflowContent extends WorkflowGraph {
  env?: Readonly<Record<string, string>>;
}

/** What is different of two versions of a workflow; steps are the same where their id is. */
export interface WorkflowDiff {
  steps: {
    added: WorkflowStep[];
    removed: WorkflowStep[];
    changed: { before: WorkflowStep; after: WorkflowStep; members: string[] }[];
  };
  edges: {
    added: WorkflowEdge[];
    removed: WorkflowEdge[];
    changed: { before: WorkflowEdge; after: WorkflowEdge; members: string[] }[];
  };
  /** Where a run begins, where that is written otherwise; `undefined`: it is not written. */
  start?: { before: readonly string[] | undefined; after: readonly string[] | undefined };
  /** Variables of the environment for every step. */
  env: { added: string[]; removed: string[]; changed: string[] };
  /** What comes in another order: that of edges is the order in which outputs are handed on. */
  order: ('steps' | 'edges')[];
}

/** What changed from one version to another. */
export function workflowDiff(before: WorkflowContent, after: WorkflowContent): WorkflowDiff {
  const steps = stepPairs(before.steps, after.steps);
  const edges = edgePairs(before.edges, after.edges);
  return {
    steps: differences(before.steps, after.steps, steps),
    edges: differences(before.edges, after.edges, edges),
    ...(isSame(before.start, after.start) ? {} : { start: { before: before.start, after: after.start } }),
    env: envDifferences(before.env ?? {}, after.env ?? {}),
    order: [
      ...(isInOrder(before.steps, after.steps, steps) ? [] : (['steps'] as const)),
      ...(isInOrder(before.edges, after.edges, edges) ? [] : (['edges'] as const)),
    ],
  };
}

/** Whether nothing is different. */
export function isSameVersion({ steps, edges, start, env, order }: WorkflowDiff): boolean {
  const lists = [
    ...[steps, edges, env].flatMap(({ added, removed, changed }) => [added, removed, changed]),
    order,
  ];
  return start === undefined && lists.every((list) => list.length === 0);
}

/** What is the same thing before and after. */
type Pairs<T> = Map<T, T>;

function stepPairs(before: readonly WorkflowStep[], after: readonly WorkflowStep[]): Pairs<WorkflowStep> {
  const now = new Map(after.map((step) => [step.id, step]));
  return new Map(
    before.flatMap((step) => {
      const same = now.get(step.id);
      return same === undefined ? [] : [[step, same] as const];
    }),
  );
}

/** Of the edges between two steps, those that are alike first, then those of the same event, then what is left. */
function edgePairs(before: readonly WorkflowEdge[], after: readonly WorkflowEdge[]): Pairs<WorkflowEdge> {
  const pairs: Pairs<WorkflowEdge> = new Map();
  const way = ({ from, to }: WorkflowEdge) => `${from} ${to}`;
  const now = Map.groupBy(after, way);
  const alike: ((a: WorkflowEdge, b: WorkflowEdge) => boolean)[] = [
    isSame,
    (a, b) => a.on === b.on,
    () => true,
  ];
  for (const [key, old] of Map.groupBy(before, way)) {
    const free = new Set(now.get(key) ?? []);
    for (const fits of alike)
      for (const edge of old) {
        const found = pairs.has(edge) ? undefined : [...free].find((one) => fits(edge, one));
        if (found === undefined) continue;
        pairs.set(edge, found);
        free.delete(found);
      }
  }
  return pairs;
}

function differences<T extends object>(before: readonly T[], after: readonly T[], pairs: Pairs<T>) {
  const kept = new Set(pairs.values());
  return {
    added: after.filter((one) => !kept.has(one)),
    removed: before.filter((one) => !pairs.has(one)),
    changed: [...pairs].flatMap(([old, one]) => {
      const members = changedMembers(old, one);
      return members.length === 0 ? [] : [{ before: old, after: one, members }];
    }),
  };
}

function changedMembers(before: object, after: object): string[] {
  const [a, b] = [before, after] as Record<string, unknown>[];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isSame(a?.[name], b?.[name]),
  );
}

function envDifferences(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): WorkflowDiff['env'] {
  const has = (env: object, name: string) => Object.hasOwn(env, name);
  return {
    added: Object.keys(after).filter((name) => !has(before, name)),
    removed: Object.keys(before).filter((name) => !has(after, name)),
    changed: Object.keys(before).filter((name) => has(after, name) && before[name] !== after[name]),
  };
}

/** Whether what is there before and after comes in the same order. */
function isInOrder<T>(before: readonly T[], after: readonly T[], pairs: Pairs<T>): boolean {
  const places = new Map(after.map((one, place) => [one, place]));
  const order = before.flatMap((one) => places.get(pairs.get(one) as T) ?? []);
  return order.every((place, index) => index === 0 || place > (order[index - 1] as number));
}

/** The order of the members of an object means nothing. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [a, b] as [Record<string, unknown>, Record<string, unknown>];
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
  );
}
