import { holds, type ConditionTools } from './condition.ts';
import type { FileValue } from './file-value.ts';
import type { State } from './lifecycle.ts';
import { eventOf, inOrder, startsOf, type WorkflowEdge, type WorkflowGraph } from './workflow.ts';

/** How a step of a run ended. */
export interface StepEnd {
  event: string;
  state: State;
  output: readonly unknown[];
  /** The files that it left, by their names; left out where nobody asks for them. */
  artifacts?: Readonly<Record<string, FileValue>>;
}

/** What is known of a run: steps that have ended, and those that are under way. */
export interface RunFacts {
  ended: ReadonlyMap<string, StepEnd>;
  running: ReadonlySet<string>;
  /** What conditions ask about, beside the end of the step that an edge begins at. */
  input: readonly unknown[];
}

export interface Progress {
  /** To be started now, each with the steps that led to it, in the order of the edges. */
  start: { step: string; from: string[] }[];
  /** What will never run. */
  skipped: string[];
  /** Nothing runs, and nothing is to be started. */
  isOver: boolean;
  /** Steps that ended other than well, and nothing was made of it. */
  failed: string[];
  /** Steps that ended and led to nothing: what comes of them comes of the run. */
  last: string[];
}

type Status = 'ended' | 'running' | 'start' | 'skipped' | 'waiting';

/**
 * What comes next in a run. It depends on nothing but how its steps ended, so whoever asks, whenever and how often, gets the
 * same answer: a supervisor that dies in the middle is followed by another that goes on.
 */
export function progressOf(graph: WorkflowGraph, facts: RunFacts, tools: ConditionTools): Progress {
  const incoming = Map.groupBy(graph.edges, ({ to }) => to);
  const joins = new Map(graph.steps.map(({ id, join }) => [id, join ?? 'all']));
  const starts = new Set(startsOf(graph));
  const status = new Map<string, Status>();
  const start: Progress['start'] = [];
  const fires = (edge: WorkflowEdge) => isFired(edge, facts, tools);

  for (const step of inOrder(graph)) {
    if (facts.ended.has(step)) status.set(step, 'ended');
    else if (facts.running.has(step)) status.set(step, 'running');
    else if (starts.has(step)) {
      status.set(step, 'start');
      start.push({ step, from: [] });
    } else {
      const sources = Map.groupBy(incoming.get(step) ?? [], ({ from }) => from);
      const fired: string[] = [];
      let refused = 0;
      let pending = 0;
      for (const [from, edges] of sources) {
        const of = status.get(from);
        if (of === 'ended') {
          if (edges.some(fires)) fired.push(from);
          else refused++;
        } else if (of !== 'skipped') pending++;
      }
      const decided = joined(joins.get(step) ?? 'all', { fired: fired.length, refused, pending });
      status.set(step, decided);
      if (decided === 'start') start.push({ step, from: fired });
    }
  }
  const of = (wanted: Status) => [...status].filter(([, one]) => one === wanted).map(([step]) => step);
  const outgoing = Map.groupBy(graph.edges, ({ from }) => from);
  const last = of('ended').filter((step) => !(outgoing.get(step) ?? []).some(fires));
  return {
    start,
    skipped: of('skipped'),
    isOver: start.length === 0 && of('running').length === 0,
    failed: last.filter((step) => facts.ended.get(step)?.state !== 'success'),
    last,
  };
}

function joined(
  join: 'all' | 'any' | number,
  { fired, refused, pending }: { fired: number; refused: number; pending: number },
): Status {
  if (join === 'all') {
    if (refused > 0) return 'skipped';
    if (pending > 0) return 'waiting';
    return fired > 0 ? 'start' : 'skipped';
  }
  const wanted = join === 'any' ? 1 : join;
  if (fired >= wanted) return 'start';
  return fired + pending >= wanted ? 'waiting' : 'skipped';
}

/** Whether an edge is taken, once the step that it begins at has ended. */
export function isFired(edge: WorkflowEdge, { ended, input }: RunFacts, tools: ConditionTools): boolean {
  const end = ended.get(edge.from);
  if (end === undefined) return false;
  const on = eventOf(edge);
  if (on !== 'any' && on !== end.event) return false;
  return edge.when === undefined || holds(edge.when, sourceOfCondition(end, input), tools);
}

/** What the condition of an edge asks about: the end of the step that it begins at, and what the run was given. */
export function sourceOfCondition(
  { output, event, state }: StepEnd,
  input: readonly unknown[],
): Readonly<Record<string, unknown>> {
  return { output, event, state, input };
}
