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
  /** The upper left corner of each step. */
  nodes: Map<string, Point>;
  /** By the place of the edge in the list: what it leads through, and where its label is. */
  edges: ({ points: Point[]; label: Point } | undefined)[];
}

/** Where everything is drawn, so that edges lead forward and cross as little as possible. */
export function layoutOf(
  nodes: readonly { id: string }[],
  edges: readonly { from: string; to: string; label: string }[],
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
