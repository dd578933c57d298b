import { expect, test } from 'vitest';
import { curveThrough, layoutOf, NODE_HEIGHT, NODE_WIDTH } from './layout.ts';

const nodes = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
const edge = (from: string, to: string, label = '') => ({ from, to, label });
const edges = [edge('a', 'b', 'failure'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd'), edge('a', 'd')];

test.each(['right', 'down'] as const)('edges lead forward, and no two steps overlap: %s', (direction) => {
  const layout = layoutOf(nodes, edges, direction);
  const along = (id: string) => layout.nodes.get(id)?.[direction === 'right' ? 'x' : 'y'] ?? 0;
  for (const { from, to } of edges) expect(along(to)).toBeGreaterThan(along(from));
  const places = [...layout.nodes.values()];
  for (const [index, one] of places.entries())
    for (const other of places.slice(index + 1))
      expect(Math.abs(one.x - other.x) >= NODE_WIDTH || Math.abs(one.y - other.y) >= NODE_HEIGHT).toBe(true);
  const a = layout.nodes.get('a') ?? { x: 0, y: 0 };
  const leaves =
    direction === 'right'
      ? { x: a.x + NODE_WIDTH, y: a.y + NODE_HEIGHT / 2 }
      : { x: a.x + NODE_WIDTH / 2, y: a.y + NODE_HEIGHT };
  expect(layout.edges.map((one) => one?.points[0]).slice(0, 2)).toEqual([leaves, leaves]);
  expect(layout.first).toMatchObject({ x: a.x + NODE_WIDTH / 2, y: a.y + NODE_HEIGHT / 2 });
});

test('what leads nowhere, to itself or round in a circle is no reason to draw nothing', () => {
  const wrong = [edge('a', 'gone'), edge('b', 'b'), edge('a', 'b'), edge('b', 'a')];
  const layout = layoutOf(nodes, wrong, 'right');
  expect(layout.edges.map((one) => one !== undefined)).toEqual([false, false, true, true]);
  expect(layoutOf([], [], 'right')).toMatchObject({ edges: [], first: { x: 0, y: 0 } });
});

test('a line is level where it leaves and where it arrives', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 20 },
  ];
  expect(curveThrough(points, 'right')).toBe('M0,0C5,0 5,20 10,20');
  expect(curveThrough(points, 'down')).toBe('M0,0C0,10 10,10 10,20');
});

test('steps stay where people put them, and what nobody put anywhere is laid out', () => {
  const places = nodes.map(({ id }, index) => ({ id, position: { x: 1000 - index * 300, y: index * 90 } }));
  const layout = layoutOf(places, edges, 'right');
  const at = (id: string) => layout.nodes.get(id) ?? { x: 0, y: 0 };
  expect([at('a').x - at('b').x, at('b').y - at('a').y]).toEqual([300, 90]);
  expect(layout.offset).toEqual({ x: 100, y: 0 });
  expect(layout.edges.every((one) => one?.points.length === 2)).toBe(true);
  expect(
    layoutOf([{ id: 'a', position: { x: 900, y: 900 } }, ...nodes.slice(1)], edges, 'right').nodes.size,
  ).toBe(4);
});

test.each(['right', 'down'] as const)('5,000 steps are laid out, none on another: %s', (direction) => {
  const many = Array.from({ length: 5_000 }, (_, index) => ({ id: `s${index}` }));
  const links = many
    .slice(1)
    .flatMap(({ id }, index) => [
      edge(`s${Math.floor(index / 3)}`, id),
      ...(index > 40 ? [edge(`s${index - 40}`, id, 'failure')] : []),
    ]);
  const layout = layoutOf(many, links, direction);
  const along = (id: string) => layout.nodes.get(id)?.[direction === 'right' ? 'x' : 'y'] ?? 0;
  for (const { from, to } of links) expect(along(to)).toBeGreaterThan(along(from));
  expect(new Set([...layout.nodes.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(5_000);
});
