import { resolveArguments, type ArgumentDefinition, type GivenFiles } from './arguments.ts';
import { comparisonsOf, type ComparisonResult, type ConditionTools } from './condition.ts';
import { startsOf, eventOf, type WorkflowEdge, type WorkflowGraph, type WorkflowStep } from './workflow.ts';
import { isFired, progressOf, sourceOfCondition, type RunFacts, type StepEnd } from './workflow-progress.ts';
import { FileValue } from './file-value.ts';
import { argumentsOfStep, artifactsFor, endOfRun, type EndOfRun } from './workflow-step.ts';

/** What a step runs, as far as it matters to what would happen. */
export interface DryUsed {
  definitions: readonly ArgumentDefinition[];
  /** People are asked for its arguments: what is missing does not keep it. */
  asks: boolean;
}

export interface DryRunOptions {
  /** By step; what is not known of one is left out. */
  used: ReadonlyMap<string, DryUsed>;
  /** What the run is given, by position; null: left out. */
  input: readonly unknown[];
  /** How steps end: well and without output, if left out. */
  ends: ReadonlyMap<string, StepEnd>;
  name: string;
}

/** A step that would run. */
export interface DryStep {
  step: string;
  /** The steps that led to it. */
  from: string[];
  /** What it would be given, by position; undefined where it is not known what it takes. */
  values: (string | GivenFiles)[] | undefined;
  /** Why it could not start: it ends in the state `error` then. */
  refused: string | undefined;
  end: StepEnd;
}

/** Why an edge leads nowhere. */
export type NotTaken =
  | { why: 'skipped' }
  | { why: 'event'; wanted: string; was: string }
  | { why: 'condition'; comparisons: ComparisonResult[] };

export interface DryRun {
  /** Those that would run, in the order in which they would start. */
  steps: DryStep[];
  /** Those that would not, each with the edges that lead to it and are not taken. */
  skipped: { step: string; edges: (NotTaken & { edge: WorkflowEdge })[] }[];
  /** Whether each edge of the graph is taken. */
  taken: boolean[];
  end: EndOfRun;
}

/**
 * What a run would do if its steps ended as given, by the rules that the engine carries runs on with. Steps that run side by
 * side end in the order in which they start. The graph has no problems.
 */
export function dryRun(
  graph: WorkflowGraph,
  { used, input, ends, name }: DryRunOptions,
  tools: ConditionTools,
): DryRun {
  const byId = new Map(graph.steps.map((step) => [step.id, step]));
  const ended = new Map<string, StepEnd>();
  const running = new Map<string, DryStep>();
  const facts = (): RunFacts => ({ ended, running: new Set(running.keys()), input });
  const steps: DryStep[] = [];
  let progress = progressOf(graph, facts(), tools);
  while (!progress.isOver) {
    for (const { step: id, from } of progress.start) {
      const options = { of: used.get(id), facts: facts(), end: ends.get(id), name };
      const step = dryStep(byId.get(id) as WorkflowStep, from, options, tools);
      steps.push(step);
      running.set(id, step);
    }
    const [next] = running.values();
    if (next === undefined) break;
    running.delete(next.step);
    ended.set(next.step, next.end);
    progress = progressOf(graph, facts(), tools);
  }
  const over = facts();
  const refused = new Map(steps.map((step) => [step.step, step.refused]));
  const starts = new Set(startsOf(graph));
  return {
    steps,
    skipped: graph.steps
      .filter(({ id }) => !ended.has(id) && !starts.has(id))
      .map(({ id }) => ({
        step: id,
        edges: graph.edges
          .filter((edge) => edge.to === id && !isFired(edge, over, tools))
          .map((edge) => ({ edge, ...whyNotTaken(edge, over, tools) })),
      })),
    taken: graph.edges.map((edge) => isFired(edge, over, tools)),
    end: endOfRun(graph, over, progress, (step) => refused.get(step) ?? null),
  };
}

interface DryStepOptions {
  of: DryUsed | undefined;
  facts: RunFacts;
  end: StepEnd | undefined;
  name: string;
}

function dryStep(
  step: WorkflowStep,
  from: string[],
  { of, facts, end = { event: 'success', state: 'success', output: [] }, name }: DryStepOptions,
  tools: ConditionTools,
): DryStep {
  const base = { step: step.id, from };
  if (of === undefined) return { ...base, values: undefined, refused: undefined, end };
  const given = argumentsOfStep(step, from, withArtifacts(facts, step, from), {
    run: { id: '', name },
    idOf: () => null,
  });
  const { values, errors } = resolveArguments(of.definitions, given(of.definitions), tools);
  // whoever starts it gave the values of its first step
  const isGiven = from.length === 0 && facts.input.length > 0;
  if (errors.length === 0 || (of.asks && !isGiven)) return { ...base, values, refused: undefined, end };
  const why = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return {
    ...base,
    values,
    refused: `it could not start: ${why}`,
    end: { event: 'failure', state: 'error', output: [] },
  };
}

/** Whatever files a step takes from those before it: these will have left them, as far as anybody knows. */
function withArtifacts(facts: RunFacts, step: WorkflowStep, from: readonly string[]): RunFacts {
  const ended = new Map(facts.ended);
  for (const { step: id, name } of artifactsFor(step, from)) {
    const end = ended.get(id);
    const file = new FileValue({ id: '', filename: name.split('/').at(-1) ?? name, size: 0, sha256: '' });
    if (end !== undefined)
      ended.set(id, {
        ...end,
        artifacts: Object.fromEntries([...Object.entries(end.artifacts ?? {}), [name, file]]),
      });
  }
  return { ...facts, ended };
}

function whyNotTaken(edge: WorkflowEdge, facts: RunFacts, tools: ConditionTools): NotTaken {
  const end = facts.ended.get(edge.from);
  if (end === undefined) return { why: 'skipped' };
  const wanted = eventOf(edge);
  if (edge.when === undefined || (wanted !== 'any' && wanted !== end.event))
    return { why: 'event', wanted, was: end.event };
  return {
    why: 'condition',
    comparisons: comparisonsOf(edge.when, sourceOfCondition(end, facts.input), tools),
  };
}
