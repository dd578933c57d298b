import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// The campaign itself is `npm run faults`; here a round of it, always the same, so that it cannot rot.
test('a round of the fault campaign breaks no promise', async () => {
  const main = join(import.meta.dirname, 'faults/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--seed', '1', '--rounds', '1'], {
    timeout: 150_000,
  });
  expect(stdout).toMatch(/1 rounds, \d+ faults, [1-9]\d* jobs checked, .*: 0 violations/);
}, 180_000);
