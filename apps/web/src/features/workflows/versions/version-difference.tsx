import {
  isSameVersion,
  workflowDiff,
  type WorkflowDiff,
  type WorkflowEdge,
  type WorkflowStep,
  type WorkflowVersion,
} from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Badge, Stack, Text } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { stepTitle, useUsable, type Usable } from '../use-used.ts';
import classes from '../workflows.module.css';
import { VersionGraphs } from './version-graphs.tsx';
import { eventWords, memberName, memberWords } from './version-words.ts';

interface VersionDifferenceProps {
  before: WorkflowVersion;
  after: WorkflowVersion;
}

/** What is different of two versions: each step and line in words, and both of them drawn. */
export function VersionDifference({ before, after }: VersionDifferenceProps) {
  const usable = useUsable();
  const diff = useMemo(() => workflowDiff(before, after), [before, after]);
  return (
    <Stack gap="md">
      {isSameVersion(diff) ? (
        <Text size="sm">{t`The content is the same.`}</Text>
      ) : (
        <Changes before={before} after={after} diff={diff} usable={usable} />
      )}
      <VersionGraphs before={before} after={after} diff={diff} usable={usable} />
    </Stack>
  );
}

interface ChangesProps extends VersionDifferenceProps {
  diff: WorkflowDiff;
  usable: ReadonlyMap<string, Usable>;
}

function Changes({ before, after, diff, usable }: ChangesProps) {
  const titles = new Map(
    [...before.steps, ...after.steps].map((step) => [step.id, stepTitle(step, usable)] as const),
  );
  const titleOf = (id: string) => titles.get(id) ?? id;
  const nameOf = (used: string) => usable.get(used)?.name ?? used;
  const step = ({ id }: WorkflowStep) => {
    const title = titleOf(id);
    return t`Step ${title}`;
  };
  const way = ({ from, to }: WorkflowEdge) => {
    const [first, second] = [titleOf(from), titleOf(to)];
    return t`Line from ${first} to ${second}`;
  };
  const whole = (edge: WorkflowEdge) => `${way(edge)}: ${eventWords(edge)}`;
  const { start, env } = diff;
  return (
    <ul className={classes.changes} aria-label={t`What changed`}>
      {diff.steps.added.map((one) => (
        <Change key={`+${one.id}`} mark="added" what={`${step(one)}: ${usedName(one, nameOf)}`} />
      ))}
      {diff.steps.removed.map((one) => (
        <Change key={`-${one.id}`} mark="removed" what={`${step(one)}: ${usedName(one, nameOf)}`} />
      ))}
      {diff.steps.changed.map(({ before: old, after: one, members }) => (
        <Change key={one.id} mark="changed" what={step(one)}>
          <Members members={members} before={old} after={one} nameOf={nameOf} />
        </Change>
      ))}
      {diff.edges.added.map((edge, place) => (
        <Change key={`+${place}`} mark="added" what={whole(edge)} />
      ))}
      {diff.edges.removed.map((edge, place) => (
        <Change key={`-${place}`} mark="removed" what={whole(edge)} />
      ))}
      {diff.edges.changed.map(({ before: old, after: edge }, place) => (
        <Change key={`=${place}`} mark="changed" what={way(edge)}>
          <li>
            <BeforeAfter before={eventWords(old)} after={eventWords(edge)} />
          </li>
        </Change>
      ))}
      {start && (
        <Change mark="changed" what={t`Where a run begins`}>
          <li>
            <BeforeAfter
              before={(start.before ?? []).map(titleOf).join(', ')}
              after={(start.after ?? []).map(titleOf).join(', ')}
            />
          </li>
        </Change>
      )}
      {(['added', 'removed', 'changed'] as const).map(
        (mark) =>
          env[mark].length > 0 && (
            <Change key={mark} mark={mark} what={`${memberName('env')}: ${env[mark].join(', ')}`} />
          ),
      )}
      {diff.order.includes('steps') && <Change mark="changed" what={t`The order of the steps`} />}
      {diff.order.includes('edges') && (
        <Change
          mark="changed"
          what={t`The order of the lines, in which a step gets what was put out before it`}
        />
      )}
    </ul>
  );
}

function usedName({ task, workflow }: WorkflowStep, nameOf: (used: string) => string): string {
  return nameOf(task ?? workflow ?? '');
}

interface ChangeProps {
  mark: 'added' | 'removed' | 'changed';
  what: string;
  children?: ReactNode;
}

function Change({ mark, what, children }: ChangeProps) {
  const label = { added: t`added`, removed: t`removed`, changed: t`changed` }[mark];
  const color = { added: 'green', removed: 'red', changed: 'orange' }[mark];
  return (
    <li>
      <Badge color={color} variant="light" size="sm">
        {label}
      </Badge>{' '}
      {what}
      {children !== undefined && <ul>{children}</ul>}
    </li>
  );
}

interface MembersProps {
  members: readonly string[];
  before: WorkflowStep;
  after: WorkflowStep;
  nameOf: (used: string) => string;
}

function Members({ members, before, after, nameOf }: MembersProps) {
  return members.map((member) => {
    const words = memberWords(member, before, after, nameOf);
    return (
      <li key={member}>
        {memberName(member)}
        {words && (
          <>
            {': '}
            <BeforeAfter {...words} />
          </>
        )}
      </li>
    );
  });
}

function BeforeAfter({ before, after }: { before: string; after: string }) {
  return (
    <>
      <del>{before}</del> <span aria-hidden="true">→</span> <ins>{after}</ins>
    </>
  );
}
