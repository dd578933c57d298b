import { graphlib, layout as arrange } from '@dagrejs/dagre';

/** Of every step, pixels: the graph is as even as a printed one, and a name that is too long is cut. */
export const NODE_WIDTH = 204;
export const NODE_HEIGHT = 64;
const LINE_HEIGHT = 18;
export const LABEL_WIDTH_MAX = 164;
/** A character of a label at its size, and the padding. */
const CHARACTER_PX = 6.4;
const LABEL_PADDING_PX = 18;

export interface Point {
  x: number;
  y: number;
}
export type Direction = 'right' | 'down';

export interface Layout {
  width: number;
  height: number;
  /** The middle of what it begins with. */
  first: Point;
  /** What was taken off the places that people gave, so that the drawing begins at its upper left. */
  offset: Point;
  /** The upper left corner of each step. */
  nodes: Map<string, Point>;
  /** By the place of the edge in the list: what it leads through, and where its label is. */
  edges: ({ points: Point[]; label: Point } | undefined)[];
}

/** More steps than this are laid out by a rule that is plain, and takes no second. */
const CAREFUL_MAX = 120;

interface Linked {
  from: string;
  to: string;
  label: string;
}

/** Where everything is drawn: where people put it, else so that edges lead forward and cross as little as possible. */
export function layoutOf(
  nodes: readonly { id: string; position?: Point }[],
  edges: readonly Linked[],
  direction: Direction,
): Layout {
  const own = new Map(nodes.flatMap(({ id, position }) => (position ? [[id, position] as const] : [])));
  if (own.size === nodes.length && own.size > 0) return placedLayout(own, edges, direction);
  const layout =
    nodes.length > CAREFUL_MAX
      ? plainLayout(nodes, edges, direction)
      : carefulLayout(nodes, edges, direction);
  return own.size === 0 ? layout : placedLayout(new Map([...layout.nodes, ...own]), edges, direction);
}

/** The same at the places given, without moving them: while a step is dragged. */
export function layoutAt(
  nodes: Map<string, Point>,
  edges: readonly Linked[],
  direction: Direction,
): Pick<Layout, 'edges'> {
  const { edges: placed, offset } = placedLayout(nodes, edges, direction);
  const back = ({ x, y }: Point) => ({ x: x + offset.x, y: y + offset.y });
  return {
    edges: placed.map((one) => one && { points: one.points.map(back), label: back(one.label) }),
  };
}

/** Steps at their places, and lines as short as these allow. */
function placedLayout(nodes: Map<string, Point>, edges: readonly Linked[], direction: Direction): Layout {
  const isRight = direction === 'right';
  const corners = [...nodes.values()];
  const left = Math.min(...corners.map(({ x }) => x));
  const top = Math.min(...corners.map(({ y }) => y));
  // what is drawn begins at the upper left, wherever people went
  const moved = new Map([...nodes].map(([id, { x, y }]) => [id, { x: x - left, y: y - top }]));
  const places = [...moved.values()];
  const middle = ({ x, y }: Point) => ({ x: x + NODE_WIDTH / 2, y: y + NODE_HEIGHT / 2 });
  const first = places.toSorted((a, b) => (isRight ? a.x - b.x : a.y - b.y))[0] ?? { x: 0, y: 0 };
  return {
    width: Math.max(...places.map(({ x }) => x)) + NODE_WIDTH,
    height: Math.max(...places.map(({ y }) => y)) + NODE_HEIGHT,
    first: middle(first),
    offset: { x: left, y: top },
    nodes: moved,
    edges: edges.map(({ from, to }) => {
      const [start, end] = [moved.get(from), moved.get(to)];
      if (start === undefined || end === undefined || from === to) return undefined;
      const points = [leaving(middle(start), isRight, 1), leaving(middle(end), isRight, -1)] as const;
      const label = { x: (points[0].x + points[1].x) / 2, y: (points[0].y + points[1].y) / 2 };
      return { points: [...points], label };
    }),
  };
}

