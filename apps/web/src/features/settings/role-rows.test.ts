import { mayGrant, operations, ROLES, seesEverything } from '@argus/contract';
import { expect, test } from 'vitest';
import { ROLE_ROWS } from './role-rows.ts';

test('what the page says a role may do is what the API asks for', () => {
  for (const { what, needs, operations: ids } of ROLE_ROWS)
    for (const id of ids) {
      const { permission } = operations[id];
      expect(`${what}: ${id} needs ${permission}`).toBe(
        `${what}: ${id} needs ${needs === 'server' ? 'instance_admin' : needs}`,
      );
    }
});

test('every role may something that the one below it may not', () => {
  expect([...new Set(ROLE_ROWS.map(({ needs }) => needs))]).toEqual([...ROLES, 'server']);
});

test('who sees everything, and who makes whom a member, is as the page says it', () => {
  expect(ROLES.filter(seesEverything)).toEqual(['admin', 'owner']);
  expect(ROLES.filter((role) => mayGrant('manager', role))).toEqual(['viewer', 'user']);
  expect(ROLES.filter((role) => !mayGrant('admin', role))).toEqual(['owner']);
});
