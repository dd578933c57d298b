import type { Workflow } from '@argus/contract';

/** What the address of the list of workflows says. */
export interface WorkflowFilter {
  q?: string;
  tag?: string;
}

/** Those that have the tag, and every word of the text somewhere in what is known of them, by name. */
export function filterWorkflows(
  workflows: readonly Workflow[],
  { q = '', tag }: WorkflowFilter,
): readonly Workflow[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return workflows
    .filter((workflow) => {
      if (tag !== undefined && !workflow.tags.includes(tag)) return false;
      const { name, tags, description, uses } = workflow;
      const text = [name, ...tags, description, ...uses.map((used) => used.name)].join('\n').toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Why it cannot run, without that it is paused, which is told first and which the page shows by itself. */
export function otherProblems({
  paused,
  problems,
}: Pick<Workflow, 'paused' | 'problems'>): readonly string[] {
  return paused === null ? problems : problems.slice(1);
}
