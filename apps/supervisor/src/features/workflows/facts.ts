import type { RunFacts, StepEnd, WorkflowGraph } from '@argus/contract';
import type { SecretBox } from '../../platform/crypto.ts';
import { givenFile } from '../files/index.ts';
import { openArguments } from '../jobs/index.ts';
import type { RunQueries, RunRow, StepRow } from './run-queries.ts';

/** A run as the rules see it, and what its steps are. */
export interface Loaded {
  facts: RunFacts;
  rows: ReadonlyMap<string, StepRow>;
}

/** `outputs`: those that did not come along with their step, by job or run. */
function factsOf(
  steps: readonly StepRow[],
  input: readonly unknown[],
  outputs: ReadonlyMap<string, string[]>,
): Loaded {
  const rows = new Map(steps.map((row) => [row.step, row]));
  const ended = new Map<string, StepEnd>();
  const running = new Set<string>();
  for (const { step, id, state, event, output, finished } of steps) {
    if (finished === null) running.add(step);
    else ended.set(step, { event, state, output: output ?? outputs.get(id) ?? [] });
  }
  return { rows, facts: { ended, running, input } };
}

/** A run with all that says what comes next in it. */
export async function loadRun(
  { steps, arguments: given }: Pick<RunRow, 'steps' | 'arguments'>,
  graph: WorkflowGraph,
  { runs, box }: { runs: Pick<RunQueries, 'outputs'>; box: SecretBox },
): Promise<Loaded> {
  // an empty argument is one that was left out
  const input = openArguments(box, given).map((value) =>
    typeof value === 'string' ? (value === '' ? null : value) : givenFile(value),
  );
  const asked = askedAbout(graph);
  const large = steps.filter(({ step, output }) => output === null && asked.has(step));
  const outputs = large.length > 0 ? await runs.outputs(large.map(({ id }) => id)) : new Map();
  return factsOf(steps, input, outputs);
}

/** Steps whose output must be known before it can be said what comes next: conditions ask about it. */
function askedAbout({ edges }: WorkflowGraph): Set<string> {
  return new Set(edges.flatMap(({ from, when }) => (when === undefined ? [] : [from])));
}
