import { dynamicArguments } from './argument-positions.ts';
import type { ArgumentDefinition } from './arguments.ts';
import { argumentsByPosition, mapArguments, parsePath, type NamedValue } from './mapping.ts';
import { inOrder, type WorkflowGraph, type WorkflowStep } from './workflow.ts';
import type { Progress, RunFacts } from './workflow-progress.ts';

/** An output of a run is what its last steps put out, up to the size that a job may have. */
const OUTPUT_MAX_BYTES = 1024 * 1024;

/** Steps whose output a step takes arguments from. `from`: those that led to it. */
export function takenFrom({ arguments: mapping }: WorkflowStep, from: readonly string[]): Set<string> {
  if (mapping === undefined) return new Set(from);
  const needed = new Set<string>();
  for (const source of Object.values(mapping)) {
    const [root, name, field] = 'from' in source ? (parsePath(source.from) ?? []) : [];
    if (root === 'steps' && typeof name === 'string' && field === 'output') needed.add(name);
    if (root === 'output') for (const step of from) needed.add(step);
  }
  return needed;
}

/** Artifacts that a step takes as arguments, by their names, with the step that leaves them. `from`: those that led to it. */
export function artifactsFor(
  { arguments: mapping = {} }: WorkflowStep,
  from: readonly string[],
): { step: string; name: string }[] {
  return Object.values(mapping).flatMap((source) => {
    const path = 'from' in source ? (parsePath(source.from) ?? []) : [];
    const [root, first, field, second] = path;
    if (root === 'artifacts' && first !== undefined) return from.map((step) => ({ step, name: `${first}` }));
    return root === 'steps' && typeof first === 'string' && field === 'artifacts' && second !== undefined
      ? [{ step: first, name: `${second}` }]
      : [];
  });
}

/** What mappings of a run can name beside its facts. */
export interface RunNames {
  run: { id: string; name: string };
  /** The job or run that a step is; null where it is none. */
  idOf(step: string): string | null;
}

/**
 * The arguments of a step, for the definitions of what it runs: by its mapping, else what the steps that led to it put out,
 * one after the other, by position. An empty argument is one that was left out: null.
 */
export function argumentsOfStep(
  { arguments: mapping }: WorkflowStep,
  from: readonly string[],
  facts: RunFacts,
  { run, idOf }: RunNames,
): (definitions: readonly ArgumentDefinition[]) => NamedValue[] {
  const before = from.map((step) => facts.ended.get(step));
  const output = from.length === 0 ? facts.input : before.flatMap((end) => end?.output ?? []);
  if (mapping === undefined) return (definitions) => withoutGaps(argumentsByPosition(definitions, output));
  const steps = Object.fromEntries([...facts.ended].map(([step, end]) => [step, { ...end, id: idOf(step) }]));
  const source = {
    input: facts.input,
    output,
    // where several left one of the same name, that of the last
    artifacts: Object.fromEntries(before.flatMap((end) => Object.entries(end?.artifacts ?? {}))),
    event: before.at(-1)?.event ?? null,
    steps,
    run,
  };
  return (definitions) => withoutGaps(mapArguments(definitions, mapping, source));
}

function withoutGaps(values: readonly NamedValue[]): NamedValue[] {
  return values.map(({ order, value }) => ({ order, value: value === '' ? null : value }));
}

/** What of the arguments of a workflow a run is given: fixed values are of the task that has them. */
export function inputOfRun<T>(
  definitions: readonly ArgumentDefinition[],
  values: readonly T[],
): (T | string)[] {
  return dynamicArguments(definitions).map(({ order }) => values[order] ?? '');
}

/** How a run ends of itself. */
export interface EndOfRun {
  state: 'success' | 'failure';
  reason_code: 'completed' | 'step_failed';
  reason: string;
  output: string[];
}

/** How a run ends in which nothing is left to be done. `reasonOf`: why a step ended as it did. */
export function endOfRun(
  graph: WorkflowGraph,
  facts: RunFacts,
  { failed, last, skipped }: Progress,
  reasonOf: (step: string) => string | null,
): EndOfRun {
  const rank = new Map(inOrder(graph).map((step, place) => [step, place]));
  const output = last
    .toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0))
    .flatMap((step) => facts.ended.get(step)?.output ?? []) as string[];
  const failure = (reason: string, output: string[]): EndOfRun => ({
    state: 'failure',
    reason_code: 'step_failed',
    reason,
    output,
  });
  if (JSON.stringify(output).length > OUTPUT_MAX_BYTES)
    return failure('what its last steps put out is larger than 1 MiB together', []);
  if (failed.length > 0) {
    const reasons = failed.map((step) => `step "${step}": ${reasonOf(step) ?? 'failed'}`);
    return failure(reasons.join('; ').slice(0, 2000), output);
  }
  const did = `${facts.ended.size} of ${graph.steps.length} steps ran`;
  return {
    state: 'success',
    reason_code: 'completed',
    reason: skipped.length === 0 ? 'every step ran' : `${did}, the others were not needed`,
    output,
  };
}
