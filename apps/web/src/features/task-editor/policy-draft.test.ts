import { RETRY_CAUSES, type Task } from '@argus/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carriersText } from './carriers.ts';
import { policyFacts } from '../tasks/policy-words.ts';
import { EMPTY_POLICY, policyBody, policyDraft } from './policy-draft.ts';

const number = (min: number, max: number) => fc.option(fc.integer({ min, max }));
const cause = fc.uniqueArray(fc.constantFrom(...RETRY_CAUSES), { minLength: 1, maxLength: 2 });
const policy = fc.record({
  max_running: number(1, 9),
  expires_after: number(1, 9),
  retries: fc.option(
    fc.record(
      {
        limit: fc.integer({ min: 1, max: 100 }),
        on: cause,
        delay: fc.nat(100),
        backoff: fc.constant('exponential' as const),
      },
      { requiredKeys: ['limit'] },
    ),
  ),
  lost_after: number(30, 99),
  on_lost: fc.option(fc.constantFrom('stop' as const, 'keep' as const)),
  limits: fc.record(
    { memory_mb: fc.integer({ min: 4, max: 9 }), output_mb: fc.integer({ min: 1, max: 9 }) },
    { requiredKeys: [] },
  ),
  kill_grace: number(0, 300),
});

test('how a task is limited and repeated is the same after it was opened and saved', () => {
  fc.assert(
    fc.property(policy, (given) => {
      const { limits, ...body } = policyBody(policyDraft(given as unknown as Task));
      const set = Object.entries(limits ?? {}).filter(([, value]) => value !== null);
      expect({ ...body, limits: Object.fromEntries(set) }).toEqual(given);
    }),
  );
});

test('what is left empty is sent as the default', () => {
  expect(policyBody(EMPTY_POLICY)).toEqual({
    max_running: null,
    expires_after: null,
    retries: null,
    lost_after: null,
    on_lost: null,
    limits: { memory_mb: null, cpu_seconds: null, processes: null, output_mb: null },
    kill_grace: null,
  });
});

test('a longest wait is sent only where the wait grows', () => {
  const retries = { ...EMPTY_POLICY.retries, limit: 2, max_delay: 60 };
  expect(policyBody({ ...EMPTY_POLICY, retries }).retries).toEqual({ limit: 2 });
  expect(policyBody({ ...EMPTY_POLICY, retries: { ...retries, backoff: 'exponential' } }).retries).toEqual({
    limit: 2,
    backoff: 'exponential',
    max_delay: 60,
  });
});

test('the labels say which bots carry all of them, without case', () => {
  const hosts = [
    { hostname: 'web-1', labels: ['gpu', 'linux'] },
    { hostname: 'web-2', labels: ['linux'] },
  ];
  expect(carriersText([], hosts)).toBe('');
  expect(carriersText(['Linux'], hosts)).toBe('Now 2 of 2 bots: web-1, web-2.');
  expect(carriersText(['linux', 'GPU'], hosts)).toBe('Now 1 of 2 bots: web-1.');
  expect(carriersText(['tpu'], hosts)).toBe(
    'No bot carries all of them yet: its jobs will wait until one does.',
  );
});

test('a task tells how it is limited and repeated where that is not the default', () => {
  const plain = { ...policyBody(EMPTY_POLICY), limits: {}, multitasking: true } as unknown as Task;
  expect(policyFacts(plain)).toEqual([['Jobs at the same time', 'as many as there are slots']]);
  const facts = policyFacts({
    ...plain,
    max_running: 3,
    expires_after: 3600,
    retries: { limit: 5, on: ['failure', 'lost'], delay: 30, backoff: 'exponential' },
    lost_after: 90,
    on_lost: 'stop',
    limits: { memory_mb: 512, processes: 50 },
    kill_grace: 0,
  });
  expect(facts).toEqual([
    ['Jobs at the same time', 'at most 3, on all bots together'],
    ['Expires', 'after 1 h without a start'],
    ['Tried again', 'up to 5 times on failure or loss, after 30 s, then twice as long each time'],
    ['Silent bot given up', 'after 1 min 30 s'],
    ['Bot without a server', 'stops the script in time'],
    ['Limits', '512 MiB of memory, 50 processes'],
    ['Time to end by itself', '0 s'],
  ]);
});
