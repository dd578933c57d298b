import { fork } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Counts } from './reporter.ts';
import { summary } from './summary.ts';

const root = join(import.meta.dirname, '..');

const outcomes = `
  import { beforeAll, describe, expect, test } from 'vitest';
  test('passes', () => {});
  test('fails', () => expect(1).toBe(2));
  test.skip('is skipped', () => {});
  describe('a hook', () => {
    beforeAll(() => { throw new Error('that fails'); });
    test('keeps this one from running', () => {});
  });
`;
const onImport = `throw new Error('on import');`;
const unhandled = `
  import { test } from 'vitest';
  test('leaves a rejection behind', () => { void Promise.reject(new Error('unhandled')); });
`;
const nothing = 'export {};';

test.each([
  ['every outcome of a test and a failing hook', { outcomes }, '1 passed, 2 failed, 2 skipped'],
  ['a file that cannot be loaded', { onImport }, '0 passed, 1 failed'],
  ['an error that nothing caught', { unhandled }, '1 passed, 1 failed'],
  ['a file without tests', { nothing }, '0 passed, 1 failed'],
  ['no file at all', {}, '0 passed, 1 failed'],
] as [string, Record<string, string>, string][])('the last line counts %s', async (_, files, line) => {
  const { counts, code } = await runVitest(files);
  expect(summary(counts, code, 0).line).toBe(line);
  expect(code).not.toBe(0);
});

test.each([
  [{ passed: 3, failed: 0, skipped: 0 }, 0, 0, '3 passed, 0 failed'],
  [{ passed: 3, failed: 0, skipped: 2 }, 0, 0, '3 passed, 0 failed, 2 skipped'],
  [{ passed: 3, failed: 1, skipped: 0 }, 1, 2, '3 passed, 3 failed'],
  [{ passed: 3, failed: 0, skipped: 0 }, 1, 0, '3 passed, 1 failed'],
  [{ passed: 0, failed: 0, skipped: 4 }, 0, 0, '0 passed, 1 failed, 4 skipped'],
] as const)('of %o, exit code %i and %i failed checks it says: %s', (counts, code, checks, line) => {
  expect(summary(counts, code, checks).line).toBe(line);
});

async function runVitest(files: Record<string, string>): Promise<{ counts: Counts; code: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'argus-reporter-'));
  try {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, `${name}.test.ts`), content);
    }
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const reporter = `--reporter=${join(root, 'tools/reporter.ts')}`;
    const child = fork(vitest, ['run', `--root=${folder}`, reporter], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
    child.on('message', (message) => (counts = message as Counts));
    const code = await new Promise<number>((resolve) =>
      child.once('close', (status) => resolve(status ?? 1)),
    );
    return { counts, code };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
