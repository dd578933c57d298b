import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useElementSize } from '@mantine/hooks';
import {
  Background,
  Controls,
  Handle,
  MiniMap,
  Position,
  ReactFlow,
  type Edge,
  type Node,
  type NodeProps,
  type ReactFlowInstance,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { WarningIcon, WorkflowIcon } from '../../../ui/icons.tsx';
import unseen from '../../../ui/unseen.module.css';
import { StepEdge, type StepEdgeData } from './edge.tsx';
import type { GraphProps, GraphStep } from './graph-words.ts';
import classes from './graph.module.css';
import {
  layoutAt,
  layoutOf,
  NODE_HEIGHT,
  NODE_WIDTH,
  type Direction,
  type Layout,
  type Point,
} from './layout.ts';

/** Narrower than this, pixels, and a graph leads down rather than to the right. */
const NARROW_PX = 640;
const MARGIN_PX = 24;
/** At the lower edge, for the buttons. */
const BUTTONS_PX = 36;
const HEIGHT_MIN_PX = 190;
const HEIGHT_MAX_PX = 560;
/** Smaller letters cannot be read: what does not fit then is scrolled to. */
const ZOOM_MIN = 0.62;
/** What an arrow key moves a step by. */
const NUDGE_PX = 20;
/** More steps than this are no longer seen at one look. */
const MINIMAP_FROM = 24;
const ALL_DRAWN_MAX = 120;

interface StepData extends Record<string, unknown> {
  step: GraphStep;
  direction: Direction;
  isSelected: boolean;
  isConnectable: boolean;
  onSelect: (id: string) => void;
}
type StepNode = Node<StepData, 'step'>;
type LinkEdge = Edge<StepEdgeData, 'step'>;

const nodeTypes = { step: StepView };
const edgeTypes = { step: StepEdge };

/** A graph of steps: they are chosen by a click or with the keyboard, and connected where that may be. */
export function Graph({ label, steps, edges, selected, onSelect, onConnect, onMove, height }: GraphProps) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [drag, setDrag] = useState<{ id: string; x: number; y: number }>();
  const [flow, setFlow] = useState<ReactFlowInstance<StepNode, LinkEdge>>();
  // what it looks like changes every second of a run, where it stands does not
  const shape = JSON.stringify([
    steps.map(({ id, position }) => (position === undefined ? { id } : { id, position })),
    edges.map(({ from, to, label: words }) => ({ from, to, label: words })),
  ]);
  const { layout, direction } = useMemo(() => {
    const [nodes, links] = JSON.parse(shape) as [
      Parameters<typeof layoutOf>[0],
      Parameters<typeof layoutOf>[1],
    ];
    return bestLayout(nodes, links, { width, height: height ?? HEIGHT_MAX_PX });
  }, [shape, width, height]);
  const boxHeight = height ?? heightFor(layout, width);
  useEffect(() => {
    if (flow && width > 0) void flow.setViewport(viewportFor(layout, { width, height: boxHeight }));
  }, [flow, layout, width, boxHeight]);

  const isConnectable = onConnect !== undefined;
  const placeOf = (id: string) => (drag?.id === id ? drag : (layout.nodes.get(id) ?? { x: 0, y: 0 }));
  const move = (id: string, { x, y }: Point) => {
    // the others stay where they are seen
    const all = new Map([...layout.nodes].map(([one, place]) => [one, rounded(place, layout.offset)]));
    onMove?.(all.set(id, rounded({ x, y }, layout.offset)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const zooms: Partial<Record<string, () => unknown>> = {
      '+': () => flow?.zoomIn(),
      '-': () => flow?.zoomOut(),
      '0': () => flow?.setViewport(viewportFor(layout, { width, height: boxHeight }, 0.05)),
    };
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const focused = (event.target as HTMLElement).closest<HTMLElement>('[data-step]')?.dataset['step'];
    if (event.ctrlKey || event.metaKey) return;
    if (step && focused !== undefined && event.altKey && onMove) {
      const place = placeOf(focused);
      move(focused, { x: place.x + (step[0] ?? 0) * NUDGE_PX, y: place.y + (step[1] ?? 0) * NUDGE_PX });
    } else if (step && focused !== undefined && !event.altKey) {
      const to = nearest(layout, focused, step as [number, number]);
      if (to === undefined) return;
      event.currentTarget.querySelector<HTMLElement>(`[data-step="${to}"]`)?.focus();
    } else if (!event.altKey && zooms[event.key]) void zooms[event.key]?.();
    else return;
    event.preventDefault();
  };
  const shown =
    drag === undefined
      ? layout
      : layoutAt(new Map([...layout.nodes, [drag.id, { x: drag.x, y: drag.y }]]), edges, direction);
  const nodes = steps.map((step): StepNode => {
    const sides = direction === 'right' ? [Position.Left, Position.Right] : [Position.Top, Position.Bottom];
    return {
      id: step.id,
      type: 'step',
      position: placeOf(step.id),
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      handles: handlesOf(direction),
      sourcePosition: sides[1]!,
      targetPosition: sides[0]!,
      data: {
        step,
        direction,
        isSelected: selected?.step === step.id,
        isConnectable,
        onSelect: (id) => onSelect({ step: id }),
      },
    };
  });
  const links = edges.flatMap((edge, index): LinkEdge[] => {
    const place = shown.edges[index];
    if (place === undefined) return [];
    return [
      {
        id: String(index),
        type: 'step',
        source: edge.from,
        target: edge.to,
        focusable: false,
        ariaLabel: edge.description,
        data: {
          edge,
          place,
          direction,
          isSelected: selected?.edge === index,
          ...(isConnectable && { onSelect: () => onSelect({ edge: index }) }),
        },
      },
    ];
  });
  return (
    <div
      ref={ref}
      className={classes.box}
      role="group"
      aria-label={label}
      style={{ height: boxHeight }}
      data-direction={direction}
      onKeyDown={onKeyDown}
    >
      {width > 0 && (
        <ReactFlow
          nodes={nodes}
          edges={links}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onInit={setFlow}
          onConnect={({ source, target }) => onConnect?.(source, target)}
          onEdgeClick={(_, edge) => {
            if (isConnectable) onSelect({ edge: Number(edge.id) });
          }}
          onPaneClick={() => onSelect(undefined)}
          nodesDraggable={onMove !== undefined}
          nodeDragThreshold={4}
          onNodeDrag={(_, { id, position: { x, y } }) => setDrag({ id, x, y })}
          onNodeDragStop={(_, { id, position }) => {
            setDrag(undefined);
            const before = layout.nodes.get(id);
            if (before && Math.hypot(before.x - position.x, before.y - position.y) > 2) move(id, position);
          }}
          onlyRenderVisibleElements={steps.length > ALL_DRAWN_MAX}
          nodesConnectable={isConnectable}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          zoomActivationKeyCode={null}
          panActivationKeyCode={null}
          zoomOnScroll={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          minZoom={0.05}
          maxZoom={1.5}
        >
          <Background gap={18} size={1} />
          {steps.length > MINIMAP_FROM && <MiniMap pannable zoomable ariaLabel={t`Overview of the steps`} />}
          <Controls
            orientation="horizontal"
            showInteractive={false}
            onFitView={() => void flow?.setViewport(viewportFor(layout, { width, height: boxHeight }, 0.05))}
            fitViewOptions={{ duration: 0 }}
          />
        </ReactFlow>
      )}
    </div>
  );
}

function rounded({ x, y }: Point, offset: Point): Point {
  return { x: Math.round(x + offset.x), y: Math.round(y + offset.y) };
}

/** The step that lies next in a direction. */
function nearest({ nodes }: Layout, from: string, [dx, dy]: readonly [number, number]): string | undefined {
  const start = nodes.get(from);
  if (start === undefined) return undefined;
  let best: { id: string; far: number } | undefined;
  for (const [id, { x, y }] of nodes) {
    const along = (x - start.x) * dx + (y - start.y) * dy;
    const across = Math.abs((x - start.x) * dy) + Math.abs((y - start.y) * dx);
    const far = along + 2 * across;
    if (id !== from && along > 0 && (best === undefined || far < best.far)) best = { id, far };
  }
  return best?.id;
}

/** Where edges arrive and leave: known before anything is drawn. */
function handlesOf(direction: Direction): NonNullable<StepNode['handles']> {
  const isRight = direction === 'right';
  const size = { width: 1, height: 1 };
  return isRight
    ? [
        { type: 'target', position: Position.Left, x: 0, y: NODE_HEIGHT / 2, ...size },
        { type: 'source', position: Position.Right, x: NODE_WIDTH, y: NODE_HEIGHT / 2, ...size },
      ]
    : [
        { type: 'target', position: Position.Top, x: NODE_WIDTH / 2, y: 0, ...size },
        { type: 'source', position: Position.Bottom, x: NODE_WIDTH / 2, y: NODE_HEIGHT, ...size },
      ];
}

/** As high as the graph needs at the size that it is shown at. */
function heightFor(layout: Layout, width: number): number {
  const zoom = Math.min(1, Math.max(ZOOM_MIN, (width - 2 * MARGIN_PX) / layout.width));
  return Math.round(
    Math.min(HEIGHT_MAX_PX, Math.max(HEIGHT_MIN_PX, layout.height * zoom + 2 * MARGIN_PX + BUTTONS_PX)),
  );
}

interface Box {
  width: number;
  height: number;
}

/** To the right, or down where that is narrow or shows more at once. */
function bestLayout(nodes: Parameters<typeof layoutOf>[0], links: Parameters<typeof layoutOf>[1], box: Box) {
  // people put steps so that they lead to the right
  if (nodes.some(({ position }) => position !== undefined))
    return { layout: layoutOf(nodes, links, 'right'), direction: 'right' as const };
  const down = () => ({ layout: layoutOf(nodes, links, 'down'), direction: 'down' as const });
  if (box.width < NARROW_PX) return down();
  const right = { layout: layoutOf(nodes, links, 'right'), direction: 'right' as const };
  if (fittingZoom(right.layout, box) >= ZOOM_MIN) return right;
  const other = down();
  return fittingZoom(other.layout, box) > fittingZoom(right.layout, box) ? other : right;
}

function roomIn({ width, height }: Box): Point {
  return { x: width - 2 * MARGIN_PX, y: height - 2 * MARGIN_PX - BUTTONS_PX };
}

/** At which all of it can be seen. */
function fittingZoom(layout: Layout, box: Box): number {
  const room = roomIn(box);
  return Math.min(1, room.x / layout.width, room.y / layout.height);
}

/** All of it in the middle, or where it is too large for that, what it begins with. */
function viewportFor(layout: Layout, box: Box, least = ZOOM_MIN): { x: number; y: number; zoom: number } {
  const zoom = Math.max(least, fittingZoom(layout, box));
  const room = roomIn(box);
  const start = (free: number, size: number, first: number) => {
    if (size * zoom <= free) return MARGIN_PX + (free - size * zoom) / 2;
    const end = free - size * zoom;
    return MARGIN_PX + Math.min(0, Math.max(end, free / 2 - first * zoom));
  };
  return {
    x: start(room.x, layout.width, layout.first.x),
    y: start(room.y, layout.height, layout.first.y),
    zoom,
  };
}

function StepView({ data: { step, direction, isSelected, isConnectable, onSelect } }: NodeProps<StepNode>) {
  const isRight = direction === 'right';
  const { look, title } = step;
  return (
    <>
      <Handle
        type="target"
        position={isRight ? Position.Left : Position.Top}
        isConnectable={isConnectable}
        className={isConnectable ? classes.handle : classes.noHandle}
      />
      <button
        type="button"
        className={classes.node}
        data-selected={isSelected || undefined}
        data-faint={look?.isFaint || undefined}
        data-step={step.id}
        data-color={look?.color}
        aria-pressed={isSelected}
        onClick={() => onSelect(step.id)}
      >
        {look && (
          <span className={classes.state} data-color={look.color} data-turning={look.isTurning || undefined}>
            {look.icon}
          </span>
        )}
        <span className={classes.words}>
          <span className={classes.title} title={step.title}>
            {step.isWorkflow && <WorkflowIcon size={13} />}
            <span>
              <Trans>
                <span className={unseen.text}>Step</span> {title}
              </Trans>
            </span>
          </span>
          <span className={classes.subtitle}>{step.subtitle}</span>
        </span>
        {step.problem !== undefined && (
          <span className={classes.problem} title={step.problem}>
            <WarningIcon size={16} />
            <span className={unseen.text}>{step.problem}</span>
          </span>
        )}
      </button>
      <Handle
        type="source"
        position={isRight ? Position.Right : Position.Bottom}
        isConnectable={isConnectable}
        className={isConnectable ? classes.handle : classes.noHandle}
      />
    </>
  );
}