/** Each step a column after the last of those that lead to it, near the middle of them: 500 steps take a few milliseconds. */
function plainLayout(
  nodes: readonly { id: string }[],
  edges: readonly Linked[],
  direction: Direction,
): Layout {
  const known = new Set(nodes.map(({ id }) => id));
  const links = edges.filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  const next = Map.groupBy(links, ({ from }) => from);
  const before = Map.groupBy(links, ({ to }) => to);
  const left = new Map(nodes.map(({ id }) => [id, before.get(id)?.length ?? 0]));
  const rank = new Map(nodes.map(({ id }) => [id, 0]));
  const order = nodes.map(({ id }) => id).filter((id) => left.get(id) === 0);
  // a list goes on over what is added meanwhile; what is in a circle stays in the first column
  for (const id of order)
    for (const { to } of next.get(id) ?? []) {
      rank.set(to, Math.max(rank.get(to) ?? 0, (rank.get(id) ?? 0) + 1));
      const rest = (left.get(to) ?? 0) - 1;
      left.set(to, rest);
      if (rest === 0) order.push(to);
    }
  const columns: string[][] = [];
  for (const [id, at] of rank) (columns[at] ??= []).push(id);
  const row = new Map<string, number>();
  const settle = (column: string[]) =>
    column.forEach((id, index) => row.set(id, index - (column.length - 1) / 2));
  columns.forEach(settle);
  const mean = (ids: readonly string[], own: string) =>
    ids.length === 0
      ? (row.get(own) ?? 0)
      : ids.reduce((sum, id) => sum + (row.get(id) ?? 0), 0) / ids.length;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isForward = sweep % 2 === 0;
    for (const column of isForward ? columns : columns.toReversed()) {
      const wish = new Map(
        column.map((id) => [
          id,
          mean(
            isForward
              ? (before.get(id) ?? []).map(({ from }) => from)
              : (next.get(id) ?? []).map(({ to }) => to),
            id,
          ),
        ]),
      );
      column.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
      settle(column);
    }
  }
  const isRight = direction === 'right';
  const places = new Map<string, Point>();
  for (const [id, at] of rank) {
    const across = row.get(id) ?? 0;
    places.set(
      id,
      isRight
        ? { x: at * (NODE_WIDTH + COLUMN_GAP), y: across * (NODE_HEIGHT + 28) }
        : { x: across * (NODE_WIDTH + 24), y: at * (NODE_HEIGHT + COLUMN_GAP) },
    );
  }
  return { ...placedLayout(places, edges, direction), offset: { x: 0, y: 0 } };
}

const SWEEPS = 6;
/** Room for the label of a line. */
const COLUMN_GAP = 120;

function carefulLayout(
  nodes: readonly { id: string }[],
  edges: readonly Linked[],
  direction: Direction,
): Layout {
  const graph = new graphlib.Graph({ multigraph: true });
  const isRight = direction === 'right';
  graph.setGraph({ rankdir: isRight ? 'LR' : 'TB', nodesep: isRight ? 28 : 24, edgesep: 20, ranksep: 40 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  edges.forEach(({ from, to, label }, index) => {
    if (from === to || !graph.hasNode(from) || !graph.hasNode(to)) return;
    const size =
      label === ''
        ? {}
        : { width: labelWidth(label), height: labelLines(label) * LINE_HEIGHT + 4, labelpos: 'c' as const };
    graph.setEdge(from, to, size, String(index));
  });
  arrange(graph);
  const { width = 0, height = 0 } = graph.graph();
  const middles = nodes.map(({ id }) => graph.node(id) as Point);
  const along = (point: Point) => (isRight ? point.x : point.y);
  const first = middles.toSorted((a, b) => along(a) - along(b))[0] ?? { x: 0, y: 0 };
  return {
    width,
    height,
    first,
    offset: { x: 0, y: 0 },
    nodes: new Map(
      nodes.map(({ id }) => {
        const { x, y } = graph.node(id) as Point;
        return [id, { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }];
      }),
    ),
    edges: edges.map(({ from, to, label }, index) => {
      const edge = graph.edge(from, to, String(index)) as ({ points?: Point[] } & Partial<Point>) | undefined;
      const [start, end] = [graph.node(from), graph.node(to)] as (Point | undefined)[];
      if (edge?.points === undefined || start === undefined || end === undefined) return undefined;
      const between = edge.points.slice(1, -1);
      // one point that nothing is written at only makes the line wave
      const via = between.length === 1 && label === '' ? [] : between;
      const points = [leaving(start, isRight, 1), ...via, leaving(end, isRight, -1)];
      return { points, label: { x: edge.x ?? 0, y: edge.y ?? 0 } };
    }),
  };
}

/** What does not go into one line goes into two, and no further. */
export function labelLines(label: string): 1 | 2 {
  return label.length * CHARACTER_PX + LABEL_PADDING_PX > LABEL_WIDTH_MAX ? 2 : 1;
}

function labelWidth(label: string): number {
  return Math.min(LABEL_WIDTH_MAX, label.length * CHARACTER_PX + LABEL_PADDING_PX);
}

/** The middle of the side at which edges leave (1) or arrive (-1). */
function leaving({ x, y }: Point, isRight: boolean, side: 1 | -1): Point {
  return isRight ? { x: x + (side * NODE_WIDTH) / 2, y } : { x, y: y + (side * NODE_HEIGHT) / 2 };
}

/** A line through points that is level at each of them. */
export function curveThrough(points: readonly Point[], direction: Direction): string {
  return points
    .map(({ x, y }, index) => {
      const before = points[index - 1];
      if (before === undefined) return `M${x},${y}`;
      const [midX, midY] = [(before.x + x) / 2, (before.y + y) / 2];
      return direction === 'right'
        ? `C${midX},${before.y} ${midX},${y} ${x},${y}`
        : `C${before.x},${midY} ${x},${midY} ${x},${y}`;
    })
    .join('');
}
