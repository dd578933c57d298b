import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wayTo, type Edge } from './rules.ts';

const edge = (from: string, to: string): Edge => ({
  from_id: from,
  to_id: to,
  to_name: to.toUpperCase(),
  is_step: false,
});

test('the way back names what is started on it, nearest first', () => {
  const edges = [edge('a', 'b'), edge('b', 'c'), edge('c', 'd'), edge('a', 'x'), edge('x', 'd')];
  expect(wayTo(edges, 'a', new Set(['d']))).toEqual(['X', 'D']);
  expect(wayTo(edges, 'a', new Set(['a']))).toEqual([]);
  expect(wayTo(edges, 'd', new Set(['a']))).toBeUndefined();
});

test('a way is found exactly where the target can be reached, and each step of it is an edge', () => {
  const id = fc.constantFrom(...'abcdefgh');
  fc.assert(
    fc.property(fc.array(fc.tuple(id, id), { maxLength: 20 }), id, id, (pairs, from, to) => {
      const edges = pairs.map(([a, b]) => edge(a, b));
      const reached = new Set([from]);
      for (let before = -1; before < reached.size;) {
        before = reached.size;
        for (const [a, b] of pairs) if (reached.has(a)) reached.add(b);
      }
      const way = wayTo(edges, from, new Set([to]));
      expect(way !== undefined).toBe(reached.has(to));
      let at = from;
      for (const name of way ?? []) {
        expect(pairs).toContainEqual([at, name.toLowerCase()]);
        at = name.toLowerCase();
      }
      if (way !== undefined) expect(at).toBe(to);
    }),
  );
});
