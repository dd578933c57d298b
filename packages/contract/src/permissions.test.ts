import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  aclAdmits,
  atLeast,
  CUSTOMER_NAME,
  isRole,
  mayGrant,
  RESERVED_NAMES,
  ROLES,
  seesEverything,
  type AclSubject,
} from './permissions.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';

const role = fc.constantFrom(...ROLES);
const entry = fc.oneof(role, fc.emailAddress(), fc.stringMatching(/^[a-z]{1,5}:[a-z]{1,5}$/));
const subject: fc.Arbitrary<AclSubject> = fc.record({
  role,
  email: fc.option(fc.emailAddress()),
  tags: fc.array(fc.stringMatching(/^[a-z]{1,5}:[a-z]{1,5}$/), { maxLength: 3 }),
});

describe('access lists', () => {
  const viewer: AclSubject = { role: 'viewer', email: 'Ann@Example.com', tags: ['team:Ops'] };

  test.each(['viewer', 'VIEWER', 'ann@example.com', 'ANN@example.COM', 'team:ops', 'TEAM:OPS'])(
    'an entry %s admits, whatever its case',
    (acl) => {
      expect(aclAdmits(['nobody@example.com', acl], viewer)).toBe(true);
    },
  );

  test.each([
    'view',
    'viewers',
    'user',
    'ann',
    'example.com',
    'ann@example.co',
    'xann@example.com',
    'team',
    'ops',
    'team:',
    '*',
    '',
  ])('an entry %j is compared whole and does not admit', (acl) => {
    expect(aclAdmits([acl], viewer)).toBe(false);
  });

  test('an empty list admits admins and owners only', () => {
    expect(ROLES.filter((role) => aclAdmits([], { role, email: null, tags: [] }))).toEqual([
      'admin',
      'owner',
    ]);
  });

  test('do not bind admins, and case never matters', () => {
    fc.assert(
      fc.property(fc.array(entry), subject, (acls, who) => {
        if (seesEverything(who.role)) expect(aclAdmits(acls, who)).toBe(true);
        expect(
          aclAdmits(
            acls.map((acl) => acl.toUpperCase()),
            who,
          ),
        ).toBe(aclAdmits(acls, who));
      }),
    );
  });

  test('a longer list never takes away what a shorter one gives', () => {
    fc.assert(
      fc.property(fc.array(entry), entry, subject, (acls, more, who) => {
        if (aclAdmits(acls, who)) expect(aclAdmits([...acls, more], who)).toBe(true);
      }),
    );
  });

  test('somebody without an address is admitted by no entry that is empty', () => {
    expect(aclAdmits([''], { role: 'user', email: null, tags: [] })).toBe(false);
  });
});

describe('granting roles', () => {
  test('nobody grants more than they hold', () => {
    for (const granter of ROLES)
      for (const granted of ROLES)
        if (mayGrant(granter, granted)) expect(atLeast(granter, granted)).toBe(true);
  });

  test('a manager grants below manager, an admin up to admin, an owner everything, others nothing', () => {
    const grants = (granter: (typeof ROLES)[number]) => ROLES.filter((granted) => mayGrant(granter, granted));
    expect(ROLES.map((granter) => [granter, grants(granter)])).toEqual([
      ['viewer', []],
      ['user', []],
      ['manager', ['viewer', 'user']],
      ['admin', ['viewer', 'user', 'manager', 'admin']],
      ['owner', [...ROLES]],
    ]);
  });

  test('a higher role may all that a lower one may', () => {
    fc.assert(
      fc.property(role, role, role, (low, high, granted) => {
        if (atLeast(high, low) && mayGrant(low, granted)) expect(mayGrant(high, granted)).toBe(true);
      }),
    );
  });

  test('roles are in one order', () => {
    for (const [index, role] of ROLES.entries())
      for (const [other, needed] of ROLES.entries()) expect(atLeast(role, needed)).toBe(index >= other);
    expect(isRole('owner')).toBe(true);
    for (const word of ['Owner', 'constructor', '__proto__', '']) expect(isRole(word)).toBe(false);
  });
});

describe('names of organizations', () => {
  test('the first segment of every route is reserved', () => {
    const segments = Object.values<Operation>(operations).map(({ path }) => path.split('/')[1]);
    expect(segments.filter((segment) => !RESERVED_NAMES.includes(segment ?? ''))).toEqual([]);
  });

  test('what the page and the docs are served under is reserved', () => {
    for (const name of ['app', 'assets', 'docs', 'guide', 'api', 'metrics', 'favicon.ico'])
      expect(RESERVED_NAMES).toContain(name);
  });

  test.each(['ab', 'a-b', 'demo', '0a', 'a'.repeat(63)])('%s is a name', (name) => {
    expect(CUSTOMER_NAME.test(name)).toBe(true);
  });

  test.each(['a', '', '-ab', 'ab-', 'Demo', 'a_b', 'a b', 'a/b', 'a.b', 'ä1', 'a'.repeat(64), 'ab\n'])(
    '%j is no name',
    (name) => {
      expect(CUSTOMER_NAME.test(name)).toBe(false);
    },
  );
});
