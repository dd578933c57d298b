import type { WorkflowDiff, WorkflowEdge, WorkflowVersion } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { SimpleGrid, Text } from '@mantine/core';
import { useState } from 'react';
import { graphEdges, graphSteps } from '../graph-of-workflow.tsx';
import type { GraphEdge, GraphStep, Selection } from '../graph/graph-words.ts';
import { LazyGraph } from '../graph/lazy-graph.tsx';
import { stepTitle, type Usable } from '../use-used.ts';
import { eventWords, memberName } from './version-words.ts';

interface VersionGraphsProps {
  before: WorkflowVersion;
  after: WorkflowVersion;
  diff: WorkflowDiff;
  usable: ReadonlyMap<string, Usable>;
}

type Mark = 'added' | 'removed' | 'changed';
const SIGNS: Readonly<Record<Mark, { sign: string; color: string }>> = {
  added: { sign: '+', color: 'green' },
  removed: { sign: '−', color: 'red' },
  changed: { sign: '≠', color: 'orange' },
};

/** Both versions drawn, with what is different marked by a sign and a word. */
export function VersionGraphs({ before, after, diff, usable }: VersionGraphsProps) {
  const [selected, setSelected] = useState<Selection>();
  const select = (chosen: Selection) =>
    setSelected(chosen?.step === selected?.step ? undefined : chosen?.step ? chosen : undefined);
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      {[before, after].map((version, place) => {
        const { version: number } = version;
        const label = t`Version ${number}`;
        const isIn = (step: string) => version.steps.some(({ id }) => id === step);
        return (
          <section key={place === 0 ? 'before' : 'after'} aria-label={label} style={{ minWidth: 0 }}>
            <Text size="sm" fw={600} mb={4}>
              {label}
            </Text>
            <LazyGraph
              label={t`Steps of version ${number}`}
              steps={markedSteps(version, diff, usable)}
              edges={markedEdges(version, diff, usable)}
              selected={selected?.step !== undefined && isIn(selected.step) ? selected : undefined}
              onSelect={select}
            />
          </section>
        );
      })}
    </SimpleGrid>
  );
}

function markedSteps(
  { steps }: WorkflowVersion,
  { steps: diff }: WorkflowDiff,
  usable: ReadonlyMap<string, Usable>,
): GraphStep[] {
  const changed = new Map(diff.changed.map(({ after, members }) => [after.id, members]));
  const [added, removed] = [diff.added, diff.removed].map((list) => new Set(list.map(({ id }) => id)));
  return graphSteps(steps, usable).map((step) => {
    const members = changed.get(step.id);
    if (members !== undefined)
      return { ...step, subtitle: members.map(memberName).join(', '), look: lookOf('changed') };
    if (added?.has(step.id)) return { ...step, subtitle: t`added`, look: lookOf('added') };
    if (removed?.has(step.id)) return { ...step, subtitle: t`removed`, look: lookOf('removed') };
    return step;
  });
}

function lookOf(mark: Mark): NonNullable<GraphStep['look']> {
  const { sign, color } = SIGNS[mark];
  const label = { added: t`added`, removed: t`removed`, changed: t`changed` }[mark];
  return {
    color,
    icon: (
      <b role="img" aria-label={label}>
        {sign}
      </b>
    ),
  };
}

function markedEdges(
  { steps, edges }: WorkflowVersion,
  { edges: diff }: WorkflowDiff,
  usable: ReadonlyMap<string, Usable>,
): GraphEdge[] {
  const titles = new Map(steps.map((step) => [step.id, stepTitle(step, usable)]));
  const marks = new Map<WorkflowEdge, Mark>([
    ...diff.added.map((edge) => [edge, 'added'] as const),
    ...diff.removed.map((edge) => [edge, 'removed'] as const),
    ...diff.changed.flatMap(({ before, after }) => [
      [before, 'changed'] as const,
      [after, 'changed'] as const,
    ]),
  ]);
  return graphEdges(edges, (id) => titles.get(id) ?? id).map((drawn, place) => {
    const edge = edges[place] as WorkflowEdge;
    const mark = marks.get(edge);
    if (mark === undefined) return drawn;
    return { ...drawn, label: `${SIGNS[mark].sign} ${eventWords(edge)}` };
  });
}
