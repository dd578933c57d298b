import { ROLES } from '@argus/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasView, mayChangeView } from './rules.ts';

const view = fc.record({ user_id: fc.constantFrom('a', 'b'), shared: fc.boolean() });
const person = fc.record({ userId: fc.constantFrom('a', 'b', null), role: fc.constantFrom(...ROLES) });

test('nobody changes a view that they do not have, and everybody changes their own', () => {
  fc.assert(
    fc.property(view, person, (one, who) => {
      if (mayChangeView(one, who)) expect(hasView(one, who)).toBe(true);
      if (one.user_id === who.userId) expect(mayChangeView(one, who)).toBe(true);
    }),
  );
});
