import * as contract from '@argus/contract';
import { expect, test } from 'vitest';
import * as ours from './contract.ts';

test('the bot and the contract agree on every shared value', () => {
  expect(ours.PROTOCOL_VERSION).toBe(contract.PROTOCOL_VERSION);
  expect(ours.LOG_CHUNK_MAX_BYTES).toBe(contract.LOG_CHUNK_MAX_BYTES);
  expect(ours.RESULT_MAX_BYTES).toBe(contract.RESULT_MAX_BYTES);
  expect(ours.commandOf('bash', '/s', ['1'])).toEqual(contract.commandOf('bash', '/s', ['1']));
  expect(ours.looksLikeResult('success')).toBe(true);
});
