// Every check, then every test, then one line that counts them. A failed check is a failed item of that
// line, and the exit code never says anything else than the line does.
import { execFile, spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { runChecks } from './check.ts';
import type { Counts } from './reporter.ts';
import { summary } from './summary.ts';

const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const everything = args.length === 0;
const browserWanted = everything || args.some((arg) => arg.includes('e2e'));

const [failedChecks, chromium] = await Promise.all([
  runChecks(everything ? undefined : ['web page']),
  findChromium(browserWanted),
]);
const { code, counts } = await runTests(chromium);

const { line, failed } = summary(counts, code, failedChecks);
if (counts.passed + counts.failed === 0) process.stdout.write('no test ran\n');
process.stdout.write(`${line}\n`);
process.exitCode = failed === 0 ? 0 : 1;

async function findChromium(install: boolean): Promise<string> {
  const found = await shell('tools/chromium.sh', ...(install ? ['install'] : []));
  // afterwards: two of them at once would wait for the system's packages, or fail
  if (install) await shell('tools/commands.sh');
  return found;
}

async function shell(tool: string, ...args: string[]): Promise<string> {
  const child = promisify(execFile)('sh', [join(root, tool), ...args]);
  child.child.stderr?.pipe(process.stderr);
  return (await child).stdout.trim();
}

async function runTests(browser: string): Promise<{ code: number; counts: Counts }> {
  const reporters = ['--reporter=default', `--reporter=${join(root, 'tools/reporter.ts')}`];
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      ...(process.stdout.isTTY || process.env['FORCE_COLOR'] ? {} : { NO_COLOR: '1' }),
      ARGUS_CHROMIUM: browser,
      PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    },
  });
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  child.on('message', (message) => (counts = message as Counts));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
  return { code, counts };
}
