import fc from 'fast-check';
import { atLeast, ROLES } from '@argus/contract';
import { describe, expect, test } from 'vitest';
import { accountCounts, assertMayGrant, assertOwnerStays, mayShowLink, uniqueTags } from './rules.ts';

const role = fc.constantFrom(...ROLES);
const passes = (act: () => void): boolean => {
  try {
    act();
    return true;
  } catch {
    return false;
  }
};

describe('who may give a role', () => {
  test('holds it, and is manager at least; managers give what is below them', () => {
    fc.assert(
      fc.property(role, role, (mine, given) => {
        if (!passes(() => assertMayGrant({ role: mine }, given))) return;
        expect(atLeast(mine, 'manager')).toBe(true);
        expect(atLeast(mine, given)).toBe(true);
        if (mine === 'manager') expect(atLeast(given, 'manager')).toBe(false);
      }),
    );
  });

  test('an owner stays, whatever is changed', () => {
    fc.assert(
      fc.property(role, fc.option(role), fc.nat({ max: 3 }), (before, after, others) => {
        const left = others + (after === 'owner' ? 1 : 0);
        const had = others + (before === 'owner' ? 1 : 0);
        if (had > 0 && passes(() => assertOwnerStays(before, after, others))) expect(left).toBeGreaterThan(0);
      }),
    );
  });
});

describe('a link', () => {
  test('is shown to no administrator of one organization who would enter another with it, or the server', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5 }), fc.boolean(), (organizations, instanceAdmin) => {
        const shown = mayShowLink({ instanceAdmin: false }, { organizations, instanceAdmin });
        expect(shown).toBe(organizations <= 1 && !instanceAdmin);
        expect(mayShowLink({ instanceAdmin: true }, { organizations, instanceAdmin })).toBe(true);
      }),
    );
  });
});

describe('counts of tries to sign in', () => {
  test('do not bind an account as a whole where it is known, and are the same in every case', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.ipV4(), (email, place) => {
        const known = accountCounts(email, place, true);
        const unknown = accountCounts(email, place, false);
        expect(unknown.slice(0, 1)).toEqual(known);
        expect(unknown).toHaveLength(2);
        expect(known.every(({ who }) => who.includes(place))).toBe(true);
        expect(accountCounts(email.toUpperCase(), place, false)).toEqual(unknown);
      }),
    );
  });
});

test('tags are kept once each, in whatever case', () => {
  expect(uniqueTags(['Team:Ops', 'team:ops', 'a:b', 'TEAM:OPS'])).toEqual(['Team:Ops', 'a:b']);
});
