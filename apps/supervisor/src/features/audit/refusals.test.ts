import { expect, test } from 'vitest';
import type { AuditedCall } from '../../platform/http/operations.ts';
import { createRefusals } from './refusals.ts';

const refusal = (more: Partial<AuditedCall> = {}): AuditedCall => ({
  action: 'listTasks',
  caller: null,
  address: '203.0.113.1',
  outcome: 'refused',
  details: { code: 'unauthorized' },
  ...more,
});

test('the same refusal within a minute is one entry with a count', () => {
  const refusals = createRefusals();
  expect(refusals.add(refusal(), 'first', 0)).toBeDefined();
  for (let index = 1; index <= 99; index++)
    expect(refusals.add(refusal(), `${index}`, index * 600)).toBeUndefined();
  expect(refusals.grown(59_999)).toEqual([{ id: 'first', times: 100 }]);
  expect(refusals.grown(59_999)).toEqual([]);
  expect(refusals.add(refusal(), 'second', 60_000)).toBeDefined();
});

test('another address, operation, code, object or account is another entry', () => {
  const refusals = createRefusals();
  const kinds: Partial<AuditedCall>[] = [
    {},
    { address: '203.0.113.2' },
    { action: 'listJobs' },
    { details: { code: 'wrong_login' } },
    { target: { type: 'task', id: 'a'.repeat(24) } },
    { actor: 'eve@demo.test' },
  ];
  expect(kinds.map((kind, index) => refusals.add(refusal(kind), `${index}`, 0) !== undefined)).toEqual(
    kinds.map(() => true),
  );
});

test('strangers from ever new addresses are few entries a minute', () => {
  const refusals = createRefusals();
  let written = 0;
  for (let index = 0; index < 50_000; index++) {
    const address = `2001:db8:${(index >> 16).toString(16)}:${(index & 0xffff).toString(16)}::1`;
    if (refusals.add(refusal({ address }), `${index}`, 0)) written++;
  }
  expect(written).toBeLessThanOrEqual(1001);
  const [rest] = refusals.grown(1).sort((a, b) => b.times - a.times);
  expect(rest?.times).toBe(50_000 - 1_000);
});
