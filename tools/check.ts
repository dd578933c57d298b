// The checks that run no code of ours: `npm run check`, or some of them by name: `npm run check types lint`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (path: string, ...args: string[]) => [process.execPath, join('node_modules', path), ...args];

const lingui = (...args: string[]) =>
  bin('@lingui/cli/dist/lingui.js', 'check', ...args, '--config', 'apps/web/lingui.config.ts');

// Longest first: two at a time, as most machines that run this have two cores to give.
const checks: Record<string, string[]> = {
  'web page': ['sh', 'tools/install.sh', 'web'],
  lint: bin('oxlint/bin/oxlint'),
  'unused code': bin('knip/bin/knip.js', '--no-progress', '--no-config-hints'),
  types: bin('typescript/bin/tsc', '-p', '.'),
  'web types': bin('typescript/bin/tsc', '-p', 'apps/web'),
  'texts as in the code': lingui('sync'),
  'texts in Spanish': lingui('missing', '--mode', 'catalog', '--verbose'),
  'sentences in Spanish': [process.execPath, 'tools/sentences.ts', '--check'],
  'texts that are not translated': [process.execPath, 'tools/plain-texts.ts'],
  lockfile: [process.execPath, 'tools/lockfile.mjs'],
  format: bin('oxfmt/bin/oxfmt', '--check'),
};
const width = 2;

/** Runs the named checks and answers how many failed; the output of those is printed whole. */
export async function runChecks(names = Object.keys(checks)): Promise<number> {
  const waiting = names.map((name) => ({ name, command: checks[name] ?? unknown(name) }));
  let failed = 0;
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const started = performance.now();
      const { code, output } = await run(next.command);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${next.name} (${seconds} s)\n`);
      if (code === 0) continue;
      failed += 1;
      process.stdout.write(`${output.trimEnd()}\n\n`);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return failed;
}

function unknown(name: string): never {
  throw new Error(`no check is called "${name}"; there are: ${Object.keys(checks).join(', ')}`);
}

async function run(command: string[]): Promise<{ code: number; output: string }> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env,
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.stderr.on('data', (part: Buffer) => parts.push(part));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(parts).toString() }));
  });
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  process.exitCode = (await runChecks(names.length > 0 ? names : undefined)) === 0 ? 0 : 1;
}
