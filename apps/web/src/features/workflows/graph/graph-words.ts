import type { ReactNode } from 'react';

/** One step as the graph draws it. */
export interface GraphStep {
  id: string;
  title: string;
  subtitle: ReactNode;
  isWorkflow: boolean;
  /** How it stands in a run; there is none outside of runs. */
  look?: { color: string; icon: ReactNode; isFaint?: boolean; isTurning?: boolean };
  problem?: string;
  /** Where somebody put it; it is laid out where nobody did. */
  position?: { x: number; y: number };
}

export interface GraphEdge {
  from: string;
  to: string;
  /** What is written at it; nothing at the usual way. */
  label: string;
  /** What a screen reader says of it. */
  description: string;
  /** In a run: whether it was taken; null where that is not yet known. */
  taken?: boolean | null;
  isFailure?: boolean;
  problem?: string;
}

/** A step by its id, or an edge by its place in the list. */
export type Selection = { step: string; edge?: undefined } | { edge: number; step?: undefined } | undefined;

export interface GraphProps {
  label: string;
  steps: readonly GraphStep[];
  edges: readonly GraphEdge[];
  selected: Selection;
  onSelect: (selection: Selection) => void;
  /** Where steps may be connected. */
  onConnect?: (from: string, to: string) => void;
  /** Where steps may be moved: those that are, with where they are now. */
  onMove?: (places: ReadonlyMap<string, { x: number; y: number }>) => void;
  /** Pixels; as high as it needs if left out. */
  height?: number;
}
