import { ArgusError, type WorkflowGraph } from '@argus/contract';
import type { StepRow } from './run-queries.ts';

/**
 * What another run takes over of one that has ended: every step that ended, but those that are to run again and all that
 * may follow from them. `from`: the steps that run again; those that ended other than well if left out. Throws
 * `conflict` where there is nothing to run again.
 */
export function inheritedBy(
  graph: WorkflowGraph,
  steps: readonly Pick<StepRow, 'step' | 'id' | 'state' | 'finished'>[],
  from: readonly string[] | undefined,
): Record<string, string> {
  const ended = steps.filter(({ finished }) => finished !== null);
  const unknown = from?.find((step) => !graph.steps.some(({ id }) => id === step));
  if (unknown !== undefined) throw new ArgusError('conflict', `There is no step "${unknown}" in this run.`);
  const again = new Set(from ?? ended.filter(({ state }) => state !== 'success').map(({ step }) => step));
  // a set goes on over what is added meanwhile
  for (const step of again) for (const edge of graph.edges) if (edge.from === step) again.add(edge.to);
  return Object.fromEntries(ended.filter(({ step }) => !again.has(step)).map(({ step, id }) => [step, id]));
}
