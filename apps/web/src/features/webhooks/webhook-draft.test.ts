import type { Condition } from '@argus/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyOf, filterDraft, filterOf, newDraft } from './webhook-draft.ts';
import { conditionWords } from './webhook-words.ts';

const path = fc.constantFrom('body.action', 'headers["x-event"]', 'query.a', 'body.items[0]');
const comparison: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    path,
    op: fc.constantFrom('eq', 'ne', 'lt', 'ge', 'contains', 'matches'),
    value: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
  }),
  fc.record({ path, op: fc.constant('exists'), value: fc.boolean() }),
  fc.record({ path, op: fc.constant('in'), value: fc.array(fc.oneof(fc.string(), fc.integer())) }),
) as never;
const condition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    comparison,
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
})).condition;

test('any filter comes out of the form as it went in', () => {
  fc.assert(
    fc.property(condition, (filter) => {
      const draft = filterDraft(filter);
      const read = filterOf(draft);
      // one comparison alone is a list of one
      const expected = draft.way === 'rows' && 'path' in filter ? { all: [filter] } : filter;
      expect(read).toEqual({ filter: expected });
    }),
  );
});

test('no row is no filter, and rows without anything are left out', () => {
  expect(filterOf(filterDraft(null))).toEqual({ filter: null });
  const row = { key: 'a', path: ' body.a ', op: 'in', text: 'x, y,' } as const;
  const empty = { key: 'b', path: ' ', op: 'eq', text: '' } as const;
  expect(filterOf({ way: 'rows', join: 'any', rows: [row, empty], json: '' })).toEqual({
    filter: { any: [{ path: 'body.a', op: 'in', value: ['x', 'y'] }] },
  });
  expect(filterOf({ way: 'json', join: 'all', rows: [], json: '{' })).toEqual({
    problem: 'The filter is no JSON',
  });
});

test('a secret is sent for signed webhooks alone', () => {
  const draft = { ...newDraft(), name: ' x ', signing_secret: 'abc' };
  expect(bodyOf(draft, null)).toEqual({
    name: 'x',
    description: '',
    tags: [],
    acls: [],
    auth: 'secret',
    tolerance: null,
    filter: null,
  });
  expect(bodyOf({ ...draft, auth: 'github' }, null)).toMatchObject({ signing_secret: 'abc' });
});

test('a filter is told in words', () => {
  expect(
    conditionWords({
      all: [
        { path: 'body.action', op: 'in', value: ['opened', 'closed'] },
        {
          any: [
            { path: 'query.a', op: 'exists', value: false },
            { path: 'body.n', op: 'gt', value: 3 },
          ],
        },
        { not: { path: 'body.title', op: 'matches', value: '^WIP' } },
      ],
    }),
  ).toBe(
    'body.action is one of “opened”, “closed” and (query.a is not there or body.n is more than 3) and not (body.title matches “^WIP”)',
  );
});
