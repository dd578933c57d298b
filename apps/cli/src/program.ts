import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Runs another program of this checkout in the foreground, by its path below `apps`; its exit code. `env`: more of an environment. */
export async function runProgram(
  main: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../..', main), ...words], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const signals = process.platform === 'win32' ? [] : (['SIGTERM', 'SIGINT', 'SIGUSR2'] as const);
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  return new Promise((done) => child.on('exit', (code) => done(code ?? 1)));
}
