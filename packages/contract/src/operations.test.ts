import { expect, test } from 'vitest';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';

const all = Object.entries<Operation>(operations);

/** What leaves a record of its own, that says who and from where: a job, or what became of an attempt; and mere signs of life. */
const OWN_RECORD = new Set([
  'runTask',
  'runTaskBySecret',
  'runWorkflow',
  'runWorkflowBySecret',
  'createJob',
  'createJobBySecret',
  'triggerWebhook',
  'triggerWebhookBySecret',
  'triggerSignedWebhook',
  'pollBot',
  'postBotEvents',
  'offerArtifacts',
  'sendArtifact',
  'keepAgentAlive',
  'endAgentJob',
  'postAgentDstat',
  'postAgentPsaux',
  'patchAgentResource',
]);

/** Reads that clients send as POST, or what says that somebody read. */
const READS = new Set([
  'postJobResult',
  'postJobResultBySecret',
  'previewSchedule',
  'readNotifications',
  'renewPushDevice',
]);

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

test('what answers in the place of another operation exists, with its method, scope and parameters', () => {
  for (const [id, { method, scope, params, instead = {} }] of all)
    for (const name of Object.values(instead)) {
      const other = all.find(([otherId]) => otherId === name)?.[1];
      expect([id, other?.method, other?.scope]).toEqual([id, method, scope]);
      expect(Object.keys(other?.params.properties ?? {})).toEqual(Object.keys(params.properties));
    }
});
