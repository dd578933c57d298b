import { expect, test } from 'vitest';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';

const all = Object.entries<Operation>(operations);

/** What leaves a record of its own, that says who and from where: a job, or what became of an attempt. */
const OWN_RECORD = new Set([
  'runTask',
  'runTaskBySecret',
  'createJob',
  'createJobBySecret',
  'pollBot',
  'postBotEvents',
]);

/** Reads that clients send as POST. */
const READS = new Set(['postJobResult', 'postJobResultBySecret']);

test('every write has a name in the audit, but those that leave a record of their own', () => {
  const unnamed = all
    .filter(
      ([id, { method, audit }]) =>
        method !== 'GET' && audit === undefined && !OWN_RECORD.has(id) && !READS.has(id),
    )
    .map(([id]) => id);
  expect(unnamed).toEqual([]);
});

test('no two operations have the same method and path', () => {
  const keys = all.flatMap(([, { method, path, aliases = [] }]) =>
    [path, ...aliases].map((one) => `${method} ${one.replaceAll(/\{\w+\}/g, '{}')}`),
  );
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});
