import { EdgeLabelRenderer, type Edge, type EdgeProps } from '@xyflow/react';
import type { GraphEdge } from './graph-words.ts';
import classes from './graph.module.css';
import { curveThrough, LABEL_WIDTH_MAX, type Direction, type Point } from './layout.ts';

export interface StepEdgeData extends Record<string, unknown> {
  edge: GraphEdge;
  place: { points: Point[]; label: Point };
  direction: Direction;
  isSelected: boolean;
  /** Where it may be chosen. */
  onSelect?: () => void;
}

/** The way from step to step, with what must be so for it to be taken. */
export function StepEdge({ data }: EdgeProps<Edge<StepEdgeData, 'step'>>) {
  if (data === undefined) return null;
  const { edge, place, direction, isSelected, onSelect } = data;
  const look = {
    'data-taken': edge.taken === undefined ? undefined : String(edge.taken),
    'data-failure': edge.isFailure || undefined,
    'data-problem': edge.problem === undefined ? undefined : true,
    'data-selected': isSelected || undefined,
  };
  const end = place.points.at(-1) ?? place.label;
  const path = curveThrough(place.points, direction);
  return (
    <>
      <path d={path} className={classes.edge} {...look} />
      <path d={arrowAt(end, direction)} className={classes.arrow} {...look} />
      {onSelect && <path d={path} className={classes.edgeTarget} />}
      {edge.label !== '' && (
        <EdgeLabelRenderer>
          <div
            className={classes.labelPlace}
            style={{
              transform: `translate(-50%, -50%) translate(${place.label.x}px, ${place.label.y}px)`,
              maxWidth: LABEL_WIDTH_MAX,
            }}
          >
            {onSelect ? (
              <button
                type="button"
                className={classes.label}
                {...look}
                title={edge.label}
                aria-label={edge.description}
                aria-pressed={isSelected}
                onClick={onSelect}
              >
                <span>{edge.label}</span>
              </button>
            ) : (
              <span className={classes.label} {...look} title={edge.label}>
                <span>{edge.label}</span>
              </span>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

function arrowAt({ x, y }: Point, direction: Direction): string {
  return direction === 'right' ? `M${x},${y}l-8,-4.5v9z` : `M${x},${y}l-4.5,-8h9z`;
}
