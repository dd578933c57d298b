import * as contract from '@argus/contract';
import { expect, test } from 'vitest';
import * as ours from './contract.ts';

test('the bot and the contract agree on every shared value', () => {
  for (const name of ['PROTOCOL_VERSION', 'LOG_CHUNK_MAX_BYTES', 'RESULT_MAX_BYTES'] as const) expect(ours[name]).toBe(contract[name]);
  expect(ours.commandOf('bash', '/s', ['1'])).toEqual(contract.commandOf('bash', '/s', ['1']));
  expect(ours.looksLikeResult('success')).toBe(true);
});
