import { eventOf, type WorkflowEdge, type WorkflowStep } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { edgeWords } from './condition-words.ts';
import type { GraphEdge, GraphStep } from './graph/graph-words.ts';
import { stepTitle, type Usable } from './use-used.ts';

/** The steps of a workflow as the graph draws them. */
export function graphSteps(
  steps: readonly WorkflowStep[],
  usable: ReadonlyMap<string, Usable>,
  problems: ReadonlyMap<string, string> = new Map(),
): GraphStep[] {
  return steps.map((step) => {
    const title = stepTitle(step, usable);
    const used = usable.get(step.task ?? step.workflow ?? '');
    const named = used !== undefined && used.name !== title;
    const subtitle = used === undefined ? step.id : named ? `${used.name} · ${used.where}` : used.where;
    const problem = problems.get(step.id);
    return {
      id: step.id,
      title,
      subtitle,
      isWorkflow: step.workflow !== undefined,
      ...(problem !== undefined && { problem }),
      ...(step.position !== undefined && { position: step.position }),
    };
  });
}

/** Its edges, each with what must be so. */
export function graphEdges(
  edges: readonly (WorkflowEdge & { taken?: boolean | null })[],
  titleOf: (step: string) => string,
): GraphEdge[] {
  return edges.map((edge) => {
    const label = edgeWords(edge);
    const event = eventOf(edge);
    const way = wayText(titleOf(edge.from), titleOf(edge.to), label || t`on success`);
    return {
      from: edge.from,
      to: edge.to,
      label,
      description: takenText(way, edge.taken),
      ...(edge.taken !== undefined && { taken: edge.taken }),
      isFailure: edge.taken === undefined && ['failure', 'timeout', 'canceled'].includes(event),
    };
  });
}

function wayText(from: string, to: string, when: string): string {
  return t`From ${from} to ${to}, ${when}`;
}

function takenText(way: string, taken: boolean | null | undefined): string {
  if (taken === undefined || taken === null) return way;
  return taken ? t`${way}: taken` : t`${way}: not taken`;
}
