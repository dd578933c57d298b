import fc from 'fast-check';
import { expect, test } from 'vitest';
import { approvalsNeeded, verdictOf, whyNotDecide, type Decision } from './approval.ts';

const decisions = fc.array(fc.constantFrom<Decision>('approve', 'reject'), { maxLength: 12 });

test('a verdict is final: whatever is decided after it changes nothing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
      decisions,
      (asked, n, all) => {
        const needed = Math.min(n, asked);
        const given = all.slice(0, asked);
        let verdict: Decision | undefined;
        for (let count = 0; count <= given.length; count++) {
          const now = verdictOf({ needed, asked, decisions: given.slice(0, count) });
          // where one is enough the first word counts
          if (verdict !== undefined && needed > 1) expect(now).toBe(verdict);
          verdict ??= now;
        }
        if (given.length === asked) expect(verdict).toBeDefined();
      },
    ),
  );
});

test.each([
  ['one', 3, ['reject'], 'reject'],
  ['one', 3, ['approve'], 'approve'],
  ['all', 3, ['approve', 'approve'], undefined],
  ['all', 3, ['approve', 'reject'], 'reject'],
  [2, 3, ['approve', 'reject'], undefined],
  [2, 3, ['reject', 'reject'], 'reject'],
  [2, 3, ['reject', 'approve', 'approve'], 'approve'],
  [9, 2, ['approve', 'approve'], 'approve'],
] as const)('%s of %i after %j: %s', (needed, asked, given, verdict) => {
  expect(verdictOf({ needed: approvalsNeeded({ needed }, asked), asked, decisions: given })).toBe(verdict);
});

test('a reason is asked for where the task says so, and nobody decides over their own where it forbids that', () => {
  const by = (rule: 'never' | 'on_reject' | 'always', decision: Decision, reason = '', isStarter = false) =>
    whyNotDecide({ reason: rule, no_self: true }, { decision, reason, isStarter })?.code;
  expect(by('never', 'reject')).toBeUndefined();
  expect(by('on_reject', 'reject', '  ')).toBe('invalid_input');
  expect(by('on_reject', 'approve')).toBeUndefined();
  expect(by('always', 'approve')).toBe('invalid_input');
  expect(by('always', 'approve', 'it is fine')).toBeUndefined();
  expect(by('never', 'approve', '', true)).toBe('forbidden');
});
