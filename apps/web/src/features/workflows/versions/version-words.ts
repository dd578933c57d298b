import type { WorkflowEdge, WorkflowStep } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { edgeWords } from '../condition-words.ts';

/** What a member of a step or of an edge is called. */
export function memberName(name: string): string {
  const names: Partial<Record<string, string>> = {
    name: t`Name`,
    task: t`Task`,
    workflow: t`Workflow`,
    arguments: t`Arguments`,
    join: t`Waits for`,
    timeout: t`Timeout`,
    retries: t`Further attempts`,
    priority: t`Priority`,
    grace_time: t`Waits before it starts`,
    env: t`Environment`,
    position: t`Place in the drawing`,
    on: t`Event`,
    when: t`Condition`,
  };
  return names[name] ?? name;
}

/**
 * A member before and after, as people read it. Nothing where it says enough that it changed: places, and environments,
 * of which not even the old value is to stand on a page.
 */
export function memberWords(
  name: string,
  before: WorkflowStep | WorkflowEdge,
  after: WorkflowStep | WorkflowEdge,
  nameOf: (used: string) => string,
): { before: string; after: string } | undefined {
  if (name === 'position' || name === 'env') return undefined;
  const words = (of: WorkflowStep | WorkflowEdge) => valueWords(name, of, nameOf);
  return { before: words(before), after: words(after) };
}

function valueWords(name: string, of: WorkflowStep | WorkflowEdge, nameOf: (used: string) => string): string {
  const value = (of as Record<string, unknown>)[name];
  if ((name === 'on' || name === 'when') && 'from' in of) return eventWords(of);
  if (value === undefined) return t`not set`;
  if (name === 'task' || name === 'workflow') return nameOf(value as string);
  if (name === 'arguments') return mappingWords(value as NonNullable<WorkflowStep['arguments']>);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function mappingWords(mapping: NonNullable<WorkflowStep['arguments']>): string {
  const words = Object.entries(mapping).map(
    ([key, source]) => `${key}: ${'from' in source ? source.from : JSON.stringify(source.value)}`,
  );
  return words.join(', ') || t`their defaults`;
}

/** When an edge is taken. */
export function eventWords(edge: WorkflowEdge): string {
  return edgeWords(edge) || t`on success`;
}
