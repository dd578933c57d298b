import { t } from '@lingui/core/macro';
import { Alert } from '@mantine/core';
import { WarningIcon } from '../../../ui/icons.tsx';
import type { Selection } from '../graph/graph-words.ts';
import classes from './editor.module.css';
import { rootsOf, type GraphDraft, type Problem } from './graph-draft.ts';

interface ProblemsProps {
  graph: GraphDraft;
  problems: readonly Problem[];
  /** What steps are called, by id. */
  titles: ReadonlyMap<string, string>;
  onSelect: (selection: Selection) => void;
}

/** What is wrong, each with the way to the step or line that it is about. */
export function Problems({ graph, problems, titles, onSelect }: ProblemsProps) {
  if (problems.length === 0) return null;
  return (
    <Alert
      color="orange"
      icon={<WarningIcon />}
      title={t`It cannot run like this`}
      role="status"
      mt="sm"
      tabIndex={-1}
      data-problems
    >
      <ul className={classes.problems}>
        {problems.map((problem) => {
          const { field, about } = problem;
          const text = textOf(problem, graph, titles);
          return (
            <li key={field + problem.message}>
              {about === undefined ? (
                text
              ) : (
                <button type="button" onClick={() => onSelect(about)}>
                  {text}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </Alert>
  );
}

/** The problem with the names that people know, and what to do. */
function textOf(
  { field, message, about, circle }: Problem,
  graph: GraphDraft,
  titles: ReadonlyMap<string, string>,
): string {
  const titleOf = (id: string) => titles.get(id) ?? id;
  if (circle !== undefined) {
    const way = circle.map(titleOf).join(' → ');
    return t`The lines go round in a circle: ${way}. Remove one of them.`;
  }
  if (field === 'start') {
    const roots = rootsOf(graph).map(titleOf).join(', ');
    return t`Nothing leads to ${roots}. Connect all but one of them, or say at each that a run begins there.`;
  }
  return about === undefined ? message : `${nameOf(graph, about, titleOf)}: ${message}`;
}

function nameOf(
  { edges }: GraphDraft,
  about: NonNullable<Selection>,
  titleOf: (id: string) => string,
): string {
  if (about.step !== undefined) return titleOf(about.step);
  const { from = '', to = '' } = edges[about.edge] ?? {};
  return `${titleOf(from)} → ${titleOf(to)}`;
}
